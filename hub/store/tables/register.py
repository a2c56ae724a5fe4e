"""Matters with their clocks, and the audit log."""

from __future__ import annotations

from sqlalchemy import Column, Index

from hub.store.fields import Sealed, SealedBytes
from hub.store.tables.metadata import need, number, partial, table
from hub.store.types import Big, Day, Flag, Int, Key, Moment, Words

matters = table(
    "matters",
    Column("id", Key, primary_key=True),
    need("family", Key),
    need("state", Key),
    need("title", Sealed(("id",))),
    need("opener", Key),
    need("other", Key),
    need("document", Key),
    need("kind", Key),
    need("urgency", Key),
    need("opened_at", Moment),
    need("updated_at", Moment),
    need("last_act", Key),
    need("messages", Int),
    Column("rule", Key),
    need("agreement", Int),
    Column("calendar", Key),
    Column("start", Day),
    Column("due_strict", Day),
    Column("due_effective", Day),
    Column("due_at", Moment),
    need("provisional", Flag),
    need("clock", Key),
    Column("met_at", Moment),
    Column("remind_at", Moment),
    need("extended", Int),
    need("by_proxy", Flag),
    need("ignored", Int),
    Index("matters_updated", "updated_at", "id"),
    Index("matters_place", "family", "state", "other"),
    partial("matters_remind", "remind_at", "id", where="remind_at IS NOT NULL"),
    partial("matters_due", "due_at", "id", where="clock = 'running'"),
)

reminder_stages = table(
    "reminder_stages",
    Column("matter", Key, primary_key=True),
    Column("stage", Key, primary_key=True),
    need("at", Moment),
)

matter_notes = table(
    "matter_notes",
    number(),
    need("matter", Key),
    need("at", Moment),
    need("text", Sealed(("matter",))),
    Index("matter_notes_matter", "matter", "id"),
)

recounts = table(
    "recounts",
    Column("name", Key, primary_key=True),
    need("was", Int),
    need("after", Key),
)

leaves = table(
    "leaves",
    # Given when the leaf is written, without hole or double; ``log_sizes`` says which is the next.
    Column("position", Big, primary_key=True, autoincrement=False),
    need("hash", Key),
    need("type", Key),
    need("subject", Words),
    need("actor", Words),
    need("at", Moment),
    # Erased together when the record must go; the hash and every proof over it stay valid.
    Column("salt", SealedBytes(("hash",))),
    Column("record", SealedBytes(("hash",))),
    Index("leaves_subject", "subject", "position"),
    partial("leaves_actor", "actor", "position", where="actor <> 'node'"),
    partial("leaves_type", "type", "position", where="actor <> 'node'"),
    Index("leaves_at", "at", postgresql_using="brin"),
)
