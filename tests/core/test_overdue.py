"""Where a duty stands on the board, counted on its holder's own calendar."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from hub.core.overdue import is_proposed, slot_of, span_of, working_days
from hub.core.reminders import Span
from hub.core.slots import Slot
from tests.builders import federation

TRUST = federation().trust
GX, CN = TRUST.calendars["CN-GX"], TRUST.calendars["CN"]


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("last", "slot"),
    [
        ("2026-05-11", Slot.TODAY),
        ("2026-05-12", Slot.SOON),
        ("2026-05-14", Slot.SOON),
        ("2026-05-15", Slot.WEEK),
        ("2026-05-17", Slot.WEEK),
        ("2026-05-18", Slot.LATER),
    ],
)
def test_on_a_monday_three_working_days_reach_thursday_and_the_week_its_sunday(last: str, slot: Slot):
    assert slot_of(day(last), CN, day("2026-05-11")) is slot


def test_three_working_days_reach_over_a_weekend_and_over_the_third_of_march_in_guangxi():
    """Friday 2026-04-17; Guangxi has 04-20 off, the nation works."""
    friday = day("2026-04-17")
    assert slot_of(day("2026-04-22"), CN, friday) is Slot.SOON
    assert slot_of(day("2026-04-23"), CN, friday) is Slot.LATER
    soon = span_of(Slot.SOON, GX, friday)[1]
    assert soon == GX.add_working_days(friday, 3) > span_of(Slot.SOON, CN, friday)[1]


@pytest.mark.parametrize("today", ["2026-04-30", "2026-05-08", "2026-05-09", "2026-10-01"])
def test_every_day_ahead_is_in_one_slot_and_in_the_span_that_is_asked_for(today: str):
    for ahead in range(30):
        last = date.fromordinal(day(today).toordinal() + ahead)
        spans = {slot: span_of(slot, GX, day(today)) for slot in Slot if slot is not Slot.OVERDUE}
        within = [slot for slot, (first, end) in spans.items() if first <= last <= end]
        assert within == [slot_of(last, GX, day(today))]


def test_days_past_are_working_days_of_the_holder():
    assert working_days(CN, day("2026-05-08"), day("2026-05-08")) == 0
    assert working_days(CN, day("2026-05-10"), day("2026-05-09")) == 0, "Saturday 05-09 is worked, Sunday is not"
    assert working_days(CN, day("2026-05-12"), day("2026-05-08")) == -3
    assert working_days(CN, day("2026-04-30"), day("2026-05-06")) == 1


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_statutory_limit_is_proposed_at_once_and_an_agreed_one_at_its_second_reminder():
    """Last day Friday 05-08; reminders after it on 05-12 and 05-15, at nine."""
    span, stages = Span(day("2026-04-14"), day("2026-05-08"), GX), TRUST.agreement.reminders
    early, before, after = (
        moment("2026-05-09T08:00+08:00"),
        moment("2026-05-15T08:59+08:00"),
        moment("2026-05-15T09:00+08:00"),
    )
    assert is_proposed("statutory", span, stages, early, early.date())
    assert not is_proposed("agreed", span, stages, before, before.date())
    assert is_proposed("agreed", span, stages, after, after.date())
