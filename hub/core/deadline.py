"""Due dates 期限, computed by every node alike from signed inputs (DESIGN D8).

Nothing here reads a clock. The inputs are the rule and the calendars of the agreement, the moment of delivery, the
签收, the extension notices and the suspensions; so both ends, and a court years later, get the same date.

Counting (程序规定 art. 80, 投诉举报处理办法 art. 45, 行政处罚法 art. 85, 民法典 arts 200-204):

* the start day, *day 0*, is not counted; day 1 is the next working day, or the next natural day;
* a limit in working days ends on a working day; a limit in natural days has a ``due_strict`` (the raw last day) and a
  ``due_effective`` (rolled as the rule says): warn on the first, judge lateness by the second;
* hours run through nights and holidays, from a moment, and are not suspended; working hours count inside the agreed
  office hours of working days (``hub.core.office_hours``), and both end at an exact moment;
* days are civil days of +08:00, and the last one ends at 24:00.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from hub.core.calendar import ONE_DAY, WorkingCalendar, civil_date
from hub.core.counting import Span, count, counting, paused, roll
from hub.core.errors import InvalidInput
from hub.core.ids import BEIJING
from hub.core.office_hours import ending, minutes_of, told, walk
from hub.core.tiers import MOST, left, next_step
from schemas.wire.agreement import BY_THE_CLOCK, Rule

_LONGEST = timedelta(days=40 * 366)
_FIRST_YEAR, _LAST_YEAR = 1949, 2999


class Day(NamedTuple):
    """One line of the count shown to people."""

    date: date
    counted: int | None
    why: str
    minutes: int = 0
    """Office time counted on this day, for limits in working hours alone."""


class Extended(NamedTuple):
    """An extension notice (延期告知): when it was told (or approved), and how much it asks.

    ``amount`` is in the unit of the rule's extensions; ``None`` takes what the next tier gives, or, with ``until``
    (拟完成日), as much as that day needs, through as many tiers as it takes.
    """

    told_at: datetime
    amount: int | None = None
    until: date | None = None


@dataclass(frozen=True)
class Due:
    """A computed deadline; equal inputs give equal values."""

    rule: Rule
    calendar: WorkingCalendar
    began: datetime | date
    """What the count started from, as given."""
    start: date
    """Day 0, the civil date that is not counted."""
    due_strict: date
    due_effective: date
    due_at: datetime
    """The first moment too late (UTC): the midnight +08:00 after ``due_effective``; by the clock the exact moment."""
    provisional: bool
    """Some day of the count has no announced calendar yet: recompute when a newer agreement brings it."""
    extensions: tuple[Extended, ...]
    """Those that count; late or excessive ones are left out."""
    suspended: tuple[Span, ...]

    @property
    def label(self) -> str:
        """``statutory`` 法定时限 or ``agreed`` 协议时限."""
        return self.rule.label

    @property
    def article(self) -> str:
        """Law and article, or the agreement, in Chinese."""
        return self.rule.basis

    @property
    def added(self) -> int:
        """How much the extensions that count add, in their unit."""
        return sum(one.amount or 0 for one in self.extensions)

    @property
    def by_the_clock(self) -> bool:
        """True if it ends at a moment and not with a day."""
        return self.rule.unit in BY_THE_CLOCK

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The count day by day, computed only when somebody looks."""
        return tuple(_explain(self))


def clock_start(delivered_at: datetime, signed_at: datetime | None, calendar: WorkingCalendar) -> date:
    """Day 0 of D8: the earlier of the 签收 date and the first working day after the delivery date.

    Delivered Thursday 2026-04-16 and never signed for: day 0 is Friday 04-17 on ``CN``, and Tuesday 04-21 on ``CN-GX``
    (三月三), so the first counted days are 04-20 and 04-22. Signed for on the delivery day: day 0 is that day.
    A sign-for dated before delivery (a wrong clock) counts as of the delivery day.
    """
    delivered = _civil_start(delivered_at)
    latest = calendar.next_working(delivered)
    return latest if signed_at is None else min(max(_civil_start(signed_at), delivered), latest)


