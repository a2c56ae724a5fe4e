"""What a text finds: candidates from the full text index while they are few, else a condition judged row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, literal_column, select, text

from hub.core.subjects import phrase
from hub.store.tables import messages, search_texts, to_index

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement, Connection

MOST = 2000
"""Messages a text may name before it is too common for a list of candidates."""
_NEW = 1000
"""Messages waiting for the index that are looked at one by one; while more wait, the index answers for nothing."""

_FOUND = {
    "postgresql": text("to_tsvector('simple', words) @@ phraseto_tsquery('simple', :phrase)"),
    "sqlite": text("id IN (SELECT rowid FROM search_fts WHERE search_fts MATCH :phrase)"),
}
_WAITING = select(to_index.c.message).limit(_NEW + 1)


def candidates(connection: Connection, wanted: str, column: str, most: int = MOST) -> list[str] | None:
    """Matters or messages (``column``) whose words hold this text; None: the index cannot say, or too many do."""
    asked = phrase(wanted)
    if not asked:
        return None
    dialect = connection.dialect.name
    query = select(search_texts.c[column]).where(_FOUND[dialect]).limit(literal_column(str(most + 1)))
    values = {"phrase": f'"{asked}"' if dialect == "sqlite" else asked}
    found = list(connection.execute(query, values).scalars())
    waiting = list(connection.execute(_WAITING).scalars())
    if len(found) > most or len(waiting) > _NEW:
        return None
    named = messages.c.matter if column == "matter" else messages.c.hash
    new = select(named).where(messages.c.hash.in_(waiting), has_part(messages.c.title, wanted))
    return list(dict.fromkeys((*found, *connection.execute(new).scalars())))


def holds(wanted: str, column: Column[Any], name: str, title: Column[Any]) -> ColumnElement[bool]:
    """Condition row by row: the title of this matter or message holds the text, or its words do."""
    asked = phrase(wanted)
    if not asked:
        return has_part(title, wanted)
    beside = (search_texts.c[name] == column, search_texts.c.words.contains(asked, autoescape=True))
    return has_part(title, wanted) | exists().where(*beside)


def has_part(title: Column[Any], wanted: str) -> ColumnElement[bool]:
    """Whatever its case; Chinese has none, and to fold it would cost as much as the search."""
    plain = wanted.lower() == wanted.upper()
    column, part = (title, wanted) if plain else (func.lower(title), wanted.lower())
    return column.contains(part, autoescape=True)
