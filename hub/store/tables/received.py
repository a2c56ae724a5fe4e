"""What came in and is not (yet) a recorded message: parked, quarantine."""

from __future__ import annotations

from sqlalchemy import Column, Index

from hub.store.fields import Sealed, SealedBytes
from hub.store.tables.metadata import need, number, partial, table
from hub.store.types import Big, Int, Key, Moment

parked = table(
    "parked",
    Column("sender", Key, primary_key=True),
    Column("audience", Key, primary_key=True),
    Column("incarnation", Key, primary_key=True),
    Column("seq", Big, primary_key=True, autoincrement=False),
    Column("hash", Key, primary_key=True),
    need("raw", SealedBytes(("hash",))),
    need("waits_for", Key),
    need("since", Moment),
    Index("parked_hash", "hash"),
    Index("parked_waits_for", "waits_for", "sender", "audience", "incarnation"),
)

quarantine = table(
    "quarantine",
    number(),
    need("sha256", Key),
    need("code", Key),
    need("reason", Sealed(("sha256",))),
    Column("field", Sealed(("sha256",))),
    need("claimed", Key),
    need("channel", Key),
    need("received_at", Moment),
    need("raw", SealedBytes(("sha256",))),
    need("size", Big),
    need("times", Int),
    Column("document", Key),
    Index("quarantine_sha256", "sha256", unique=True),
    partial("quarantine_document", "document", where="document IS NOT NULL"),
)
