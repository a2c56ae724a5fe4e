"""Who this node is, and the signed files it trusts."""

from __future__ import annotations

from sqlalchemy import Column, Index, text

from hub.store.tables.metadata import need, number, table
from hub.store.types import Int, Key, Moment, Raw, Words

node = table(
    "node",
    Column("member", Key, primary_key=True),
    need("incarnation", Key),
    need("fingerprint", Key),
    need("created", Moment),
    # The files in force, by the hash of their signed bytes.
    Column("root", Key),
    Column("roster", Key),
    Column("agreement", Key),
    # After a restore: members still to be heard before anything is signed (JSON list).
    Column("waits_for", Words, nullable=False, server_default=text("'[]'")),
)

trust_files = table(
    "trust_files",
    Column("sha256", Key, primary_key=True),
    need("type", Key),
    need("version", Int),
    need("raw", Raw),
)

proposals = table(
    "proposals",
    # Agreements that no roster refers to yet.
    number("number"),
    need("sha256", Key),
    need("raw", Raw),
    Index("proposals_sha256", "sha256", unique=True),
)
