"""How long content is kept, what is due for review or on hold, and what was erased why."""

from __future__ import annotations

from sqlalchemy import Column, Index

from hub.store.fields import Sealed, SealedBytes
from hub.store.tables.metadata import need, table
from hub.store.types import Day, Flag, Int, Key, Moment, Words

kept_details = table(
    "kept_details",
    # Reason of a return, outcome of a transfer: the code that figures rest on, of messages whose body was erased.
    Column("message", Key, primary_key=True),
    need("detail", Key),
)

retention_rules = table(
    "retention_rules",
    # What the office set; a rule without a row stands as it came.
    Column("id", Key, primary_key=True),
    need("amount", Int),
    need("unit", Key),
    need("label", Key),
    need("basis", Words),
    need("active", Flag),
    need("who", Key),
    need("at", Moment),
)

retention_looks = table(
    "retention_looks",
    # How far each rule has looked through the matters in the order they moved: nothing is looked at twice.
    Column("rule", Key, primary_key=True),
    need("moved", Moment),
    need("matter", Key),
)

retention_terms = table(
    "retention_terms",
    # Last days named by documents, until they have ended.
    Column("matter", Key, primary_key=True),
    need("until", Day),
    Index("retention_terms_until", "until"),
)

retention_due = table(
    "retention_due",
    Column("matter", Key, primary_key=True),
    need("rule", Key),
    need("day", Day),
    need("at", Moment),
    Index("retention_due_day", "day", "matter"),
)

retention_holds = table(
    "retention_holds",
    Column("matter", Key, primary_key=True),
    need("reason", Sealed(("matter",))),
    need("who", Key),
    need("at", Moment),
)

erasures = table(
    "erasures",
    Column("id", Key, primary_key=True),
    need("matter", Key),
    Column("document", Key),
    Column("rule", Key),
    need("reason", Sealed(("id",))),
    need("basis", Words),
    need("state", Key),
    need("proposer", Key),
    need("proposed_at", Moment),
    Column("decider", Key),
    Column("decided_at", Moment),
    need("comment", Sealed(("id",))),
    Column("done_at", Moment),
    Column("note", SealedBytes(("id",))),
    need("gone", Key),
    Index("erasures_state", "state", "id"),
    Index("erasures_matter", "matter"),
)
