"""What we cosigned of other members' logs, and every contradiction that was found."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, bindparam, delete, func, select, text, update

from hub.core.checkpoint import origin_of
from hub.flows.ports.log import Alarm, Witnessed
from hub.store.bulk import Insert, Upsert
from hub.store.mapping import Mapping
from hub.store.tables import alarms, witnessed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hub.store.work import Work

KEEP: Final = timedelta(days=7)
"""How long a checkpoint of a peer stays after a larger one, to be compared with what others were shown."""

_ROWS = Mapping(Witnessed, witnessed)
_ADD = Insert(witnessed, _ROWS.names)
_ORIGIN = witnessed.c.origin == bindparam("own")
_SIZE = witnessed.c.size == bindparam("of", type_=BigInteger)
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('hub.witness.' || :own))")
_HELD = select(*_ROWS.columns).where(_ORIGIN).order_by(witnessed.c.size.desc()).limit(1)
_AT = select(*_ROWS.columns).where(_ORIGIN, _SIZE)
_OF_MEMBER = (witnessed.c.origin > bindparam("first"), witnessed.c.origin < bindparam("last"))
_YOUNGEST = (witnessed.c.origin.desc(), witnessed.c.size.desc())
_LAST = select(*_ROWS.columns).where(*_OF_MEMBER).order_by(*_YOUNGEST).limit(1)
_FORGET = delete(witnessed).where(_ORIGIN, witnessed.c.at < bindparam("until"))
_JOIN = update(witnessed).where(_ORIGIN, _SIZE).values(note=bindparam("text"))
_NEWEST = select(witnessed.c.origin, func.max(witnessed.c.size).label("size")).group_by(witnessed.c.origin).subquery()
_LATEST = (
    select(*_ROWS.columns)
    .join(_NEWEST, (witnessed.c.origin == _NEWEST.c.origin) & (witnessed.c.size == _NEWEST.c.size))
    .order_by(witnessed.c.at.desc(), witnessed.c.origin)
    .limit(bindparam("limit", type_=BigInteger))
)
_ALARMS = Mapping(Alarm, alarms)
_ADD_ALARM = Upsert(alarms, _ALARMS.names, ["member", "kind", "place"])
_OPEN = (
    select(*_ALARMS.columns)
    .where(alarms.c.settled_at.is_(None), alarms.c.member == bindparam("of"))
    .order_by(alarms.c.id)
)
_SETTLE = (
    update(alarms)
    .where(alarms.c.id == bindparam("number"), alarms.c.settled_at.is_(None))
    .values(settled_at=bindparam("now"))
)


class SqlWitness:
    """Port ``Witness``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def held(self, origin: str) -> Witnessed | None:
        """The largest we cosigned of this log; on SQLite a writer is alone anyway."""
        if self._work.postgres:
            self._work.run(_ALONE, own=origin)
        found = _ROWS.build_all(self._work.tuples(_HELD, own=origin))
        return found[0] if found else None

    def at(self, origin: str, size: int) -> Witnessed | None:
        """What we cosigned for exactly this size."""
        found = _ROWS.build_all(self._work.tuples(_AT, own=origin, of=size))
        return found[0] if found else None

    def advance(self, old: int, row: Witnessed) -> bool:
        """Compare and set."""
        held = self.held(row.origin)
        if (held.size if held else 0) != old or row.size <= old:
            return False
        self._work.run(_FORGET, own=row.origin, until=row.at - KEEP)
        _ADD.run(self._work, [_ROWS.values(row)])
        return True

    def join(self, row: Witnessed) -> None:
        """Write the note of a row again."""
        self._work.run(_JOIN, own=row.origin, of=row.size, text=row.note)

    def last_of(self, member: str) -> Witnessed | None:
        """One step in the primary key: lives have UUIDv7, which are in order."""
        first = origin_of(member, "")
        found = _ROWS.build_all(self._work.tuples(_LAST, first=first, last=f"{first}~"))
        return found[0] if found else None

    def latest(self, limit: int) -> list[Witnessed]:
        """The largest of each log."""
        return _ROWS.build_all(self._work.tuples(_LATEST, limit=limit))


class SqlAlarms:
    """Port ``Alarms``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, alarms: Sequence[Alarm]) -> int:
        """Keep those not known yet."""
        first = {(one.member, one.kind, one.place): one for one in reversed(alarms)}
        return _ADD_ALARM.run(self._work, _ALARMS.all_values(list(first.values())[::-1]))

    def open(self, member: str) -> list[Alarm]:
        """Those nobody has settled."""
        return _ALARMS.build_all(self._work.tuples(_OPEN, of=member))

    def settle(self, number: int, at: datetime) -> bool:
        """A person took note."""
        return self._work.run(_SETTLE, number=number, now=at).rowcount > 0
