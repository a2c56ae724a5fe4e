"""People and programs with access, how they prove it, their sign-ins and their idempotency keys."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index

from hub.store.fields import Sealed
from hub.store.tables.metadata import need, table
from hub.store.types import Big, Flag, Int, Key, Moment

_USER = ("user",)

users = table(
    "users",
    Column("name", Key, primary_key=True),
    need("title", Sealed(("name",))),
    need("role", Key),
    need("token_hash", Key),
    need("active", Flag),
    need("level", Key, server_default="handler"),
    Column("unit", Key),
    Index("users_token", "token_hash", unique=True),
)

credentials = table(
    "credentials",
    Column("user", Key, ForeignKey("users.name"), primary_key=True),
    Column("password", Sealed(_USER)),
    Column("former", Sealed(_USER)),
    need("due", Flag),
    Column("secret", Sealed(_USER)),
    Column("pending", Sealed(_USER)),
    need("step", Big),
)

sign_in_links = table(
    "sign_in_links",
    Column("hash", Key, primary_key=True),
    Column("user", Key, ForeignKey("users.name"), nullable=False),
    need("expires", Moment),
)

setup_codes = table("setup_codes", Column("hash", Key, primary_key=True), need("expires", Moment))

sessions = table(
    "sessions",
    Column("hash", Key, primary_key=True),
    Column("user", Key, ForeignKey("users.name"), nullable=False),
    need("started", Moment),
    need("idle", Moment),
    need("expires", Moment),
    need("source", Key),
    need("complete", Flag),
    Index("sessions_user", "user"),
)

tries = table(
    "tries",
    Column("key", Key, primary_key=True),
    need("failed", Int),
    need("last", Moment),
    need("until", Moment),
    Index("tries_last", "last"),
)

requests = table(
    "requests",
    Column("user", Key, primary_key=True),
    Column("key", Key, primary_key=True),
    need("request", Key),
    need("document", Key),
    need("at", Moment),
)
