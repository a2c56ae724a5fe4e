"""What a newer agreement or roster changed in an open matter's last day, told so that a person understands it (D8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from hub.core.calendar import working_calendars

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hub.core.calendar import WorkingCalendar
    from hub.core.docket import MatterRow
    from hub.core.trust import Trust


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about a matter that no document tells, kept at this node for the people who follow it."""

    matter: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Recount:
    """Open matters still to be counted again: from which agreement on, and the last id that was done."""

    was: int
    after: str


class Reasons:
    """Why last days move, for one batch: the calendars of both agreements are read once."""

    def __init__(self, trust: Trust, was: int) -> None:
        """``was``: version of the agreement that was in force before."""
        self._trust = trust
        self._changed = trust.agreement.version != was
        before = trust.past.get(was)
        self._before: Mapping[str, WorkingCalendar] = working_calendars(before.calendars) if before else {}

    def of(self, row: MatterRow) -> str:
        """``因协议第2版公布2027年日历``, or what else there is to say."""
        version = self._trust.agreement.version
        if not self._changed:
            return f"因成员名册更新为第{self._trust.roster.version}版"
        years = self._announced(row)
        return f"因协议第{version}版公布{'、'.join(map(str, years))}年日历" if years else f"因协议更新为第{version}版"

    def _announced(self, row: MatterRow) -> list[int]:
        """Years of the count whose calendar is new; the next one too, for it may move the last days of a December."""
        name = row.calendar or ""
        now, before = self._trust.calendars.get(name), self._before.get(name)
        if now is None or before is None or row.start is None or row.due_effective is None:
            return []
        return [year for year in range(row.start.year, row.due_effective.year + 2) if year in now.years - before.years]


def changed_from(trust: Trust, was: int) -> date | None:
    """The first day that some calendar counts otherwise than it did in agreement ``was``; None: nothing moved."""
    before = trust.past.get(was)
    if before is None:
        return None
    days: set[date] = set()
    known = working_calendars(before.calendars)
    for name, now in trust.calendars.items():
        then = known.get(name)
        if then is not None:
            days |= set(now.off) ^ set(then.off) | (now.work ^ then.work)
            days |= {date(year, 1, 1) for year in now.years ^ then.years}
    return min(days, default=None)


def told(before: MatterRow, after: MatterRow, why: str) -> str | None:
    """The sentence for a person; None when last day and certainty are as they were."""
    same = before.due_at == after.due_at and before.due_effective == after.due_effective
    if same and before.provisional == after.provisional:
        return None
    if same:
        return f"{why}，到期日{_day(after.due_effective)}{'改为暂定' if after.provisional else '由暂定转为确定'}。"
    mark = ["（暂定）" if row.provisional else "" for row in (before, after)]
    return f"{why}，到期日由{_day(before.due_effective)}{mark[0]}调整为{_day(after.due_effective)}{mark[1]}。"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "未定"
