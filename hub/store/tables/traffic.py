"""What was decided, numbered, signed and received: outbox, streams, messages."""

from __future__ import annotations

from sqlalchemy import Column, Index

from hub.store.fields import Sealed, SealedBytes
from hub.store.tables.metadata import need, number, partial, table
from hub.store.types import Big, Flag, Int, Key, Moment, Words

outbox = table(
    "outbox",
    number(),
    need("document", Key),
    need("kind", Key),
    need("version", Int),
    need("act", Key),
    need("audience", Key),
    need("matter", Key),
    need("title", Sealed(("document", "audience"))),
    need("issued", Moment),
    need("decided_by", Words),
    need("after", Key),
    Column("replies_to", Key),
    Column("replaces", Key),
    need("mark", Words),
    need("urgency", Key),
    Column("rule", Key),
    Column("requested", Key),
    Column("expires", Moment),
    need("body", SealedBytes(("document", "audience"))),
    need("parts", Key),
    Index("outbox_matter", "matter"),
)

stream_out = table(
    "stream_out",
    Column("audience", Key, primary_key=True),
    Column("incarnation", Key, primary_key=True),
    need("seq", Big),
    Column("hash", Key),
)

stream_in = table(
    "stream_in",
    Column("sender", Key, primary_key=True),
    Column("audience", Key, primary_key=True),
    Column("incarnation", Key, primary_key=True),
    need("seq", Big),
    Column("hash", Key),
    need("frozen", Flag),
)

messages = table(
    "messages",
    number(),
    need("hash", Key),
    need("document", Key),
    need("kind", Key),
    need("version", Int),
    need("act", Key),
    need("sender", Key),
    need("audience", Key),
    need("incarnation", Key),
    need("seq", Big),
    Column("prev", Key),
    need("matter", Key),
    need("after", Key),
    Column("replies_to", Key),
    Column("replaces", Key),
    need("mark", Words),
    need("urgency", Key),
    Column("rule", Key),
    Column("requested", Key),
    need("agreement", Int),
    need("issued", Moment),
    need("sealed", Moment),
    Column("expires", Moment),
    need("title", Sealed(("hash",))),
    need("status", Key),
    Column("code", Key),
    need("stored_at", Moment),
    need("decided_by", Words),
    Column("receipt_frame", Key),
    need("raw", SealedBytes(("hash",))),
    need("parts", Key),
    # The erasure that took the body away; the header stays signed and the hash valid.
    Column("erased", Key),
    Column("opened", SealedBytes(("hash",))),
    Index("messages_hash", "hash", unique=True),
    Index("messages_document", "document"),
    Index("messages_matter", "matter"),
    Index("messages_stored", "stored_at", "id"),
    Index("messages_kind", "kind", "stored_at", "id"),
    partial("messages_place", "sender", "audience", "incarnation", "seq", where="status <> 'copy'", unique=True),
)
