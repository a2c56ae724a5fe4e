"""The tree over the audit log, its checkpoints, and what members said of each other's."""

from __future__ import annotations

from sqlalchemy import Column, Index

from hub.store.tables.metadata import need, number, partial, table
from hub.store.types import Big, Int, Key, Moment, Raw, Words

log_sizes = table(
    "log_sizes",
    # Two rows: how many leaves have been ``written``, and over how many of them the tree has ``grown``.
    Column("name", Key, primary_key=True),
    need("size", Big),
)

tree_nodes = table(
    "tree_nodes",
    # Every fourth level above the leaves; a finished node never changes.
    Column("level", Int, primary_key=True),
    Column("index", Big, primary_key=True),
    need("hash", Raw),
)

tree_rounds = table(
    "tree_rounds",
    # How far each check of the whole log has come, and each change of the key of a blind index.
    Column("name", Key, primary_key=True),
    need("position", Big),
    need("started", Moment),
    Column("ended", Moment),
)

checkpoints = table(
    "checkpoints",
    Column("origin", Key, primary_key=True),
    Column("size", Big, primary_key=True),
    need("root", Raw),
    need("note", Words),
    need("at", Moment),
)

cosigners = table(
    "cosigners",
    Column("member", Key, primary_key=True),
    Column("origin", Key, primary_key=True),
    need("size", Big),
    Column("note", Words),
    Column("at", Moment),
    need("offered", Big),
    Column("offered_at", Moment),
)

witnessed = table(
    "witnessed",
    Column("origin", Key, primary_key=True),
    Column("size", Big, primary_key=True),
    need("root", Raw),
    need("member", Key),
    need("note", Words),
    need("at", Moment),
    Index("witnessed_at", "at"),
)

alarms = table(
    "alarms",
    number(),
    need("member", Key),
    need("kind", Key),
    need("place", Key),
    need("why", Words),
    need("at", Moment),
    Column("first", Words),
    Column("second", Words),
    Column("settled_at", Moment),
    Index("alarms_place", "member", "kind", "place", unique=True),
    partial("alarms_open", "member", where="settled_at IS NULL"),
)
