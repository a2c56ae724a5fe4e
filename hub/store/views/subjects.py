"""Looking up subjects: by exact values first, then in other spellings, then by names and addresses near to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, literal_column, not_, or_, select, type_coerce

from hub.core.errors import NotFound
from hub.core.subjects import PART, SHORTEST, halves, heard, likeness, nearness, phrase, sounds_within
from hub.flows.ports.subjects import SubjectHit, SubjectKey
from hub.store.fields import cipher_of
from hub.store.mapping import Mapping
from hub.store.tables import matters, messages, subject_keys
from hub.store.types import Words
from hub.store.views.access import in_hand
from hub.store.views.finding import candidates, sounding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from hub.flows.ports.subjects import SubjectFilter
    from hub.store.fields import Blind

_KEYS = Mapping(SubjectKey, subject_keys)
_WIDTH = len(_KEYS.columns)
_HITS = (
    select(
        *_KEYS.columns,
        *(messages.c[name] for name in ("document", "kind", "title", "sender", "issued")),
        *(matters.c[name] for name in ("family", "state")),
    )
    .join(messages, messages.c.hash == subject_keys.c.message)
    .join(matters, matters.c.id == subject_keys.c.matter)
    .where(messages.c.status.in_(["stored", "copy"]))
)
_NEWEST = subject_keys.c.id.desc()
_WRITTEN = ("name", "address")
_LOOK = 500
"""Messages whose names are compared for one part of a text."""


def find(connection: Connection, wanted: SubjectFilter, limit: int) -> tuple[SubjectHit, ...]:
    """Exact, then near; one line for a subject in a document, whatever the number of its keys that fit."""
    query = _HITS if wanted.unit is None else _HITS.where(in_hand(subject_keys.c.matter, wanted.unit))
    hits = _once(_hit(row, "") for row in _by_values(connection, query, wanted.values, limit))
    if not wanted.near:
        return tuple(hits)
    near = [_hit(row, likeness(row.value)) for row in _by_values(connection, query, wanted.alike, limit)]
    for value in {value for sort, value in wanted.values if sort in _WRITTEN}:
        sorts = {sort for sort, known in wanted.values if known == value and sort in _WRITTEN}
        beside = and_(
            subject_keys.c.message.in_(_beside(connection, value)),
            subject_keys.c.sort.in_(sorted(sorts)),
            not_(_same(connection, value)),
        )
        rows = connection.execute(query.where(beside).order_by(_NEWEST).limit(literal_column(str(10 * _LOOK))))
        near += [_hit(row, why) for row in rows if (why := nearness(value, row.value))]
    near += _by_parts(connection, query, wanted.parts)
    return (*hits, *_once(near, hits)[:limit])


def _by_values(
    connection: Connection, query: Select[Any], values: Sequence[tuple[str, str]], limit: int
) -> Iterable[Row[Any]]:
    if not values:
        return ()
    same = or_(*(and_(_same(connection, value), subject_keys.c.sort == sort) for sort, value in values))
    return connection.execute(query.where(same).order_by(_NEWEST).limit(limit))


def _by_parts(connection: Connection, query: Select[Any], ways: Sequence[Sequence[str]]) -> Iterator[SubjectHit]:
    """Names of which a part sounds like what was typed in letters."""
    found = dict.fromkeys(one for way in ways for one in sounding(connection, heard(way), _LOOK))
    if found:
        named = and_(subject_keys.c.message.in_(list(found)), subject_keys.c.sort == "name")
        rows = connection.execute(query.where(named).order_by(_NEWEST).limit(literal_column(str(10 * _LOOK))))
        yield from (_hit(row, PART) for row in rows if sounds_within(ways, row.value))


def one(connection: Connection, key: int, unit: str | None) -> SubjectHit:
    """One of them, if this unit may see it."""
    query = _HITS if unit is None else _HITS.where(in_hand(subject_keys.c.matter, unit))
    row = connection.execute(query.where(subject_keys.c.id == key)).first() if 0 < key < 2**63 else None
    if row is None:
        raise NotFound("没有这条主体记录，或不在您可查看的范围内", field="key")
    return _hit(row, "")


def _same(connection: Connection, value: str) -> ColumnElement[bool]:
    """The entry stands for just this value, whichever key blinded it."""
    kind = cast("Blind", subject_keys.c.blind.type)
    return type_coerce(subject_keys.c.blind, Words).in_(kind.all_blinded(cipher_of(connection.dialect), value))


def _beside(connection: Connection, value: str) -> list[str]:
    """Messages that hold the text or one half of it: whoever differs in one place only is among them."""
    found: dict[str, None] = {}
    for part in (value, *halves(value)) if len(value) > SHORTEST else (value,):
        few = candidates(connection, part, "message", _LOOK) if phrase(part) else None
        found.update(dict.fromkeys(few or ()))
    return list(found)


def _hit(row: Row[Any], why: str) -> SubjectHit:
    return SubjectHit(_KEYS.build(row[:_WIDTH]), why, *row[_WIDTH:])


def _once(hits: Iterable[SubjectHit], known: Iterable[SubjectHit] = ()) -> list[SubjectHit]:
    seen = {(one.document, one.key.owner) for one in known}
    found = []
    for hit in hits:
        mark = (hit.document, hit.key.owner)
        if mark not in seen:
            seen.add(mark)
            found.append(hit)
    return found
