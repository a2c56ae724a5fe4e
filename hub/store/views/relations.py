"""Related matters: a body names documents of others, and others' bodies name ours.

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
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Row, Select

WINDOW = 500
"""Later documents looked at, at most."""

_SPELLINGS = (b"cmVsYXRlZ", b"JlbGF0ZW", b"yZWxhdGVk")
"""The three ways base64 writes ``related``: a body without any of them need not be decoded."""
_HEAD = (messages.c.document, messages.c.matter, messages.c.kind, messages.c.title)
_KNOWN: Select[Any] = select(*_HEAD)
_OWN: Select[Any] = select(*_HEAD, messages.c.raw, messages.c.stored_at).where(messages.c.status == "stored")


def relations(connection: Connection, matter: str) -> tuple[Relation, ...]:
    """Links of one matter both ways, as far as this node can read them."""
    own = list(connection.execute(_OWN.where(messages.c.matter == matter).order_by(messages.c.id)))
    if not own:
        return ()
    outward = [(row.document, relation, target) for row in own for relation, target in _named(row)]
    ends = _ends(connection, {target for _, _, target in outward})
    found = [_outward(one, ends.get(one[2])) for one in outward]
    documents = {row.document for row in own}
    found += (
        Relation(relation, False, target, row.document, row.matter, row.kind, row.title)
        for row in _later(connection, own[0], matter)
        for relation, target in _named(row)
        if target in documents
    )
    return tuple(dict.fromkeys(found))


def _outward(link: tuple[str, str, str], end: Row[Any] | None) -> Relation:
    source, relation, target = link
    if end is None:
        return Relation(relation, True, source, target, None, None, None)
    return Relation(relation, True, source, target, end.matter, end.kind, end.title)


def _ends(connection: Connection, documents: Iterable[str]) -> dict[str, Row[Any]]:
    wanted = sorted(documents)
    query = _KNOWN.where(messages.c.document.in_(wanted)).order_by(messages.c.id.desc())
    return {row.document: row for row in connection.execute(query)} if wanted else {}


def _later(connection: Connection, opening: Row[Any], matter: str) -> Sequence[Row[Any]]:
    query = _OWN.where(messages.c.stored_at >= opening.stored_at)
    rows = connection.execute(query.order_by(messages.c.stored_at, messages.c.id).limit(WINDOW))
    return [row for row in rows if row.matter != matter]


def _named(row: Row[Any]) -> Iterator[tuple[str, str]]:
    """(relation, document) pairs of one body; whatever else a peer may have written there is no link."""
    if not any(spelling in row.raw for spelling in _SPELLINGS):
        return
    listed = (copies.body_of(row.raw) or {}).get("related")
    for one in listed if isinstance(listed, list) else ():
        relation, target = (one.get("relation"), one.get("document")) if isinstance(one, dict) else (None, None)
        if isinstance(relation, str) and isinstance(target, str):
            yield relation, target
