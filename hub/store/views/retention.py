"""What is due for review, on hold and erased, for the screen and the command line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, exists, func, select, true, tuple_

from hub.core.errors import InvalidInput
from hub.core.retention import Due
from hub.flows.ports.retention import DueMatter, Erasure, Hold
from hub.flows.ports.views import Page
from hub.flows.rows import MatterRow
from hub.store.mapping import Mapping
from hub.store.tables import erasures, matters, retention_due, retention_holds
from hub.store.types import to_iso
from hub.store.views.paging import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from hub.store.views.reading import Reading

_ROWS = Mapping(Erasure, erasures)
_MATTERS = Mapping(MatterRow, matters)
_HOLDS = Mapping(Hold, retention_holds)
_DUES = Mapping(Due, retention_due)
_HELD = exists().where(retention_holds.c.matter == retention_due.c.matter)
# What moved after it was listed is looked at again, and listed again if it is still due.
_STANDS = and_(matters.c.id == retention_due.c.matter, matters.c.updated_at <= retention_due.c.at)


def due(connection: Connection, rule: str | None, cursor: str | None, limit: int) -> Page[DueMatter]:
    """The longest due first."""
    key = unpack(cursor, str, str)
    query = (
        select(*_DUES.columns, _HELD, *_MATTERS.columns)
        .join(matters, _STANDS)
        .where(_after(key), true() if rule is None else retention_due.c.rule == rule)
        .order_by(retention_due.c.day, retention_due.c.matter)
        .limit(limit + 1)
    )
    width = len(_DUES.columns)
    rows = [
        DueMatter(_DUES.build(row[:width]), _MATTERS.build(row[width + 1 :]), bool(row[width]))
        for row in connection.execute(query)
    ]
    more = len(rows) > limit
    last = rows[limit - 1].due if more else None
    return Page(tuple(rows[:limit]), pack(str(to_iso(last.day)), last.matter) if last else None)


def _after(key: tuple[Any, ...] | None) -> ColumnElement[bool]:
    if key is None:
        return true()
    try:
        place = date.fromisoformat(key[0])
    except ValueError as error:
        raise InvalidInput("翻页标记无效，请从第一页重新查起", field="cursor") from error
    return tuple_(retention_due.c.day, retention_due.c.matter) > tuple_(place, key[1])


def counts(connection: Connection, most: int) -> tuple[int, int]:
    """Due and not on hold; proposals that wait."""
    some = select(retention_due.c.matter).join(matters, _STANDS).where(~_HELD).limit(most).subquery()
    waiting = select(erasures.c.id).where(erasures.c.state == "proposed").limit(most).subquery()
    found = [connection.execute(select(func.count()).select_from(one)).scalar_one() for one in (some, waiting)]
    return int(found[0]), int(found[1])


def erased(connection: Connection, states: Collection[str], cursor: str | None, limit: int) -> Page[Erasure]:
    """Newest first."""
    key = unpack(cursor, str)
    query = select(*_ROWS.columns).where(erasures.c.state.in_(sorted(states))).order_by(erasures.c.id.desc())
    if key is not None:
        query = query.where(erasures.c.id < key[0])
    rows = _ROWS.build_all(connection.execute(query.limit(limit + 1)).all())
    return Page(tuple(rows[:limit]), pack(rows[limit - 1].id) if len(rows) > limit else None)


def holds(connection: Connection) -> list[tuple[Hold, MatterRow | None]]:
    """The oldest first."""
    query = (
        select(*_HOLDS.columns, *_MATTERS.columns)
        .outerjoin(matters, matters.c.id == retention_holds.c.matter)
        .order_by(retention_holds.c.at, retention_holds.c.matter)
    )
    width = len(_HOLDS.columns)
    return [
        (_HOLDS.build(row[:width]), None if row[width] is None else _MATTERS.build(row[width:]))
        for row in connection.execute(query)
    ]


def by_id(connection: Connection, ids: Collection[str]) -> dict[str, Erasure]:
    """These erasures."""
    if not ids:
        return {}
    rows = connection.execute(select(*_ROWS.columns).where(erasures.c.id.in_(sorted(ids)))).all()
    return {one.id: one for one in _ROWS.build_all(rows)}


class RetentionReading:
    """Port ``RetentionViews``, a part of ``SqlViews``."""

    _store: Reading

    def due_for_review(self, rule: str | None, cursor: str | None, limit: int) -> Page[DueMatter]:
        """Matters that are due."""
        with self._store.read() as connection:
            return due(connection, rule, cursor, limit)

    def review_counts(self, most: int) -> tuple[int, int]:
        """How many are due, and how many proposals wait."""
        with self._store.read() as connection:
            return counts(connection, most)

    def erasures(self, states: Collection[str], cursor: str | None, limit: int) -> Page[Erasure]:
        """Proposals in these states."""
        with self._store.read() as connection:
            return erased(connection, states, cursor, limit)

    def holds(self) -> list[tuple[Hold, MatterRow | None]]:
        """What is on hold."""
        with self._store.read() as connection:
            return holds(connection)

    def erasures_by_id(self, ids: Collection[str]) -> dict[str, Erasure]:
        """These erasures."""
        with self._store.read() as connection:
            return by_id(connection, ids)
