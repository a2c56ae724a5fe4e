"""Due dates: the published vectors, the start of the clock, extensions, suspensions, reminders, invariants."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.calendar import WorkingCalendar, working_calendars
from hub.core.deadline import Extended, clock_start, due, due_json, extend, start_of
from hub.core.errors import InvalidInput
from hub.core.reminders import reminder_moments
from schemas.wire.agreement import Agreement, Rule
from tests.core.test_calendar import AGREEMENT, CN, DEMO, GX, RULES

CHINA = timezone(timedelta(hours=8))
STARTS = st.dates(date(2024, 12, 1), date(2027, 6, 1))
PLACES = st.sampled_from([CN, GX])


def rule(amount: int = 15, unit: str = "working_days", **changes: object) -> Rule:
    plain = {**json.loads(RULES["SIGN_FOR"].model_dump_json()), "start": "event", "amount": amount, "unit": unit}
    return Rule.model_validate_json(json.dumps({**plain, **changes}))


def natural(amount: int, roll: str = "holiday_and_weekend") -> Rule:
    return rule(amount, "natural_days", roll=roll)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def day(text: str) -> date:
    return date.fromisoformat(text)


VECTORS = [
    ("2026-02-13", rule(15), "2026-03-12", "2026-03-12"),
    ("2026-04-16", rule(2), "2026-04-20", "2026-04-22"),
    ("2026-04-30", rule(7), "2026-05-13", "2026-05-13"),
    ("2026-09-18", rule(7), "2026-09-29", "2026-09-29"),
    ("2025-12-31", rule(2), "2026-01-05", "2026-01-05"),
    ("2026-07-03", natural(90), "2026-10-08", "2026-10-08"),
    ("2026-04-14", natural(3), "2026-04-17", "2026-04-21"),
    ("2026-04-13", RULES["ASSIST_MR"], "2026-05-07", "2026-05-09"),
]


@pytest.mark.parametrize(("received", "limit", "nation", "guangxi"), VECTORS)
def test_the_published_vectors_hold(received: str, limit: Rule, nation: str, guangxi: str) -> None:
    found = [due(limit, day(received), calendar) for calendar in (CN, GX)]
    assert [one.due_effective.isoformat() for one in found] == [nation, guangxi]
    assert not any(one.provisional for one in found)


def test_a_natural_day_limit_keeps_its_raw_last_day_beside_the_rolled_one() -> None:
    national_day = due(natural(90), day("2026-07-03"), CN)
    assert (national_day.due_strict, national_day.due_effective) == (day("2026-10-01"), day("2026-10-08"))
    assert due(natural(3), day("2026-04-14"), GX).due_strict == day("2026-04-17")


@pytest.mark.parametrize(
    ("roll", "weekend", "festival"),
    [("none", "2026-04-11", "2026-10-01"), ("holiday", "2026-04-11", "2026-10-08"),
     ("holiday_and_weekend", "2026-04-13", "2026-10-08")],
)  # fmt: skip
def test_the_rule_says_whether_weekends_and_festivals_roll(roll: str, weekend: str, festival: str) -> None:
    assert due(natural(1, roll), day("2026-04-10"), CN).due_effective == day(weekend)
    assert due(natural(1, roll), day("2026-09-30"), CN).due_effective == day(festival)


def test_beihai_is_due_on_the_make_up_saturday_and_each_day_says_why() -> None:
    start = clock_start(at("2026-04-13T09:00"), at("2026-04-13T15:00"), GX)
    found = due(RULES["ASSIST_MR"], start, GX)
    why = {one.date.isoformat(): (one.counted, one.why) for one in found.days}
    assert found.due_effective == day("2026-05-09")
    assert found.due_at == at("2026-05-10T00:00")
    assert why["2026-04-13"] == (None, "起算日，不计入")
    assert why["2026-04-17"] == (None, "广西三月三放假")
    assert why["2026-05-05"] == (None, "法定节假日（劳动节）")
    assert why["2026-05-09"] == (15, "调休上班")


def test_rolled_days_are_explained() -> None:
    days = due(natural(1), day("2026-04-10"), CN).days
    assert [(one.counted, one.why) for one in days] == [
        (None, "起算日，不计入"), (1, "周六"), (None, "周日，末日顺延"), (None, "工作日，末日顺延"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("delivered", "signed", "nation", "guangxi"),
    [
        ("2026-04-16T09:00", None, "2026-04-17", "2026-04-21"),
        ("2026-04-16T09:00", "2026-04-16T10:00", "2026-04-16", "2026-04-16"),
        ("2026-04-16T09:00", "2026-04-17T10:00", "2026-04-17", "2026-04-17"),
        ("2026-04-16T09:00", "2026-04-30T10:00", "2026-04-17", "2026-04-21"),
        ("2026-04-16T09:00", "2026-04-01T10:00", "2026-04-16", "2026-04-16"),
        ("2026-04-12T23:59", None, "2026-04-13", "2026-04-13"),
        ("2026-04-13T00:01", None, "2026-04-14", "2026-04-14"),
        ("2026-04-11T12:00", "2026-04-12T12:00", "2026-04-12", "2026-04-12"),
    ],
)
def test_the_clock_starts_at_sign_for_or_one_working_day_after_delivery(
    delivered: str, signed: str | None, nation: str, guangxi: str
) -> None:
    signed_at = at(signed) if signed else None
    assert clock_start(at(delivered), signed_at, CN) == day(nation)
    assert clock_start(at(delivered), signed_at, GX) == day(guangxi)


def test_a_receipt_just_before_and_just_after_midnight_starts_on_different_days() -> None:
    before, after = (due(rule(15), at(text), CN) for text in ("2026-04-13T23:59", "2026-04-14T00:01"))
    assert (before.start, before.due_effective) == (day("2026-04-13"), day("2026-05-07"))
    assert (after.start, after.due_effective) == (day("2026-04-14"), day("2026-05-08"))
    assert due(rule(15), datetime(2026, 4, 13, 16, 1, tzinfo=UTC), CN).start == day("2026-04-14")


def test_each_rule_says_what_it_starts_from() -> None:
    delivered, signed = at("2026-04-13T09:00"), at("2026-04-13T10:00")
    assert start_of(RULES["ASSIST_MR"], GX, delivered_at=delivered, signed_at=signed) == day("2026-04-13")
    assert start_of(RULES["ASSIST_MR"], GX, delivered_at=delivered) == day("2026-04-14")
    assert start_of(RULES["SIGN_FOR"], GX, delivered_at=delivered) == delivered
    assert start_of(RULES["CASE_90"], GX, event_at=day("2026-04-02")) == day("2026-04-02")
    with pytest.raises(InvalidInput, match="立案之日"):
        start_of(RULES["CASE_90"], GX, delivered_at=delivered)
    with pytest.raises(InvalidInput, match="尚未送达"):
        start_of(RULES["ASSIST_MR"], GX, signed_at=signed)


def test_hours_run_through_a_holiday_from_their_moment() -> None:
    found = due(rule(24, "hours"), at("2026-04-30T17:30"), CN)
    assert found.due_at == at("2026-05-01T17:30")
    assert found.due_strict == found.due_effective == day("2026-05-01")
    assert not found.provisional
    assert due_json(found)["due_effective"] == "2026-05-01T17:30:00+08:00"
    assert [one.why for one in found.days] == ["起算日，不计入", "法定节假日（劳动节），按小时连续计算"]
    assert due(rule(24, "hours"), at("2026-04-30T00:00"), CN).due_effective == day("2026-04-30")
    with pytest.raises(InvalidInput, match="时刻"):
        due(rule(24, "hours"), day("2026-04-30"), CN)


@pytest.mark.parametrize(("told", "expected"), [("2026-05-09T23:59", "2026-05-14"), ("2026-05-10T00:00", "2026-05-09")])
def test_an_extension_counts_only_when_told_before_the_limit_expires(told: str, expected: str) -> None:
    first = due(RULES["ASSIST_MR"], day("2026-04-13"), GX)
    later = extend(first, Extended(at(told), 4))
    assert later.due_effective == day(expected)
    assert (later is first) == (expected == "2026-05-09")
    assert due(RULES["ASSIST_MR"], day("2026-04-13"), GX, extensions=[Extended(at(told), 4)]) == later


def test_an_extension_is_capped_by_the_rule_and_given_once() -> None:
    first = due(RULES["LEAD_CHECK"], day("2026-04-13"), CN)
    full = extend(first, Extended(at("2026-04-20T09:00")))
    assert full.due_effective == due(rule(30), day("2026-04-13"), CN).due_effective
    assert extend(first, Extended(at("2026-04-20T09:00"), 99)).due_effective == full.due_effective
    assert extend(full, Extended(at("2026-04-21T09:00"), 1)) is full
    assert [one.counted for one in full.days][-1] == 30


def test_an_extension_the_rule_does_not_provide_for_changes_nothing() -> None:
    signing = due(RULES["SIGN_FOR"], day("2026-04-13"), CN)
    assert extend(signing, Extended(at("2026-04-13T10:00"), 5)) is signing
    asked = due(RULES["ASSIST_MR"], day("2026-04-13"), CN)
    assert extend(asked, Extended(at("2026-04-13T10:00"))) is asked
    assert extend(asked, Extended(at("2026-04-13T10:00"), -3)) is asked


def test_a_second_extension_told_within_the_first_counts_whatever_the_order_of_arrival() -> None:
    notices = [Extended(at("2026-05-12T09:00"), 5), Extended(at("2026-05-06T09:00"), 5)]
    found = due(RULES["ASSIST_MR"], day("2026-04-13"), CN, extensions=notices)
    assert found.due_effective == due(rule(25), day("2026-04-13"), CN).due_effective
    assert found == due(RULES["ASSIST_MR"], day("2026-04-13"), CN, extensions=notices[::-1])
    assert len(found.extensions) == 2


def test_a_suspension_pauses_the_case_clock_day_for_day() -> None:
    pause = (day("2026-07-10"), day("2026-07-19"))
    found = due(RULES["CASE_90"], day("2026-07-03"), CN, suspended=[pause])
    assert (found.due_strict, found.due_effective) == (day("2026-10-11"), day("2026-10-12"))
    assert {one.why for one in found.days if pause[0] <= one.date <= pause[1]} == {"期限中止"}
    after_the_end = due(RULES["CASE_90"], day("2026-07-03"), CN, suspended=[(day("2026-11-01"), day("2026-11-05"))])
    assert after_the_end.due_effective == day("2026-10-08")


def test_a_limit_cannot_end_inside_a_suspension() -> None:
    found = due(natural(1), day("2026-04-10"), CN, suspended=[(day("2026-04-12"), day("2026-04-15"))])
    assert (found.due_strict, found.due_effective) == (day("2026-04-11"), day("2026-04-16"))
    weekdays = due(rule(2), day("2026-04-13"), CN, suspended=[(day("2026-04-14"), day("2026-04-15"))])
    assert weekdays.due_effective == day("2026-04-17")


def test_a_date_without_a_notice_is_provisional_until_the_agreement_brings_it() -> None:
    assert due(rule(15), day("2026-12-01"), CN).provisional is False
    assert due(rule(2), day("2024-12-31"), CN).provisional is False
    first = due(rule(15), day("2026-12-22"), CN)
    assert first.provisional
    assert first.due_effective == day("2027-01-13")
    plain = json.loads(DEMO.read_text(encoding="utf-8"))
    new_year = {"name": "元旦", "dates": ["2026-12-31", "2027-01-01", "2027-01-02"]}
    plain["calendars"][0]["years"].append({"year": 2027, "off": [new_year], "work": ["2027-01-03"], "source": "试"})
    newer = working_calendars(Agreement.model_validate_json(json.dumps(plain)).calendars)["CN"]
    again = due(rule(15), first.began, newer)
    assert (again.provisional, again.due_effective) == (False, day("2027-01-13"))
    assert due(rule(8), first.began, CN).due_effective == day("2027-01-04")
    assert due(rule(8), first.began, newer).due_effective == day("2027-01-04")
    assert due(rule(7), first.began, newer).due_effective == day("2027-01-03")


def test_plain_natural_days_need_no_calendar() -> None:
    assert not due(natural(90, "none"), day("2027-03-01"), CN).provisional
    assert due(natural(90), day("2027-03-01"), CN).provisional


def test_reminders_come_before_on_and_after_the_due_date_on_working_days() -> None:
    found = reminder_moments(due(RULES["ASSIST_MR"], day("2026-04-13"), GX), AGREEMENT.reminders, day("2026-05-20"))
    assert [(stage, on.isoformat()) for stage, on in found] == [
        ("before-3", "2026-05-06"), ("before-1", "2026-05-08"), ("due", "2026-05-09"),
        ("overdue-1", "2026-05-13"), ("overdue-2", "2026-05-18"),
    ]  # fmt: skip


def test_no_reminder_precedes_the_duty_or_the_day_asked_for() -> None:
    short = due(RULES["ANSWER"], day("2026-04-13"), CN)
    assert [one.stage for one in reminder_moments(short, AGREEMENT.reminders, day("2026-04-15"))] == ["before-1", "due"]
    assert reminder_moments(short, AGREEMENT.reminders, day("2026-04-13")) == ()
    signing = due(RULES["SIGN_FOR"], day("2026-04-13"), CN)
    assert [one.stage for one in reminder_moments(signing, AGREEMENT.reminders, day("2026-04-15"))] == ["due"]


def test_the_json_form_has_exactly_the_published_keys() -> None:
    found = due_json(due(RULES["ASSIST_MR"], day("2026-04-13"), GX))
    assert {key: found[key] for key in found if key != "days"} == {
        "rule": "ASSIST_MR", "start": "2026-04-13", "calendar": "CN-GX", "due_strict": "2026-05-09",
        "due_effective": "2026-05-09", "label": "statutory", "article": "《市场监督管理行政处罚程序规定》第四十五条",
        "provisional": False,
    }  # fmt: skip
    assert json.loads(json.dumps(found))["days"][1] == {"date": "2026-04-14", "counted": 1, "why": "工作日"}


@pytest.mark.parametrize(
    "start", [date.min, date.max, datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)]
)
def test_absurd_dates_are_refused_not_overflown(start: date) -> None:
    with pytest.raises(InvalidInput):
        due(rule(15), start, CN)
    with pytest.raises(InvalidInput):
        due(rule(15), day("2026-04-13"), CN, suspended=[(day("2026-04-14"), date.max)])
    with pytest.raises(InvalidInput):
        due(rule(15), day("2026-04-13"), CN, suspended=[(day("2026-04-16"), day("2026-04-14"))])


@given(
    start=STARTS,
    later=st.integers(0, 30),
    amount=st.integers(1, 60),
    unit=st.sampled_from(["working_days", "natural_days"]),
    place=PLACES,
)
def test_a_later_start_or_a_larger_amount_never_ends_earlier(
    start: date, later: int, amount: int, unit: str, place: WorkingCalendar
) -> None:
    roll = "none" if unit == "working_days" else "holiday_and_weekend"
    first = due(rule(amount, unit, roll=roll), start, place)
    assert due(rule(amount, unit, roll=roll), start + timedelta(days=later), place).due_effective >= first.due_effective
    assert due(rule(amount + 1, unit, roll=roll), start, place).due_effective >= first.due_effective
    assert first.due_effective >= first.due_strict > first.start
    assert place.is_working(first.due_effective)


SPANS = st.lists(st.tuples(STARTS, st.integers(0, 20)).map(lambda s: (s[0], s[0] + timedelta(days=s[1]))), max_size=3)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001
NOTICES = st.lists(st.builds(Extended, MOMENTS, st.integers(1, 30)), max_size=3)
OTHER_NODE = working_calendars(Agreement.model_validate_json(DEMO.read_bytes()).calendars)["CN-GX"]


@given(start=STARTS, spans=SPANS, notices=NOTICES, identity=st.sampled_from(["ASSIST_MR", "LEAD_CHECK", "CASE_90"]))
def test_two_nodes_and_two_computations_agree_and_the_days_tell_the_same_story(
    start: date, spans: list[tuple[date, date]], notices: list[Extended], identity: str
) -> None:
    here = due(RULES[identity], start, GX, extensions=notices, suspended=spans)
    there = due(RULES[identity], start, OTHER_NODE, extensions=notices[::-1], suspended=spans[::-1])
    assert here == there
    assert due(here.rule, here.began, here.calendar, extensions=here.extensions, suspended=here.suspended) == here
    counted = [one.counted for one in here.days if one.counted]
    assert counted == list(range(1, RULES[identity].amount + sum(one.amount or 0 for one in here.extensions) + 1))
    assert [one.date for one in here.days][-1] == here.due_effective
    assert max(one.date for one in here.days if one.counted) == here.due_strict
