"""Limits in working hours: the agreed office hours, the edges of the day, make-up days, and laws of the count."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.core.calendar import WorkingCalendar, working_calendars
from hub.core.deadline import due, due_json
from hub.core.errors import InvalidInput
from schemas.wire.agreement import Agreement, Calendar, Rule
from tests.core.test_calendar import AGREEMENT, CN, GX, RULES

CHINA = timezone(timedelta(hours=8))
MOMENTS = st.datetimes(datetime(2025, 1, 2), datetime(2026, 11, 30), timezones=st.just(CHINA))  # noqa: DTZ001
PLACES = st.sampled_from([CN, GX])
AMOUNTS = st.integers(1, 80)


def office(amount: int = 4, **changes: object) -> Rule:
    plain = json.loads(RULES["SIGN_FOR_URGENT"].model_dump_json())
    return Rule.model_validate_json(json.dumps({**plain, "amount": amount, **changes}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("delivered", "ends", "what"),
    [
        ("2026-04-13T08:30", "2026-04-13T15:00", "at the opening, over the midday break"),
        ("2026-04-13T09:10", "2026-04-13T15:40", "in the morning"),
        ("2026-04-13T08:00", "2026-04-13T15:00", "before the opening"),
        ("2026-04-13T12:00", "2026-04-14T09:30", "at the stroke of noon"),
        ("2026-04-13T13:15", "2026-04-14T09:30", "at lunch"),
        ("2026-04-13T16:30", "2026-04-14T11:30", "an hour before closing"),
        ("2026-04-13T17:29", "2026-04-14T14:59", "in the last minute"),
        ("2026-04-13T17:30", "2026-04-14T15:00", "at the closing"),
        ("2026-04-13T23:59", "2026-04-14T15:00", "a minute before midnight"),
        ("2026-04-14T00:01", "2026-04-14T15:00", "a minute after midnight"),
        ("2026-04-10T17:00", "2026-04-13T12:00", "on a Friday afternoon: it ends at noon, not after lunch"),
        ("2026-04-11T10:00", "2026-04-13T15:00", "on a Saturday"),
        ("2026-04-30T16:00", "2026-05-06T11:00", "before the holiday of the first of May"),
        ("2026-05-09T09:00", "2026-05-09T15:30", "on a make-up Saturday"),
        ("2026-05-08T17:00", "2026-05-09T12:00", "before a make-up Saturday"),
        ("2026-12-31T17:00", "2027-01-04T12:00", "before a year without a notice"),
    ],
)
def test_four_working_hours_end_to_the_minute(delivered: str, ends: str, what: str) -> None:
    found = due(office(), at(delivered), CN)
    assert found.due_at == at(ends), what
    assert found.provisional is (ends[:4] == "2027")


def test_the_third_of_the_third_stops_the_clock_in_guangxi_alone() -> None:
    found = [due(office(), at("2026-04-16T16:30"), place).due_at for place in (CN, GX)]
    assert found == [at("2026-04-17T11:30"), at("2026-04-21T11:30")]


def test_seconds_are_given_to_the_office_so_that_the_minute_shown_is_the_minute_judged() -> None:
    assert due(office(), at("2026-04-13T09:10:01"), CN).due_at == at("2026-04-13T15:41")
    assert due(office(), at("2026-04-13T11:59:30"), CN).due_at == due(office(), at("2026-04-13T12:30"), CN).due_at


def test_each_day_says_what_counted() -> None:
    found = due(office(8), at("2026-04-30T16:00"), CN)
    said = {one.date.isoformat(): (one.minutes, one.why) for one in found.days}
    assert said["2026-04-30"] == (90, "工作日，16:00–17:30 计 1 小时 30 分，累计 1 小时 30 分")
    assert said["2026-05-01"] == (0, "法定节假日（劳动节）")
    assert said["2026-05-06"] == (390, "工作日，08:30–12:00、14:30–17:30 计 6 小时 30 分，累计 8 小时")
    late = due(office(), at("2026-04-13T18:00"), CN).days
    assert (late[0].minutes, late[0].why) == (0, "工作日，办公时间外")


def test_the_json_form_shows_the_moment_and_the_minutes_of_each_day() -> None:
    found = due_json(due(office(), at("2026-04-13T16:30"), CN))
    assert found["due_effective"] == "2026-04-14T11:30:00+08:00"
    assert json.loads(json.dumps(found))["days"][1]["minutes"] == 180


def test_suspended_days_give_no_office_time() -> None:
    spans = [(date(2026, 4, 14), date(2026, 4, 15))]
    found = due(office(), at("2026-04-13T16:30"), CN, suspended=spans)
    assert found.due_at == at("2026-04-16T11:30")
    assert found.days[1].why == "期限中止"


def test_a_bare_day_or_a_calendar_without_office_hours_cannot_be_counted_by_them() -> None:
    with pytest.raises(InvalidInput, match="起算的时刻"):
        due(office(), date(2026, 4, 13), CN)
    with pytest.raises(InvalidInput, match="没有约定办公时间"):
        due(office(), at("2026-04-13T09:00"), replace(CN, hours=()))


@pytest.mark.parametrize(
    "fields",
    [
        {"label": "statutory"},
        {"start": "delivered_or_signed"},
        {"roll": "holiday"},
        {"extensions": [{"amount": 1, "unit": "hours", "approver": None, "tell_before_expiry": True}]},
        {"extensions": [{"amount": 1, "unit": "working_days", "approver": None, "tell_before_expiry": True}]},
    ],
)
def test_a_rule_in_working_hours_is_agreed_and_starts_at_a_moment(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        office(**fields)


def hours(*stretches: tuple[str, str]) -> list[dict[str, str]]:
    return [{"opens": opens, "closes": closes} for opens, closes in stretches]


@pytest.mark.parametrize(
    "wrong",
    [
        hours(("08:30", "08:30")),
        hours(("12:00", "08:30")),
        hours(("08:30", "12:00"), ("11:59", "17:00")),
        hours(("14:30", "17:30"), ("08:30", "12:00")),
        hours(("08:30", "24:00")),
        hours(("8:30", "12:00")),
    ],
)
def test_office_hours_that_overlap_or_run_backwards_are_refused(wrong: list[dict[str, str]]) -> None:
    plain = AGREEMENT.calendars[0].model_dump(mode="json")
    with pytest.raises(ValidationError):
        Calendar.model_validate_json(json.dumps({**plain, "hours": wrong}))


def test_an_agreement_with_working_hours_but_no_office_hours_is_refused() -> None:
    value = AGREEMENT.model_dump(mode="json")
    value["calendars"][0]["hours"] = []
    with pytest.raises(ValidationError, match="没有约定办公时间"):
        Agreement.model_validate_json(json.dumps(value))


def test_a_place_may_have_hours_of_its_own_and_takes_those_of_its_base_otherwise() -> None:
    value = [one.model_dump(mode="json") for one in AGREEMENT.calendars]
    assert GX.hours == CN.hours
    value[1]["hours"] = hours(("08:00", "12:00"), ("15:00", "18:00"))
    own = working_calendars(Calendar.model_validate_json(json.dumps(one)) for one in value)["CN-GX"]
    assert due(office(), at("2026-04-13T09:10"), own).due_at == at("2026-04-13T16:10")


@given(began=MOMENTS, later=st.timedeltas(timedelta(), timedelta(days=9)), amount=AMOUNTS, place=PLACES)
def test_a_later_receipt_or_a_longer_limit_never_ends_earlier(
    began: datetime, later: timedelta, amount: int, place: WorkingCalendar
) -> None:
    first = due(office(amount), began, place)
    assert due(office(amount), began + later, place).due_at >= first.due_at
    assert due(office(amount + 1), began, place).due_at > first.due_at


@given(began=MOMENTS, amount=AMOUNTS, place=PLACES, more=st.sets(st.integers(0, 40), max_size=12))
def test_another_holiday_never_makes_it_earlier(
    began: datetime, amount: int, place: WorkingCalendar, more: set[int]
) -> None:
    off: dict[date, Any] = {began.date() + timedelta(days=n): "放假" for n in more}
    assert (
        due(office(amount), began, replace(place, off={**place.off, **off})).due_at
        >= due(office(amount), began, place).due_at
    )


@given(began=MOMENTS, amount=AMOUNTS, place=PLACES)
def test_it_ends_within_office_hours_and_the_days_add_up(began: datetime, amount: int, place: WorkingCalendar) -> None:
    found = due(office(amount), began, place)
    end = found.due_at.astimezone(CHINA)
    assert place.is_working(end.date())
    assert any(opens < end.time() <= closes for opens, closes in place.hours)
    assert (end.second, end.microsecond) == (0, 0)
    assert sum(one.minutes for one in found.days) == amount * 60
    assert [one.date for one in found.days][-1] == found.due_strict == found.due_effective == end.date()
    assert all(one.minutes == 0 for one in found.days if not place.is_working(one.date))
