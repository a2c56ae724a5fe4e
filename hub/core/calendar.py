"""Working days 工作日, computed from the calendars of the agreement (DESIGN D8).

A working day is Monday to Friday or an announced make-up day (调休上班), and not an announced day off. A derived
calendar (``CN-GX``) overlays its base: its days off cancel even a national make-up day (三月三 2017), its make-up days
cancel a national day off. Civil dates are those of +08:00; China has no daylight saving time.

A year for which the agreement has no notice yet is *provisional*: weekends and the fixed days of
《全国年节及纪念日放假办法》(2024) art. 2 are known, the lunar ones and the swaps are not. So are the last days of a
December while the next year's notice is missing, for it may move them (2018-12-29 became a working Saturday).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from hub.core.errors import InvalidInput
from hub.core.ids import BEIJING
from schemas.wire.agreement import Calendar

ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_WEEKEND = {5: "周六", 6: "周日"}
_FIXED = {(1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节", (10, 1): "国庆", (10, 2): "国庆", (10, 3): "国庆"}
_UNSETTLED_FROM = (12, 25)
_PROVISIONAL = "（放假安排未公布，暂定）"


def civil_date(moment: datetime | date) -> date:
    """The date in China at ``moment``: 23:59 and 00:01 +08:00 are different days; a bare date stays as it is."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise InvalidInput("时间缺少时区")
    return moment.astimezone(BEIJING).date()


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days of one place; build it with :func:`working_calendars` and keep it."""

    id: str
    years: frozenset[int]
    off: Mapping[date, str] = field(hash=False, repr=False)
    """Announced day off -> reason in Chinese."""
    work: frozenset[date] = field(hash=False, repr=False)
    """Announced make-up working days; a day off comes first where both are listed."""
    hours: tuple[tuple[time, time], ...] = ()
    """Agreed office hours of a working day: opening and closing, in order; empty where none are agreed."""

    def covers(self, day: date) -> bool:
        """Tell whether the announced notices settle ``day``; otherwise every answer about it is provisional."""
        if day.year not in self.years:
            return False
        return (day.month, day.day) < _UNSETTLED_FROM or day.year + 1 in self.years

    def settles(self, first: date, last: date) -> bool:
        """Tell whether every day from ``first`` to ``last`` is covered."""
        return self.covers(last) and all(year in self.years for year in range(first.year, last.year))

    def is_working(self, day: date) -> bool:
        """Tell whether ``day`` is a working day."""
        if day in self.off:
            return False
        if day.weekday() >= _SATURDAY:
            return day in self.work
        return day.year in self.years or (day.month, day.day) not in _FIXED or day in self.work

    def is_holiday(self, day: date) -> bool:
        """Tell whether ``day`` is an announced (in a provisional year: a fixed) day off; a plain weekend is none."""
        return day in self.off or (day.year not in self.years and (day.month, day.day) in _FIXED)

    def why(self, day: date) -> str:
        """Say in Chinese why ``day`` counts or does not."""
        return self._reason(day) + ("" if self.covers(day) else _PROVISIONAL)

    def _reason(self, day: date) -> str:
        if day in self.off:
            return self.off[day]
        if day in self.work:
            return "调休上班"
        if self.is_holiday(day):
            return f"法定节假日（{_FIXED[day.month, day.day]}）"
        return _WEEKEND.get(day.weekday(), "工作日")

    def next_working(self, day: date) -> date:
        """The first working day after ``day``."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day: date, amount: int) -> date:
        """The ``amount``-th working day after ``day`` (before it when negative); ``day`` itself does not count."""
        step = ONE_DAY if amount > 0 else -ONE_DAY
        left = abs(amount)
        while left:
            day += step
            if self.is_working(day):
                left -= 1
        return day


def working_calendars(calendars: Iterable[Calendar]) -> dict[str, WorkingCalendar]:
    """All calendars of an agreement by id, derived ones laid over their base."""
    listed = list(calendars)
    built: dict[str, WorkingCalendar] = {}
    for entry in listed:
        if entry.base is None:
            built[entry.id] = _overlay(
                entry, WorkingCalendar(entry.id, _years(entry), {}, frozenset()), "法定节假日（{}）"
            )
    for entry in listed:
        if entry.base is not None:
            built[entry.id] = _overlay(entry, built[entry.base], "{}放假")
    return built


def _years(entry: Calendar) -> frozenset[int]:
    return frozenset(year.year for year in entry.years)


def _overlay(entry: Calendar, below: WorkingCalendar, reason: str) -> WorkingCalendar:
    """Lay the years of ``entry`` over ``below``, by year: the later notice has the last word on a December day."""
    off, work = dict(below.off), set(below.work)
    for year in sorted(entry.years, key=lambda one: one.year):
        for group in year.off:
            off.update(dict.fromkeys(group.dates, reason.format(group.name)))
        work.update(year.work)
        for day in year.work:
            off.pop(day, None)
    hours = tuple((time.fromisoformat(one.opens), time.fromisoformat(one.closes)) for one in entry.hours)
    return WorkingCalendar(entry.id, below.years & _years(entry), off, frozenset(work), hours or below.hours)
