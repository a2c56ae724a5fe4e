"""Related matters: a body names other matters, and others' bodies name ours.

Bodies are sealed bytes without an index, so the way back is looked for among the documents recorded after the matter
was opened, no more than :data:`WINDOW` of them: a relation is made when the later matter is opened, mostly soon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from hub.flows.ports.relations import Relation
from hub.store.tables import messages
from hub.store.views import copies

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Row, Select

WINDOW = 500
"""Later documents looked at, at most."""
_SPELLINGS = (b"cmVsYXRlZ", b"JlbGF0ZW", b"yZWxhdGVk")
"""The three ways base64 writes ``related``: a body without any of them need not be decoded."""
_OWN: Select[Any] = select(
    messages.c.document, messages.c.matter, messages.c.title, messages.c.raw, messages.c.stored_at
).where(messages.c.status == "stored")
_TITLES: Select[Any] = select(messages.c.matter, messages.c.title).order_by(messages.c.id.desc())


def relations(connection: Connection, matter: str) -> tuple[Relation, ...]:
    """Links of one matter both ways, as far as this node can read them."""
    own = list(connection.execute(_OWN.where(messages.c.matter == matter).order_by(messages.c.id)))
    if not own:
        return ()
    outward = [(relation, target, row.document) for row in own for relation, target in _named(row)]
    titles = _titles(connection, {target for _, target, _ in outward})
    found = [Relation(relation, True, there, by, titles.get(there)) for relation, there, by in outward]
    found += (
        Relation(relation, False, row.matter, row.document, row.title)
        for row in _later(connection, own[0], matter)
        for relation, target in _named(row)
        if target == matter
    )
    return tuple(dict.fromkeys(found))


def _titles(connection: Connection, wanted: set[str]) -> dict[str, str]:
    """Title of the first document of each matter that is here."""
    rows = connection.execute(_TITLES.where(messages.c.matter.in_(sorted(wanted)))) if wanted else ()
    return {row.matter: row.title for row in rows}


def _later(connection: Connection, opening: Row[Any], matter: str) -> Sequence[Row[Any]]:
    query = _OWN.where(messages.c.stored_at >= opening.stored_at)
    rows = connection.execute(query.order_by(messages.c.stored_at, messages.c.id).limit(WINDOW))
    return [row for row in rows if row.matter != matter]


def _named(row: Row[Any]) -> Iterator[tuple[str, str]]:
    """(relation, matter) pairs of one body; whatever else a peer may have written there is no link."""
    if not any(spelling in row.raw for spelling in _SPELLINGS):
        return
    listed = (copies.body_of(row.raw) or {}).get("related")
    for one in listed if isinstance(listed, list) else ():
        relation, target = (one.get("relation"), one.get("matter")) if isinstance(one, dict) else (None, None)
        if isinstance(relation, str) and isinstance(target, str):
            yield relation, target
