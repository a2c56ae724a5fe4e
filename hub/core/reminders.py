"""When the clock reminds 催办 of a deadline: the stages of the agreement around its last day (DESIGN D8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol

from hub.core.calendar import WorkingCalendar
from hub.core.ids import BEIJING
from schemas.wire.agreement import ReminderStage

REMIND_AT = time(9, 0)
"""Reminders go out at the start of the office day, +08:00."""


class Limit(Protocol):
    """What reminders depend on: a computed ``Due``, or the three values a matter's row keeps of it."""

    @property
    def start(self) -> date: ...
    @property
    def due_effective(self) -> date: ...
    @property
    def calendar(self) -> WorkingCalendar: ...


class Span(NamedTuple):
    """A limit as a matter's row knows it."""

    start: date
    due_effective: date
    calendar: WorkingCalendar


class Reminder(NamedTuple):
    """One reminder (催办): the id of its stage, stable for one due date, and its day."""

    stage: str
    date: date


def reminder_moments(deadline: Limit, stages: Iterable[ReminderStage], until: date) -> tuple[Reminder, ...]:
    """The reminders of ``deadline`` up to and including ``until``, in order of date.

    Offsets are working days of the duty-holder around ``due_effective``; 0 is that day itself, and a repeating stage is
    numbered (``overdue-1``, ``overdue-2`` …). A reminder on or before day 0 is dropped: it would precede the duty.
    """
    found: list[Reminder] = []
    for stage in stages:
        day = deadline.calendar.add_working_days(deadline.due_effective, stage.offset)
        if stage.repeat is None:
            found.append(Reminder(stage.id, day))
            continue
        turn = 1
        while day <= until:
            found.append(Reminder(f"{stage.id}-{turn}", day))
            day = deadline.calendar.add_working_days(day, stage.repeat)
            turn += 1
    return tuple(
        sorted((one for one in found if deadline.start < one.date <= until), key=lambda one: (one.date, one.stage))
    )


def next_reminder(
    limit: Limit, stages: Sequence[ReminderStage], now: datetime
) -> tuple[list[Reminder], datetime | None]:
    """Stages whose moment has come by ``now``, and the moment of the one after."""
    until = max(now.astimezone(BEIJING).date(), limit.due_effective) + timedelta(days=60)
    moments = reminder_moments(limit, stages, until)
    come = [one for one in moments if moment_of(one) <= now]
    later = [moment_of(one) for one in moments if moment_of(one) > now]
    return come, min(later, default=None)


def moment_of(reminder: Reminder) -> datetime:
    """When a reminder goes out."""
    return datetime.combine(reminder.date, REMIND_AT, BEIJING)


def first_reminder(limit: Limit, stages: Sequence[ReminderStage]) -> datetime | None:
    """The moment of the first reminder, None without stages."""
    days = (limit.calendar.add_working_days(limit.due_effective, stage.offset) for stage in stages)
    return min((datetime.combine(day, REMIND_AT, BEIJING) for day in days if day > limit.start), default=None)
