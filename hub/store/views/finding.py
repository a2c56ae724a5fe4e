"""What a text finds: candidates from the index of blinded pairs while they are few, else rows judged one by one.

The index says which texts hold all pairs that were asked for; that they stand side by side is seen when the text has
been opened (hub/decisions/0011).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, literal_column, or_, select, text, type_coerce

from hub.core.subjects import phrase
from hub.store.fields import cipher_of
from hub.store.search import has_part
from hub.store.tables import messages, search_texts, to_index
from hub.store.types import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection, Select

    from hub.store.fields import BlindWords

MOST = 2000
"""Messages a text may name before it is too common for a list of candidates."""
_NEW = 1000
"""Messages waiting for the index that are looked at one by one; while more wait, the index answers for nothing."""

_FOUND = {
    "postgresql": text("to_tsvector('simple', tokens) @@ plainto_tsquery('simple', :tokens)"),
    "sqlite": text("id IN (SELECT rowid FROM search_fts WHERE search_fts MATCH :tokens)"),
}
_FOUND_BY_EITHER = {
    "postgresql": text(
        "to_tsvector('simple', tokens) @@ (plainto_tsquery('simple', :tokens) || plainto_tsquery('simple', :former))"
    ),
    "sqlite": text(
        "id IN (SELECT rowid FROM search_fts WHERE search_fts MATCH '(' || :tokens || ') OR (' || :former || ')')"
    ),
}
"""The same while the key of the index is changed: a text is blinded by one of the two."""
_WAITING = select(to_index.c.message).limit(_NEW + 1)


def candidates(connection: Connection, wanted: str, column: str, most: int = MOST) -> list[str] | None:
    """Matters or messages (``column``) whose words hold this text; None: the index cannot say, or too many do."""
    asked = phrase(wanted)
    if not asked:
        return None
    rows = _rows(connection, _texts(column, asked), asked, most)
    waiting = list(connection.execute(_WAITING).scalars())
    if len(rows) > most or len(waiting) > _NEW:
        return None
    named = messages.c.matter if column == "matter" else messages.c.hash
    new = connection.execute(select(named, messages.c.title).where(messages.c.hash.in_(waiting)))
    return list(dict.fromkeys((*_in_a_row(rows, asked), *(name for name, title in new if has_part(title, wanted)))))


def sounding(connection: Connection, syllables: str, most: int) -> list[str]:
    """Messages with a name in which all these pairs of syllables are heard; none where more than ``most`` have one."""
    rows = _rows(connection, select(search_texts.c.message), syllables, most)
    return [name for (name,) in rows] if len(rows) <= most else []


def holding(connection: Connection, wanted: str, column: str, titles: Mapping[str, str]) -> set[str]:
    """Those matters or messages (``column``) that hold the text in their title, which is given, or in their words."""
    found = {name for name, title in titles.items() if has_part(title, wanted)}
    asked, rest = phrase(wanted), [name for name in titles if name not in found]
    if not asked or not rest:
        return found
    kept = type_coerce(search_texts.c.tokens, Words)
    held = [and_(*map(kept.contains, tokens.split())) for tokens in _blinded(connection, asked)]
    query = _texts(column, asked).where(search_texts.c[column].in_(rest), or_(*held))
    return found | set(_in_a_row(connection.execute(query), asked))


def _rows(connection: Connection, query: Select[Any], asked: str, most: int) -> list[Any]:
    """Texts that hold all the words asked for; one more than ``most`` tells that there are too many."""
    tokens = dict(zip(("tokens", "former"), _blinded(connection, asked), strict=False))
    found = _FOUND if len(tokens) == 1 else _FOUND_BY_EITHER
    held = query.where(found[connection.dialect.name]).limit(literal_column(str(most + 1)))
    return list(connection.execute(held, tokens))


def _texts(column: str, asked: str) -> Select[Any]:
    """Words are opened only where it matters in which order they stand."""
    words = search_texts.c.words if " " in asked else literal_column("NULL")
    return select(search_texts.c[column], words)


def _blinded(connection: Connection, asked: str) -> list[str]:
    kind = cast("BlindWords", search_texts.c.tokens.type)
    return kind.all_blinded(cipher_of(connection.dialect), asked)


def _in_a_row(rows: Iterable[Any], asked: str) -> list[str]:
    return [name for name, words in rows if words is None or f" {asked} " in f" {words} "]
