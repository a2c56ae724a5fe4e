"""The board of what is due: open duties by the day they end, ours and those owed to us."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, literal_column, or_, select

from hub.core.ids import BEIJING
from hub.core.overdue import is_proposed, slot_of, span_of, working_days
from hub.core.reminders import Span
from hub.core.slots import Slot
from hub.flows.ports.duties import Duty, DutyCounts, DutyFilter
from hub.flows.ports.views import Page
from hub.flows.rows import MatterRow
from hub.store.mapping import Mapping
from hub.store.tables import matters as table
from hub.store.types import from_micros, to_micros
from hub.store.views.access import in_hand
from hub.store.views.paging import Key, check_micros, gather, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection

    from hub.core.trust import Trust
    from schemas.wire.agreement import Rule

_ROWS = Mapping(MatterRow, table)
# Written out: an index over a part of the table serves only a condition the planner can read.
_RUNNING: ColumnElement[Any] = table.c.clock == literal_column("'running'")


class Board:
    """One look at the open duties, as ``member`` sees them at ``now``."""

    def __init__(self, connection: Connection, member: str, trust: Trust, now: datetime) -> None:
        """Days are civil days of +08:00."""
        self._connection, self._member, self._trust, self._now = connection, member, trust, now
        self.today = now.astimezone(BEIJING).date()
        self._proposed: dict[tuple[str | None, Any, str], bool] = {}

    def counts(self, unit: str | None = None) -> DutyCounts:
        """One grouped query: as many groups as there are last days."""
        over = (table.c.due_at <= self._now).label("over")
        sides = [(self._party(side) == self._member).label(side) for side in ("ours", "theirs")]
        shape = (*sides, over, table.c.calendar, table.c.due_effective, table.c.provisional)
        mine = or_(table.c.opener == self._member, table.c.other == self._member)
        query = select(*shape, func.count().label("number")).where(_RUNNING, mine).group_by(*shape)
        query = query if unit is None else query.where(in_hand(table.c.id, unit))
        found: dict[str, Counter[Slot]] = {"ours": Counter(), "theirs": Counter()}
        provisional = 0
        for row in self._connection.execute(query):
            calendar = self._trust.calendars.get(row.calendar)
            if calendar is None:
                continue
            slot = Slot.OVERDUE if row.over else slot_of(row.due_effective, calendar, self.today)
            found["ours" if row.ours else "theirs"][slot] += row.number
            provisional += row.number if row.provisional else 0
        ours, theirs = ({slot: counted[slot] for slot in Slot} for counted in found.values())
        return DutyCounts(self.today, self._now, ours, theirs, provisional)

    def days(self, first: date, last: date, unit: str | None) -> dict[date, int]:
        """How many of our duties end on each of these days and are not over yet."""
        ends = table.c.due_effective
        query = (
            select(ends, func.count())
            .where(*self._conditions(DutyFilter("ours", unit=unit)))
            .where(table.c.due_at > self._now, ends.between(first, last))
            .group_by(ends)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def page(self, wanted: DutyFilter, cursor: str | None, limit: int) -> Page[Duty]:
        """The longest overdue first."""
        if wanted.proposed and self._trust.joint_meeting(self.today) != self._member:
            return Page((), None)
        conditions = self._conditions(wanted)

        def fetch(after: Key | None, size: int) -> Sequence[MatterRow]:
            query = select(*_ROWS.columns).where(*conditions).order_by(table.c.due_at, table.c.id).limit(size)
            return _ROWS.build_all(self._connection.execute(query if after is None else query.where(_behind(after))))

        def judge(rows: Sequence[MatterRow]) -> list[Duty | None]:
            found = [self._duty(row) for row in rows]
            return [one if one and (not wanted.proposed or self._is_proposed(one)) else None for one in found]

        start = unpack(cursor, int, str)
        rows, rest = gather(fetch, judge, lambda row: (to_micros(row.due_at), row.id), start, limit)
        return Page(tuple(rows), pack(*rest) if rest else None)

    def _conditions(self, wanted: DutyFilter) -> list[ColumnElement[bool]]:
        conditions = [_RUNNING] if wanted.unit is None else [_RUNNING, in_hand(table.c.id, wanted.unit)]
        if wanted.side is not None:
            conditions.append(self._party(wanted.side) == self._member)
        if wanted.kind is not None:
            conditions.append(table.c.kind == wanted.kind)
        if wanted.day is not None:
            conditions += [table.c.due_effective == wanted.day, table.c.due_at > self._now]
        if wanted.near:
            conditions.append(or_(self._within(Slot.TODAY), self._within(Slot.SOON)))
        if wanted.slot is not None:
            conditions.append(self._within(wanted.slot))
        return conditions

    def _within(self, slot: Slot) -> ColumnElement[bool]:
        """What stands in a slot, each by its holder's calendar."""
        if slot is Slot.OVERDUE:
            return table.c.due_at <= self._now
        spans = [(one.id, *span_of(slot, one, self.today)) for one in self._trust.calendars.values()]
        on_day = (
            and_(table.c.calendar == name, table.c.due_effective.between(first, last)) for name, first, last in spans
        )
        return and_(table.c.due_at > self._now, or_(*on_day))

    def _party(self, side: str) -> ColumnElement[Any]:
        """Who holds the duty (``ours``), or to whom it is owed (``theirs``)."""
        own, others = (table.c.other, table.c.opener) if side == "ours" else (table.c.opener, table.c.other)
        known = (self._trust.agreement, *self._trust.past.values())
        by_sender = sorted({rule.id for one in known for rule in one.rules if rule.duty == "sender"})
        return case((table.c.rule.in_(by_sender), others), else_=own)

    def _duty(self, row: MatterRow) -> Duty | None:
        rule = self._rule(row)
        calendar = self._trust.calendars.get(row.calendar or "")
        if rule is None or calendar is None or row.due_effective is None or row.due_at is None:
            return None
        holder = row.other if rule.duty == "receiver" else row.opener
        over = row.due_at <= self._now
        slot = Slot.OVERDUE if over else slot_of(row.due_effective, calendar, self.today)
        days = working_days(calendar, self.today, row.due_effective)
        return Duty(row, holder, slot, days, rule.label, rule.basis, rule.title)

    def _rule(self, row: MatterRow) -> Rule | None:
        return self._trust.rule(row.rule, row.agreement) or self._trust.rules.get(row.rule or "")

    def _is_proposed(self, duty: Duty) -> bool:
        row = duty.row
        key = (row.calendar, row.due_effective, duty.label)
        if key not in self._proposed and row.due_effective is not None:
            calendar = self._trust.calendars[row.calendar or ""]
            span = Span(row.start or row.due_effective, row.due_effective, calendar)
            stages = self._trust.agreement.reminders
            self._proposed[key] = is_proposed(duty.label, span, stages, self._now, self.today)
        return self._proposed[key]


def _behind(key: Key) -> ColumnElement[bool]:
    due_at = from_micros(check_micros(key[0]))
    return and_(table.c.due_at >= due_at, or_(table.c.due_at > due_at, table.c.id > key[1]))
