"""The register of matters: every filter is judged by the database, over so many rows of history per page at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, literal_column, not_, or_, select, tuple_

from hub.core.families import FAMILIES
from hub.core.ids import ALL
from hub.core.lifecycle import OPENER, VOID
from hub.flows.ports.views import Page
from hub.flows.rows import MatterRow
from hub.store.mapping import Mapping
from hub.store.tables import matters as table
from hub.store.types import from_micros, to_micros
from hub.store.views.access import in_hand
from hub.store.views.finding import candidates, holding
from hub.store.views.paging import Key, check_micros, gather, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from hub.flows.ports.views import MatterFilter

NEAR, LOOK = 500, 20_000
"""Rows of history that a page looks at: first a few, for most pages are filled from them, then at most so many more."""

JUDGED = 3_000
"""The same where a text is looked for that no index knows: so many titles are opened (below 0.1 s)."""

_ROWS = Mapping(MatterRow, table)
_NEWEST = (table.c.updated_at.desc(), table.c.id.desc())
# Written out: an index over a part of the table serves only a condition the planner can read.
_RUNNING: ColumnElement[Any] = table.c.clock == literal_column("'running'")
_PLACE = tuple_(table.c.family, table.c.state)
_WAITS_FOR_OTHER = [
    (one.name, state)
    for one in FAMILIES.values()
    for state in sorted(one.states)
    if state not in one.clock_stops | one.closed and state != VOID
]
_WAITS_FOR_OPENER = sorted(
    {
        (one.name, step.state or "")
        for one in FAMILIES.values()
        for step in one.steps
        if (step.act, step.by) == ("confirm", OPENER)
    }
    - set(_WAITS_FOR_OTHER)
)


def matters(
    connection: Connection, member: str, wanted: MatterFilter, cursor: str | None, limit: int, now: datetime
) -> Page[MatterRow]:
    """The last moved first; a page that looked far enough hands out where to go on, even if it found little."""
    few, conditions, text = _narrowed(connection, wanted, member, now)
    if wanted.order == "due" or text is not None:
        way = _BY_DUE if wanted.order == "due" else _BY_MOVE
        return _one_by_one(connection, conditions, way, text, unpack(cursor, int, str), limit)
    query = select(*_ROWS.columns).where(*conditions).order_by(*_NEWEST)
    found: list[MatterRow] = []
    at = unpack(cursor, int, str)
    for size in (NEAR, LOOK):
        floor = None if few else _floor(connection, at, size)
        part = query if at is None else query.where(_before(at))
        part = part if floor is None else part.where(_down_to(floor))
        found += _ROWS.build_all(connection.execute(part.limit(limit + 1 - len(found))))
        if len(found) > limit:
            last = found[limit - 1]
            return Page(tuple(found[:limit]), pack(to_micros(last.updated_at) or 0, last.id))
        if floor is None:
            return Page(tuple(found), None)
        at = floor
    return Page(tuple(found), pack(*at) if at else None)


def count(connection: Connection, member: str, wanted: MatterFilter, now: datetime, most: int) -> int:
    """How many there are, ``most`` at most."""
    _, conditions, text = _narrowed(connection, wanted, member, now)
    if wanted.order == "due":
        conditions.append(_RUNNING)
    if text is not None:
        return len(_one_by_one(connection, conditions, _BY_MOVE, text, None, most).rows)
    some = select(table.c.id).where(*conditions).limit(most).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar() or 0)


def _one_by_one(
    connection: Connection,
    conditions: list[ColumnElement[bool]],
    way: Way,
    text: str | None,
    start: Key | None,
    limit: int,
) -> Page[MatterRow]:
    """Rows in an order that an index keeps; those that must hold a ``text`` are opened and judged here."""
    query = select(*_ROWS.columns).where(*conditions, *way.among).order_by(*way.order)

    def fetch(after: Key | None, size: int) -> list[MatterRow]:
        part = query if after is None else query.where(way.behind(after))
        return _ROWS.build_all(connection.execute(part.limit(size)))

    def judge(rows: Sequence[MatterRow]) -> list[MatterRow | None]:
        if text is None:
            return list(rows)
        held = holding(connection, text, "matter", {row.id: row.title for row in rows})
        return [row if row.id in held else None for row in rows]

    found, rest = gather(fetch, judge, way.key, start, limit, JUDGED)
    return Page(tuple(found), pack(*rest) if rest else None)


def _narrowed(
    connection: Connection, wanted: MatterFilter, member: str, now: datetime
) -> tuple[bool, list[ColumnElement[bool]], str | None]:
    """Whether an index leaves only a few matters to look at, the conditions, and the text left to be judged."""
    conditions = _conditions(wanted, member, now)
    if wanted.text is None:
        return wanted.unit is not None, conditions, None
    found = candidates(connection, wanted.text, "matter")
    if found is None:
        return False, conditions, wanted.text
    return True, [*conditions, table.c.id.in_(found)], None


def _floor(connection: Connection, start: Key | None, size: int) -> Key | None:
    """The ``size``-th place from here, where the look ends; None when the register ends before."""
    query = select(table.c.updated_at, table.c.id).order_by(*_NEWEST).offset(size - 1).limit(1)
    row = connection.execute(query if start is None else query.where(_before(start))).first()
    return (to_micros(row.updated_at), row.id) if row is not None else None


def _before(key: Key) -> ColumnElement[bool]:
    updated_at = from_micros(check_micros(key[0]))
    same = and_(table.c.updated_at == updated_at, table.c.id < key[1])
    return and_(table.c.updated_at <= updated_at, or_(table.c.updated_at < updated_at, same))


def _behind(key: Key) -> ColumnElement[bool]:
    due_at = from_micros(check_micros(key[0]))
    return and_(table.c.due_at >= due_at, or_(table.c.due_at > due_at, table.c.id > key[1]))


@dataclass(frozen=True)
class Way:
    """An order to go through the register, and how to go on in it."""

    among: tuple[ColumnElement[bool], ...]
    order: tuple[Any, ...]
    behind: Callable[[Key], ColumnElement[bool]]
    key: Callable[[MatterRow], Key]


_BY_MOVE = Way((), _NEWEST, _before, lambda row: (to_micros(row.updated_at) or 0, row.id))
_BY_DUE = Way((_RUNNING,), (table.c.due_at, table.c.id), _behind, lambda row: (to_micros(row.due_at) or 0, row.id))
"""Running clocks alone, the first to end first."""


def _down_to(key: Key) -> ColumnElement[bool]:
    """Written as a bound, for the negation of :func:`_before` would read the index to its end."""
    updated_at = from_micros(check_micros(key[0]))
    same = and_(table.c.updated_at == updated_at, table.c.id >= key[1])
    return and_(table.c.updated_at >= updated_at, or_(table.c.updated_at > updated_at, same))


def _conditions(wanted: MatterFilter, member: str, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for name in ("family", "state", "clock", "provisional"):
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(table.c[name] == value)
    judges: list[tuple[Any, Callable[..., ColumnElement[bool]]]] = [
        (wanted.overdue, lambda overdue: _overdue(now) if overdue else not_(_overdue(now))),
        (wanted.role, lambda role: _side(role, member)),
        (wanted.counterpart, lambda office: or_(table.c.opener == office, table.c.other == office)),
        (wanted.waits_for, lambda who: _waits_for(who, member)),
        (wanted.unit, lambda unit: in_hand(table.c.id, unit)),
    ]
    return [*conditions, *(judge(value) for value, judge in judges if value is not None)]


def _overdue(now: datetime) -> ColumnElement[bool]:
    return and_(table.c.clock == "running", table.c.due_at.is_not(None), table.c.due_at <= now)


def _side(role: str, member: str) -> ColumnElement[bool]:
    """A broadcast is to everybody but who sent it."""
    if role == "opener":
        return table.c.opener == member
    return or_(table.c.other == member, and_(table.c.other == ALL, table.c.opener != member))


def _waits_for(who: str, member: str) -> ColumnElement[bool]:
    """Whose move it is, seen from here; nobody's where we only look on. ``any``: ours or theirs."""
    if who == "any":
        return or_(_waits_for("us", member), _waits_for("them", member))
    mover, watcher = (table.c.other, table.c.opener) if who == "us" else (table.c.opener, table.c.other)
    return or_(
        and_(_PLACE.in_(_WAITS_FOR_OTHER), mover == member, table.c.opener != table.c.other),
        and_(_PLACE.in_(_WAITS_FOR_OPENER), watcher == member, table.c.opener != table.c.other),
    )
