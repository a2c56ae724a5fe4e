"""Which days count toward a limit, and where its last day may fall (程序规定 art. 80; DESIGN D8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from hub.core.calendar import ONE_DAY, WorkingCalendar
from schemas.wire.agreement import Rule

Span = tuple[date, date]
"""First and last suspended day, both not counted."""


def counting(unit: str, calendar: WorkingCalendar, spans: Sequence[Span]) -> Callable[[date], bool]:
    """Which days count in ``unit``; working hours count on working days."""
    counts: Callable[[date], bool] = (
        calendar.is_working if unit in ("working_days", "working_hours") else lambda _: True
    )
    return counts if not spans else lambda day: counts(day) and not paused(day, spans)


def count(start: date, amount: int, counts: Callable[[date], bool]) -> date:
    """The last of ``amount`` counted days after ``start``."""
    day = start
    while amount:
        day += ONE_DAY
        if counts(day):
            amount -= 1
    return day


def paused(day: date, spans: Sequence[Span]) -> bool:
    """Whether ``day`` lies in a suspension 中止."""
    return any(first <= day <= last for first, last in spans)


def roll(rule: Rule, day: date, calendar: WorkingCalendar, spans: Sequence[Span]) -> date:
    """Move a natural-day limit off the days on which the rule lets nothing expire."""
    while _may_not_end(rule, day, calendar) or paused(day, spans):
        day += ONE_DAY
    return day


def _may_not_end(rule: Rule, day: date, calendar: WorkingCalendar) -> bool:
    if rule.roll == "holiday_and_weekend":
        return not calendar.is_working(day)
    return rule.roll == "holiday" and calendar.is_holiday(day)
