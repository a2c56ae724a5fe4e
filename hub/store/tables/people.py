"""People and programs with access, their sign-ins and their idempotency keys."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index

from hub.store.tables.metadata import need, table
from hub.store.types import Flag, Key, Moment, Words

users = table(
    "users",
    Column("name", Key, primary_key=True),
    need("title", Words),
    need("role", Key),
    need("token_hash", Key),
    need("active", Flag),
    need("level", Key, server_default="handler"),
    Column("unit", Key),
    Index("users_token", "token_hash", unique=True),
)

sign_in_links = table(
    "sign_in_links",
    Column("hash", Key, primary_key=True),
    Column("user", Key, ForeignKey("users.name"), nullable=False),
    need("expires", Moment),
)

sessions = table(
    "sessions",
    Column("hash", Key, primary_key=True),
    Column("user", Key, ForeignKey("users.name"), nullable=False),
    need("expires", Moment),
)

requests = table(
    "requests",
    Column("user", Key, primary_key=True),
    Column("key", Key, primary_key=True),
    need("request", Key),
    need("document", Key),
    need("at", Moment),
)
