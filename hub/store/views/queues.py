"""What waits: members with what is under way to them, quarantine, depth of every queue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal_column, select

from hub.core.errors import NotFound
from hub.core.ids import BEIJING
from hub.flows.ports.views import Health, MemberView, Page
from hub.flows.rows import Quarantined
from hub.store.ledger import written
from hub.store.mapping import Mapping
from hub.store.tables import deliveries, messages, outbox, parked, peers, quarantine, stream_in
from hub.store.tree import size_of
from hub.store.views.paging import pack, unpack
from hub.store.work import among

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from hub.core.trust import Trust

_QUARANTINED = Mapping(Quarantined, quarantine)
# Written out: an index over a part of the table serves only a condition the planner can read.
_PENDING: ColumnElement[Any] = literal_column("status = 'pending'")
_UNANSWERED: ColumnElement[Any] = literal_column("status = 'on-wire' AND form = 'full'")
_OLDEST = (
    select(deliveries.c.id, messages.c.sealed)
    .join(messages, messages.c.hash == deliveries.c.message)
    .where(among(deliveries.c.id, "ids"))
)


def members(connection: Connection, member: str, trust: Trust, now: datetime) -> list[MemberView]:
    """The roster with liveliness and what is still without receipt."""
    full: dict[str, list[Any]] = {}
    copies: dict[str, int] = {}
    for condition in (_PENDING, _UNANSWERED):
        for row in connection.execute(_waiting(condition)):
            if row.form == "header":
                copies[row.member] = copies.get(row.member, 0) + row.number
            else:
                full.setdefault(row.member, []).append(row)
    oldest = [min(row.oldest for row in rows) for rows in full.values()]
    sealed: dict[int, datetime] = {row.id: row.sealed for row in connection.execute(_OLDEST, {"ids": oldest})}
    seen: dict[str, datetime | None] = {
        row.member: row.last_seen for row in connection.execute(select(peers.c.member, peers.c.last_seen))
    }
    office = trust.joint_meeting(now.astimezone(BEIJING).date())
    return [
        MemberView(
            id=one.id,
            name=one.name,
            short_name=one.short_name,
            region=one.region,
            system=one.system,
            level=one.level,
            calendar=one.calendar,
            reach=one.reach,
            status=one.status,
            joint_meeting=one.id == office,
            own=one.id == member,
            last_seen=seen.get(one.id),
            waiting=sum(row.number for row in full.get(one.id, ())),
            oldest_waiting=sealed.get(min((row.oldest for row in full.get(one.id, ())), default=0)),
            copies=copies.get(one.id, 0),
        )
        for one in trust.roster.members
    ]


def quarantined(connection: Connection, cursor: str | None, limit: int) -> Page[Quarantined]:
    """Newest first; the bytes are left out."""
    columns = [literal_column("NULL").label("raw") if c.name == "raw" else c for c in _QUARANTINED.columns]
    query = select(*columns).order_by(quarantine.c.id.desc()).limit(limit + 1)
    key = unpack(cursor, int)
    found = list(connection.execute(query if key is None else query.where(quarantine.c.id < key[0])))
    rows = [replace(_QUARANTINED.build(row), raw=b"") for row in found[:limit]]
    return Page(tuple(rows), pack(rows[-1].id) if len(found) > limit else None)


def one_quarantined(connection: Connection, item: int) -> Quarantined:
    """With its bytes."""
    query = select(*_QUARANTINED.columns).where(quarantine.c.id == item)
    found = connection.execute(query).first() if 0 < item < 2**63 else None
    if found is None:
        raise NotFound(f"没有编号为 {item} 的异常文书", field="id")
    row = _QUARANTINED.build(found)
    return replace(row, raw=bytes(row.raw))


def health(connection: Connection) -> Health:
    """Every count is over an index that holds only what waits."""
    waiting = {row.waits_for: row.number for row in connection.execute(_PARKED)}
    first = _number(connection, select(func.min(deliveries.c.id)).where(_PENDING))
    oldest = connection.execute(_OLDEST, {"ids": [first]}).first()
    return Health(
        outbox=_number(connection, select(func.count()).select_from(outbox)),
        pending=_number(connection, select(func.count()).select_from(deliveries).where(_PENDING)),
        oldest_pending=oldest.sealed if oldest is not None else None,
        quarantined=_number(connection, select(func.count()).select_from(quarantine)),
        gaps=waiting.get("gap", 0),
        parked=sum(waiting.values()),
        frozen=_number(connection, select(func.count()).select_from(stream_in).where(stream_in.c.frozen)),
        ungrown=written(connection) - size_of(connection),
    )


_PARKED = select(parked.c.waits_for, func.count().label("number")).group_by(parked.c.waits_for)


def _waiting(condition: ColumnElement[Any]) -> Any:
    counted = (func.count().label("number"), func.min(deliveries.c.id).label("oldest"))
    return (
        select(deliveries.c.member, deliveries.c.form, *counted)
        .where(condition)
        .group_by(deliveries.c.member, deliveries.c.form)
    )


def _number(connection: Connection, query: Any) -> int:
    return int(connection.execute(query).scalar() or 0)
