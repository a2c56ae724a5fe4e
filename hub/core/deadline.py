"""Due dates 期限, computed by every node alike from signed inputs (DESIGN D8).

Nothing here reads a clock. The inputs are the rule and the calendars of the agreement, the moment of delivery, the
签收, the extension notices and the suspensions; so both ends, and a court years later, get the same date.

Counting (程序规定 art. 80, 投诉举报处理办法 art. 45, 行政处罚法 art. 85, 民法典 arts 200-204):

* the start day, *day 0*, is not counted; day 1 is the next working day, or the next natural day;
* a limit in working days ends on a working day; a limit in natural days has a ``due_strict`` (the raw last day) and a
  ``due_effective`` (rolled as the rule says): warn on the first, judge lateness by the second;
* hours run through nights and holidays, from a moment, and are not suspended;
* days are civil days of +08:00, and the last one ends at 24:00.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from hub.core.calendar import ONE_DAY, WorkingCalendar, civil_date
from hub.core.errors import InvalidInput
from hub.core.ids import BEIJING
from schemas.wire.agreement import Rule

Span = tuple[date, date]
"""First and last suspended day, both not counted."""

_MOST = 3660
"""All extensions of a rule without a cap together; like the limits below, it keeps hostile inputs from long loops."""
_LONGEST = timedelta(days=40 * 366)
_FIRST_YEAR, _LAST_YEAR = 1949, 2999


class Day(NamedTuple):
    """One line of the count shown to people."""

    date: date
    counted: int | None
    why: str


class Extended(NamedTuple):
    """An extension notice (延期告知): when it was told (or approved), and how much it asks.

    ``amount`` is in the unit of the rule's extension; ``None`` takes all that the rule still allows, or, with
    ``until`` (拟完成日), as much as that day needs.
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
    """The first moment too late (UTC): the midnight +08:00 after ``due_effective``; for hours the exact moment."""
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
    if rule.start == "event":
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
    for notice in sorted(extensions, key=lambda one: (one.told_at, one.amount or 0)):
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
    """The machine-readable form; limits in hours show moments of +08:00 instead of dates."""
    moment = deadline.due_at.astimezone(BEIJING).isoformat() if deadline.rule.unit == "hours" else None
    return {
        "rule": deadline.rule.id,
        "start": deadline.start.isoformat(),
        "calendar": deadline.calendar.id,
        "due_strict": moment or deadline.due_strict.isoformat(),
        "due_effective": moment or deadline.due_effective.isoformat(),
        "label": deadline.label,
        "article": deadline.article,
        "provisional": deadline.provisional,
        "days": [{"date": day.date.isoformat(), "counted": day.counted, "why": day.why} for day in deadline.days],
    }


def _civil_start(moment: datetime | date) -> date:
    """The civil date, absurd ones kept out: the arithmetic must never overflow on what a peer has signed."""
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise InvalidInput("日期超出可计算的范围", field="start")
    return civil_date(moment)


def _granted(current: Due, notice: Extended) -> int | None:
    """How much of ``notice`` counts, ``None`` when nothing does."""
    allowed = current.rule.extension
    if allowed is None or notice.told_at >= current.due_at:
        return None
    rest = (allowed.amount or _MOST) - sum(one.amount or 0 for one in current.extensions)
    wanted = allowed.amount if notice.amount is None else notice.amount
    if notice.until is not None:
        wanted = _amount_until(current, allowed.unit, notice.until)
    return min(wanted, rest) if wanted is not None and min(wanted, rest) > 0 else None


def _amount_until(current: Due, unit: str, until: date) -> int:
    """How many counted days lie between the present last day and ``until``; 0 for a limit in hours."""
    counts = _counting(unit, current.calendar, current.suspended)
    day, amount = current.due_strict, 0
    while unit != "hours" and day < until and amount < _MOST:
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
    if rule.unit == "hours":
        due_at = _hours_after(began, rule.amount + sum(one.amount or 0 for one in extensions))
        last = civil_date(due_at - timedelta(microseconds=1))
        return Due(rule, calendar, began, start, last, last, due_at, False, extensions, spans)
    strict, steps = start, _steps(rule, extensions)
    for amount, unit in steps:
        strict = _count(strict, amount, _counting(unit, calendar, spans))
    effective = _roll(rule, strict, calendar, spans)
    due_at = datetime.combine(effective + ONE_DAY, time(), BEIJING).astimezone(UTC)
    in_working_days = any(unit == "working_days" for _, unit in steps)
    first = start + ONE_DAY if in_working_days else strict
    provisional = (in_working_days or rule.roll != "none") and not calendar.settles(first, effective)
    return Due(rule, calendar, began, start, strict, effective, due_at, provisional, extensions, spans)


def _hours_after(began: datetime | date, hours: int) -> datetime:
    if not isinstance(began, datetime):
        raise InvalidInput("按小时计算的期限需要起算的时刻，不能只有日期", field="start")
    return (began + timedelta(hours=hours)).astimezone(UTC)


def _steps(rule: Rule, extensions: Sequence[Extended]) -> list[tuple[int, str]]:
    """The limit and its extensions, each continuing where the raw count before it ended."""
    unit = rule.extension.unit if rule.extension is not None else rule.unit
    return [(rule.amount, rule.unit), *((one.amount or 0, unit) for one in extensions)]


def _count(start: date, amount: int, counts: Callable[[date], bool]) -> date:
    """The last of ``amount`` counted days after ``start``."""
    day = start
    while amount:
        day += ONE_DAY
        if counts(day):
            amount -= 1
    return day


def _counting(unit: str, calendar: WorkingCalendar, spans: Sequence[Span]) -> Callable[[date], bool]:
    """Which days count in ``unit``."""
    counts: Callable[[date], bool] = calendar.is_working if unit == "working_days" else lambda _: True
    return counts if not spans else lambda day: counts(day) and not _paused(day, spans)


def _paused(day: date, spans: Sequence[Span]) -> bool:
    return any(first <= day <= last for first, last in spans)


def _roll(rule: Rule, day: date, calendar: WorkingCalendar, spans: Sequence[Span]) -> date:
    """Move a natural-day limit off the days on which the rule lets nothing expire."""
    while _may_not_end(rule, day, calendar) or _paused(day, spans):
        day += ONE_DAY
    return day


def _may_not_end(rule: Rule, day: date, calendar: WorkingCalendar) -> bool:
    if rule.roll == "holiday_and_weekend":
        return not calendar.is_working(day)
    return rule.roll == "holiday" and calendar.is_holiday(day)


def _explain(deadline: Due) -> Iterator[Day]:
    """Walk the count again and say of every day why it counts or not."""
    calendar, spans, day, number = deadline.calendar, deadline.suspended, deadline.start, 0
    yield Day(day, None, "起算日，不计入")
    for amount, unit in [] if deadline.rule.unit == "hours" else _steps(deadline.rule, deadline.extensions):
        counts, last = _counting(unit, calendar, spans), number + amount
        while number < last:
            day += ONE_DAY
            if counts(day):
                number += 1
                yield Day(day, number, calendar.why(day))
            else:
                yield Day(day, None, "期限中止" if _paused(day, spans) else calendar.why(day))
    rest = "按小时连续计算" if deadline.rule.unit == "hours" else "末日顺延"
    while day < deadline.due_effective:
        day += ONE_DAY
        yield Day(day, None, f"{calendar.why(day)}，{rest}")
