"""How near or past its last day a duty is, in working days of its holder; when it is proposed for supervision 督办.

Nobody is supervised by a program: the lists say what a person may decide on (DESIGN D8, DOMAIN section 2.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from hub.core.calendar import ONE_DAY, WorkingCalendar
from hub.core.reminders import Limit, moment_of, reminder_moments
from hub.core.slots import Slot
from schemas.wire.agreement import ReminderStage

SOON = 3
"""Working days ahead that the board shows apart, as the first reminder of the agreement."""
AGREED_REMINDERS = 2
"""A limit by agreement (协议时限) is proposed at its second reminder after the last day; a statutory one at once."""


def span_of(slot: Slot, calendar: WorkingCalendar, today: date) -> tuple[date, date]:
    """First and last ``due_effective`` of a slot, both included; empty when the first comes after the last.

    For what is not overdue: that is judged by the moment, for a limit in hours ends within a day.
    """
    soon = calendar.add_working_days(today, SOON)
    sunday = today + timedelta(days=6 - today.weekday())
    if slot is Slot.TODAY:
        return today, today
    if slot is Slot.SOON:
        return today + ONE_DAY, soon
    if slot is Slot.WEEK:
        return soon + ONE_DAY, sunday
    return (max(soon, sunday) + ONE_DAY, date.max) if slot is Slot.LATER else (date.min, today)


def slot_of(last: date, calendar: WorkingCalendar, today: date) -> Slot:
    """The slot of a duty that is not overdue."""
    for slot in (Slot.TODAY, Slot.SOON, Slot.WEEK):
        first, end = span_of(slot, calendar, today)
        if first <= last <= end:
            return slot
    return Slot.LATER


def working_days(calendar: WorkingCalendar, today: date, last: date) -> int:
    """Working days from ``today`` to ``last``: 0 on the day itself, negative by as many as have gone by since."""
    first, end = sorted((today, last))
    days = (first + timedelta(days=each) for each in range(1, (end - first).days + 1))
    number = sum(1 for day in days if calendar.is_working(day))
    return number if last > today else -number


def is_proposed(label: str, limit: Limit, stages: Sequence[ReminderStage], now: datetime, today: date) -> bool:
    """Tell whether an overdue duty stands on the joint-meeting office's list (拟督办) by now.

    Counted from signed data, not from the reminders seen here: the office need not see them.
    """
    if label == "statutory":
        return True
    after = [stage for stage in stages if stage.offset > 0]
    come = [one for one in reminder_moments(limit, after, today) if moment_of(one) <= now]
    return len(come) >= AGREED_REMINDERS
