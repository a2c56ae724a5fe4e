"""By what matters, documents and subjects are found, and the views people keep of their lists.

The full text index over ``search_texts.tokens`` is the database's own and stands in the migration: GIN on PostgreSQL,
FTS5 on SQLite.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer

from hub.store.fields import Blind, BlindWords, Sealed
from hub.store.tables.metadata import need, number, table
from hub.store.types import Key, Moment

# Messages nobody has indexed yet: a queue, so asking costs nothing when all are.
to_index = table("to_index", number(), need("message", Key))

search_texts = table(
    "search_texts",
    number(),
    need("message", Key),
    need("matter", Key),
    need("words", Sealed(("message",))),
    need("tokens", BlindWords("words")),
    need("rules", Integer),
    Index("search_texts_message", "message", unique=True),
    Index("search_texts_matter", "matter"),
    Index("search_texts_rules", "rules", "id"),
)

subject_keys = table(
    "subject_keys",
    number(),
    need("message", Key),
    need("matter", Key),
    need("sort", Key),
    need("value", Sealed(("message", "sort"))),
    need("blind", Blind("value")),
    need("owner", Sealed(("message", "sort"))),
    need("type", Key),
    need("role", Key),
    Index("subject_keys_blind", "blind", "sort"),
    Index("subject_keys_message", "message"),
)

saved_views = table(
    "saved_views",
    Column("user", Key, primary_key=True),
    Column("screen", Key, primary_key=True),
    Column("name", Sealed(("user", "screen")), primary_key=True),
    need("query", Sealed(("user", "screen"))),
    need("at", Moment),
)
