"""Attachments in pieces: whole ones, those on their way here, and what peers asked for."""

from __future__ import annotations

from sqlalchemy import Column, Index

from hub.store.fields import SealedBytes
from hub.store.tables.metadata import need, number, table
from hub.store.types import Big, Int, Key, Moment, Words

parts = table(
    "parts",
    Column("sha256", Key, primary_key=True),
    need("media_type", Key),
    need("size", Big),
    need("content", Key),
)

pieces = table(
    "pieces",
    Column("content", Key, primary_key=True),
    Column("start", Big, primary_key=True, autoincrement=False),
    need("piece", SealedBytes(("content", "start"))),
)

arrivals = table(
    "arrivals",
    Column("sender", Key, primary_key=True),
    Column("sha256", Key, primary_key=True),
    need("message", Key),
    need("size", Big),
    need("media_type", Key),
    need("content", Key),
    need("since", Moment),
    need("asked", Big),
    need("at", Moment),
    need("failures", Int),
    Column("fault", Words),
    Index("arrivals_since", "sender", "since", "sha256"),
)

wants = table(
    "wants",
    number(),
    need("member", Key),
    need("message", Key),
    need("part", Key),
    need("first", Big),
    need("last", Big),
    Index("wants_place", "member", "part", "first", unique=True),
    Index("wants_member", "member", "id"),
)