def start_of(
    rule: Rule,
    calendar: WorkingCalendar,
    *,
    delivered_at: datetime | None = None,
    signed_at: datetime | None = None,
    event_at: datetime | date | None = None,
) -> datetime | date:
    """Choose what ``rule`` starts from; raises when that is not known yet."""
    if rule.start in ("event", "named"):
        if event_at is None:
            raise InvalidInput(f"“{rule.title}”从{rule.event}起算，尚未登记该日期", field="event")
        return event_at
    if delivered_at is None:
        raise InvalidInput(f"“{rule.title}”尚未送达，不能起算", field="delivered_at")
    return delivered_at if rule.start == "delivered" else clock_start(delivered_at, signed_at, calendar)


def due(
    rule: Rule,
    start: datetime | date,
    calendar: WorkingCalendar,
    *,
    extensions: Iterable[Extended] = (),
    suspended: Iterable[Span] = (),
) -> Due:
    """Compute the deadline of ``rule`` started at ``start`` (day 0, or the moment when it is in hours)."""
    spans = tuple(sorted(suspended))
    if any(not first <= last <= _civil_start(start) + _LONGEST for first, last in spans):
        raise InvalidInput("中止的起止日期有误", field="suspended")
    current = _compute(rule, start, calendar, (), spans)
    for notice in sorted(extensions, key=lambda one: (one.told_at, one.amount or 0, one.until or date.min)):
        current = extend(current, notice)
    return current


def extend(current: Due, notice: Extended) -> Due:
    """Apply one extension notice; it counts only when told before ``due_at`` and only up to what the rule allows.

    The very same ``Due`` comes back when the notice does not count: late, not provided for by the rule, or used up.
    Notices that may arrive out of order belong into one call of :func:`due`, which takes them in the order told.
    """
    granted = _granted(current, notice)
    if granted is None:
        return current
    counted = tuple(sorted((*current.extensions, Extended(notice.told_at, granted))))
    return _compute(current.rule, current.began, current.calendar, counted, current.suspended)


def due_json(deadline: Due) -> dict[str, object]:
    """The machine-readable form; limits by the clock show moments of +08:00 instead of dates."""
    moment = deadline.due_at.astimezone(BEIJING).isoformat() if deadline.by_the_clock else None
    return {
        "rule": deadline.rule.id,
        "start": deadline.start.isoformat(),
        "calendar": deadline.calendar.id,
        "due_strict": moment or deadline.due_strict.isoformat(),
        "due_effective": moment or deadline.due_effective.isoformat(),
        "label": deadline.label,
        "article": deadline.article,
        "provisional": deadline.provisional,
        "days": [_day_json(deadline, day) for day in deadline.days],
    }


def _day_json(deadline: Due, day: Day) -> dict[str, object]:
    found: dict[str, object] = {"date": day.date.isoformat(), "counted": day.counted, "why": day.why}
    return {**found, "minutes": day.minutes} if deadline.rule.unit == "working_hours" else found


def _civil_start(moment: datetime | date) -> date:
    """The civil date, absurd ones kept out: the arithmetic must never overflow on what a peer has signed."""
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise InvalidInput("日期超出可计算的范围", field="start")
    return civil_date(moment)


def _granted(current: Due, notice: Extended) -> int | None:
    """How much of ``notice`` counts, ``None`` when nothing does."""
    rule = current.rule
    if not rule.extensions or notice.told_at >= current.due_at:
        return None
    rest = left(rule, current.added)
    wanted = next_step(rule, current.added) if notice.amount is None else notice.amount
    if notice.until is not None:
        wanted = _amount_until(current, rule.extensions[0].unit, notice.until)
    return min(wanted, rest) if wanted is not None and min(wanted, rest) > 0 else None


def _amount_until(current: Due, unit: str, until: date) -> int:
    """How many counted days lie between the present last day and ``until``; 0 for a limit by the clock."""
    counts = counting(unit, current.calendar, current.suspended)
    day, amount = current.due_strict, 0
    while not current.by_the_clock and day < until and amount < MOST:
        day += ONE_DAY
        amount += counts(day)
    return amount


