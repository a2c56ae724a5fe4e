"""What an office keeps of its own work: papers, numbers, units and leads. Nothing of it goes over the wire."""

from __future__ import annotations

from sqlalchemy import Column, Index

from hub.store.fields import Sealed, SealedBytes
from hub.store.tables.metadata import need, number, partial, table
from hub.store.types import Big, Day, Flag, Int, Key, Moment, Words

_ID = ("id",)
"""What names a row to its sealed columns."""

papers = table(
    "papers",
    Column("id", Key, primary_key=True),
    need("kind", Key),
    need("title", Sealed(_ID)),
    Column("matter", Key),
    Column("replaces", Key),
    need("to", Key),
    need("body", SealedBytes(_ID)),
    need("mark", Key),
    need("urgency", Key),
    Column("requested", Key),
    need("parts", Key),
    need("state", Key),
    need("author", Key),
    need("editor", Key),
    Column("reviewer", Sealed(_ID)),
    Column("approver", Sealed(_ID)),
    Column("sheet", Key),
    Column("lead", Key),
    Column("document", Key),
    need("version", Int),
    need("created_at", Moment),
    need("updated_at", Moment),
    Index("papers_state", "state", "id"),
    Index("papers_matter", "matter"),
    partial("papers_document", "document", where="document IS NOT NULL"),
)

paper_templates = table(
    "paper_templates",
    Column("name", Words, primary_key=True),
    need("kind", Key),
    need("body", SealedBytes(("name",))),
    need("who", Words),
    need("at", Moment),
)

uploads = table(
    "uploads",
    Column("paper", Key, primary_key=True),
    Column("digest", Key, primary_key=True),
    need("name", Sealed(("paper", "digest"))),
    need("size", Big),
    need("here", Big),
    need("content", Key),
    need("who", Words),
    need("at", Moment),
    Index("uploads_at", "at"),
)

office_events = table(
    "office_events",
    number(),
    need("subject", Key),
    need("act", Key),
    need("who", Words),
    need("at", Moment),
    need("comment", Sealed(("subject", "act"))),
    Index("office_events_subject", "subject"),
)

number_series = table(
    "number_series",
    Column("code", Key, primary_key=True),
    need("kinds", Key),
    need("first", Int),
    need("who", Words),
    need("at", Moment),
)

numbers = table(
    "numbers",
    Column("issuer", Key, primary_key=True),
    Column("code", Key, primary_key=True),
    Column("year", Int, primary_key=True, autoincrement=False),
    Column("seq", Int, primary_key=True, autoincrement=False),
    need("doc_no", Key),
    Column("subject", Key),
    need("state", Key),
    need("reason", Sealed(("issuer", "code", "year", "seq"))),
    need("who", Words),
    need("at", Moment),
    Index("numbers_subject", "subject"),
)

units = table(
    "units",
    Column("code", Key, primary_key=True),
    need("name", Words),
    need("kind", Key),
    Column("region", Key),
    need("accounts", Flag),
    need("active", Flag),
)

assignments = table(
    "assignments",
    Column("id", Key, primary_key=True),
    need("matter", Key),
    need("unit", Key),
    need("manner", Key),
    need("note", Sealed(_ID)),
    need("due_on", Day),
    Column("rule", Key),
    need("state", Key),
    need("reason", Sealed(_ID)),
    need("urged", Int),
    need("who", Words),
    need("at", Moment),
    Column("ended_at", Moment),
    Index("assignments_matter", "matter"),
    Index("assignments_unit", "unit", "id"),
    Index("assignments_at", "at"),
)

leads = table(
    "leads",
    Column("id", Key, primary_key=True),
    need("number", Key),
    Column("platform_no", Key),
    need("source", Key),
    need("first_receiver", Flag),
    need("received_on", Day),
    need("due_on", Day),
    need("summary", Sealed(_ID)),
    Column("came_by", Key),
    Column("matter", Key),
    Column("unit", Key),
    Column("forwarded_at", Moment),
    Column("outcome", Words),
    Column("outcome_on", Day),
    need("who", Words),
    Column("at", Moment),
    Index("leads_number", "number", unique=True),
)

lead_transfers = table(
    "lead_transfers",
    Column("matter", Key, primary_key=True),
    need("number", Key),
    need("office", Key),
    need("at", Moment),
    Index("lead_transfers_number", "number"),
)
