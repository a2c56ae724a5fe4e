"""How far each message came, what else is to be sent, and how peers are."""

from __future__ import annotations

from sqlalchemy import Column, Index

from hub.store.fields import SealedBytes
from hub.store.tables.metadata import need, number, partial, table
from hub.store.types import Flag, Int, Key, Moment

deliveries = table(
    "deliveries",
    number(),
    need("message", Key),
    need("member", Key),
    need("form", Key),
    need("status", Key),
    Column("on_wire_at", Moment),
    Column("stored_at", Moment),
    Column("code", Key),
    Column("receipt_frame", Key),
    need("attempts", Int),
    Index("deliveries_message", "message", "member", unique=True),
    partial("deliveries_pending", "id", where="status = 'pending'"),
    partial("deliveries_unanswered", "member", "id", where="status = 'on-wire' AND form = 'full'"),
    partial("deliveries_odd", "id", where="status IN ('refused', 'held', 'withheld')"),
    partial("deliveries_copies", "member", where="form = 'header'"),
)

unseen = table(
    "unseen",
    # Header copies whose addressee's receipt is not known yet: a queue, so asking costs nothing when all are known.
    number(),
    need("message", Key),
    need("addressee", Key),
    Index("unseen_message", "message", unique=True),
)

frames = table(
    "frames",
    number("number"),
    need("id", Key),
    need("type", Key),
    need("sender", Key),
    need("audience", Key),
    need("raw", SealedBytes(("id",))),
    need("created", Moment),
    need("pending", Flag),
    need("keep", Flag),
    Index("frames_id", "id", unique=True),
    partial("frames_pending", "number", where="pending"),
)

peers = table(
    "peers",
    Column("member", Key, primary_key=True),
    Column("last_seen", Moment),
    Column("heads_sent_at", Moment),
    Column("heads_got_at", Moment),
    Column("asked_at", Moment),
)
