"""What matters add to the figures of the joint meeting: facts per matter, and their sums per month."""

from __future__ import annotations

from sqlalchemy import Column, Index

from hub.store.tables.metadata import need, partial, table
from hub.store.types import Big, Day, Int, Key, Moment

# Matters whose latest fold the figures do not know: a queue, so that counting rewrites no matter.
to_count = table("to_count", Column("matter", Key, primary_key=True))

figure_facts = table(
    "figure_facts",
    Column("matter", Key, primary_key=True),
    Column("measure", Key, primary_key=True),
    Column("day", Day, primary_key=True),
    need("member", Key),
    need("peer", Key),
    need("numerator", Int),
    need("denominator", Int),
    need("open", Int),
    Column("judged", Moment),
    need("mark", Key),
    Index("figure_facts_measure", "measure", "day", "matter"),
    partial("figure_facts_judged", "judged", where="judged IS NOT NULL"),
)

figure_sums = table(
    "figure_sums",
    Column("month", Day, primary_key=True),
    Column("measure", Key, primary_key=True),
    Column("member", Key, primary_key=True),
    Column("peer", Key, primary_key=True),
    need("numerator", Big),
    need("denominator", Big),
    need("open", Big),
)