def _compute(
    rule: Rule,
    began: datetime | date,
    calendar: WorkingCalendar,
    extensions: tuple[Extended, ...],
    spans: tuple[Span, ...],
) -> Due:
    """The deadline with exactly these extensions."""
    start = _civil_start(began)
    if rule.unit in BY_THE_CLOCK:
        due_at = _by_the_clock(rule, began, calendar, extensions, spans)
        last = civil_date(due_at - timedelta(microseconds=1))
        provisional = rule.unit == "working_hours" and not calendar.settles(start, last)
        return Due(rule, calendar, began, start, last, last, due_at, provisional, extensions, spans)
    strict, steps = start, _steps(rule, extensions)
    for amount, unit in steps:
        strict = count(strict, amount, counting(unit, calendar, spans))
    effective = roll(rule, strict, calendar, spans)
    due_at = datetime.combine(effective + ONE_DAY, time(), BEIJING).astimezone(UTC)
    in_working_days = any(unit == "working_days" for _, unit in steps)
    first = start + ONE_DAY if in_working_days else strict
    provisional = (in_working_days or rule.roll != "none") and not calendar.settles(first, effective)
    return Due(rule, calendar, began, start, strict, effective, due_at, provisional, extensions, spans)


def _by_the_clock(
    rule: Rule,
    began: datetime | date,
    calendar: WorkingCalendar,
    extensions: tuple[Extended, ...],
    spans: tuple[Span, ...],
) -> datetime:
    """The moment a limit in hours or working hours is used up, UTC."""
    if not isinstance(began, datetime):
        raise InvalidInput("按小时计算的期限需要起算的时刻，不能只有日期", field="start")
    hours = rule.amount + sum(one.amount or 0 for one in extensions)
    if rule.unit == "hours":
        return (began + timedelta(hours=hours)).astimezone(UTC)
    if not calendar.hours:
        raise InvalidInput(f"日历 {calendar.id} 没有约定办公时间，不能按工作小时计算", field="calendar")
    return ending(began, hours * 60, calendar.hours, counting(rule.unit, calendar, spans)).astimezone(UTC)


def _steps(rule: Rule, extensions: Sequence[Extended]) -> list[tuple[int, str]]:
    """The limit and its extensions, each continuing where the raw count before it ended."""
    unit = rule.extensions[0].unit if rule.extensions else rule.unit
    return [(rule.amount, rule.unit), *((one.amount or 0, unit) for one in extensions)]


def _explain(deadline: Due) -> Iterator[Day]:
    """Walk the count again and say of every day why it counts or not."""
    calendar, spans, day, number = deadline.calendar, deadline.suspended, deadline.start, 0
    if deadline.rule.unit == "working_hours":
        yield from _explain_office(deadline)
        return
    yield Day(day, None, "起算日，不计入")
    for amount, unit in [] if deadline.by_the_clock else _steps(deadline.rule, deadline.extensions):
        counts, last = counting(unit, calendar, spans), number + amount
        while number < last:
            day += ONE_DAY
            if counts(day):
                number += 1
                yield Day(day, number, calendar.why(day))
            else:
                yield Day(day, None, _why(deadline, day))
    rest = "按小时连续计算" if deadline.by_the_clock else "末日顺延"
    while day < deadline.due_effective:
        day += ONE_DAY
        yield Day(day, None, f"{calendar.why(day)}，{rest}")


def _explain_office(deadline: Due) -> Iterator[Day]:
    """Which office time counted, day by day."""
    hours = deadline.rule.amount + deadline.added
    counts = counting(deadline.rule.unit, deadline.calendar, deadline.suspended)
    if isinstance(deadline.began, datetime):
        for one in walk(deadline.began, hours * 60, deadline.calendar.hours, counts):
            yield Day(one.date, None, told(one, _why(deadline, one.date)), minutes_of(one))


def _why(deadline: Due, day: date) -> str:
    return "期限中止" if paused(day, deadline.suspended) else deadline.calendar.why(day)
