"""Working hours 工作小时: minutes inside the office hours which the agreement gives a calendar (DOMAIN section 2.7).

No law has this unit; the hours are agreed 协议. Time counts from the full minute after the start, on working days,
while the office is open: a receipt at lunch, at night or on a holiday starts with the next opening. A limit that is
used up at the closing ends at the closing, never at the next opening, so it never ends while nobody is at work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from hub.core.calendar import ONE_DAY
from hub.core.ids import BEIJING

Stretch = tuple[time, time]
"""Opening and closing, civil time of +08:00."""

_MINUTE = timedelta(minutes=1)


class OfficeDay(NamedTuple):
    """One day of the walk: what counted of it, and the minutes so far with this day."""

    date: date
    counted: tuple[tuple[datetime, datetime], ...]
    """Counted stretches from, to; empty when the day gave nothing."""
    so_far: int


def walk(
    began: datetime, minutes: int, hours: Sequence[Stretch], is_open: Callable[[date], bool]
) -> Iterator[OfficeDay]:
    """Every civil day from ``began`` to the one on which ``minutes`` of office time are used up.

    ``hours`` are the stretches of one day in order, at least one; ``is_open`` tells the working days.
    """
    now = _full_minute(began.astimezone(BEIJING))
    day, used = now.date(), 0
    while used < minutes:
        counted = []
        for opens, closes in hours if is_open(day) else ():
            first = max(now, datetime.combine(day, opens, BEIJING))
            last = min(datetime.combine(day, closes, BEIJING), first + (minutes - used) * _MINUTE)
            if first < last:
                counted.append((first, last))
                used += (last - first) // _MINUTE
        yield OfficeDay(day, tuple(counted), used)
        day += ONE_DAY


def ending(began: datetime, minutes: int, hours: Sequence[Stretch], is_open: Callable[[date], bool]) -> datetime:
    """The moment at which ``minutes`` of office time are used up, +08:00."""
    return list(walk(began, minutes, hours, is_open))[-1].counted[-1][1]


def told(day: OfficeDay, why: str) -> str:
    """One line for people: ``工作日，08:30–12:00、14:30–15:00 计 4 小时，累计 4 小时``."""
    if not day.counted:
        return f"{why}，办公时间外" if why in ("工作日", "调休上班") else why
    stretches = "、".join(f"{first:%H:%M}–{last:%H:%M}" for first, last in day.counted)
    return f"{why}，{stretches} 计 {_length(minutes_of(day))}，累计 {_length(day.so_far)}"


def minutes_of(day: OfficeDay) -> int:
    """The minutes this day gave."""
    return sum((last - first) // _MINUTE for first, last in day.counted)


def _full_minute(moment: datetime) -> datetime:
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + _MINUTE


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    said = [f"{hours} 小时" if hours else "", f"{rest} 分" if rest or not hours else ""]
    return " ".join(filter(None, said))
