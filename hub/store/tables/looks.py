"""Who looked at personal data here, and what peers told us of looking at ours."""

from __future__ import annotations

from sqlalchemy import Column, Index

from hub.store.tables.metadata import need, partial, table
from hub.store.types import Key, Moment

unmaskings = table(
    "unmaskings",
    Column("id", Key, primary_key=True),
    need("who", Key),
    need("object", Key),
    need("document", Key),
    need("matter", Key),
    need("role", Key),
    need("purpose", Key),
    need("at", Moment),
    need("until", Moment),
    Column("owner", Key),
    Column("heard_at", Moment),
    Index("unmaskings_object", "who", "object"),
    partial("unmaskings_untold", "owner", "id", where="owner IS NOT NULL AND heard_at IS NULL"),
)

peer_looks = table(
    "peer_looks",
    Column("member", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    need("document", Key),
    need("role", Key),
    need("purpose", Key),
    need("at", Moment),
    need("told_at", Moment),
    Index("peer_looks_document", "document"),
)
