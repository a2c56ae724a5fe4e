"""Working days against the published notices, two independent libraries and the format rules of the agreement."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.core.calendar import WorkingCalendar, civil_date, working_calendars
from hub.core.errors import InvalidInput
from schemas.wire.agreement import Agreement, Calendar, Rule

DEMO = Path(__file__).parents[2] / "deploy" / "demo" / "agreement.json"
AGREEMENT = Agreement.model_validate_json(DEMO.read_bytes())
CALENDARS = working_calendars(AGREEMENT.calendars)
CN, GX = CALENDARS["CN"], CALENDARS["CN-GX"]
RULES = {rule.id: rule for rule in AGREEMENT.rules}
DAYS = st.dates(date(2024, 6, 1), date(2028, 6, 1))


def days_of(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=n) for n in range(366) if (date(year, 1, 1) + timedelta(days=n)).year == year
    ]


def calendar_of(**changes: Any) -> Calendar:
    fields: dict[str, Any] = {"id": "CN", "title": "试", "base": None, "years": [], **changes}
    return Calendar.model_validate_json(json.dumps(fields))


def year_of(year: int, off: dict[str, list[str]], work: list[str]) -> dict[str, Any]:
    return {"year": year, "off": [{"name": n, "dates": d} for n, d in off.items()], "work": work, "source": "试"}


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_national_calendar_equals_the_chinesecalendar_library(year: int) -> None:
    ours = [day for day in days_of(year) if CN.is_working(day)]
    theirs = [day for day in days_of(year) if chinese_calendar.is_workday(day)]
    assert ours == theirs
    assert len(ours) == 248


def test_the_days_off_of_2026_equal_the_holidays_library() -> None:
    theirs = holidays.country_holidays("CN", years=2026)
    ours_off_on_weekdays = {day for day in days_of(2026) if day.weekday() < 5 and not CN.is_working(day)}
    assert ours_off_on_weekdays == {day for day in theirs if day.year == 2026 and day.weekday() < 5}
    assert all(theirs.is_working_day(day) == CN.is_working(day) for day in days_of(2026))


@pytest.mark.parametrize(
    "day",
    ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10", "2025-01-26", "2025-10-11"],
)
def test_an_announced_make_up_day_on_a_weekend_is_a_working_day(day: str) -> None:
    make_up = date.fromisoformat(day)
    assert make_up.weekday() >= 5
    assert CN.is_working(make_up)
    assert GX.is_working(make_up)
    assert CN.why(make_up) == "调休上班"


@pytest.mark.parametrize("day", ["2026-04-17", "2026-04-20", "2025-03-31", "2025-04-01"])
def test_guangxi_rests_on_sanyuesan_while_the_nation_works(day: str) -> None:
    festival = date.fromisoformat(day)
    assert CN.is_working(festival)
    assert not GX.is_working(festival)
    assert GX.why(festival) == "广西三月三放假"
    assert GX.is_holiday(festival)


def test_outside_sanyuesan_guangxi_and_the_nation_agree() -> None:
    differ = [day for year in (2025, 2026) for day in days_of(year) if CN.is_working(day) != GX.is_working(day)]
    assert [day.isoformat() for day in differ] == ["2025-03-31", "2025-04-01", "2026-04-17", "2026-04-20"]


def test_every_reason_is_said_in_chinese() -> None:
    said = {
        date(2026, 4, 13): "工作日",
        date(2026, 4, 11): "周六",
        date(2026, 4, 12): "周日",
        date(2026, 4, 6): "法定节假日（清明）",
        date(2026, 5, 9): "调休上班",
    }
    assert {day: CN.why(day) for day in said} == said


def test_a_local_day_off_cancels_even_a_national_make_up_day_and_a_local_make_up_day_works() -> None:
    # 2017: 04-01 (Saturday) was a national make-up day; Guangxi rested and worked on 04-08 instead.
    nation = calendar_of(years=[year_of(2017, {"清明": ["2017-04-02", "2017-04-03", "2017-04-04"]}, ["2017-04-01"])])
    local_off = {"广西三月三": ["2017-03-30", "2017-03-31", "2017-04-01"]}
    guangxi = calendar_of(id="CN-GX", base="CN", years=[year_of(2017, local_off, ["2017-04-08", "2017-04-03"])])
    built = working_calendars([guangxi, nation])
    assert built["CN"].is_working(date(2017, 4, 1))
    assert not built["CN-GX"].is_working(date(2017, 4, 1))
    assert built["CN-GX"].is_working(date(2017, 4, 8))
    assert not built["CN"].is_working(date(2017, 4, 3))
    assert built["CN-GX"].is_working(date(2017, 4, 3))


def test_an_uncovered_year_knows_weekends_and_fixed_days_and_says_so() -> None:
    off = [day for day in days_of(2027) if day.weekday() < 5 and not CN.is_working(day)]
    assert [day.isoformat() for day in off] == ["2027-01-01", "2027-10-01"]
    assert not CN.is_working(date(2027, 5, 1))
    assert not CN.covers(date(2027, 3, 1))
    assert CN.covers(date(2026, 3, 1))
    assert CN.why(date(2027, 10, 1)) == "法定节假日（国庆）（放假安排未公布，暂定）"
    assert CN.why(date(2027, 3, 1)) == "工作日（放假安排未公布，暂定）"


def test_the_last_days_of_december_are_open_until_next_years_notice() -> None:
    assert CN.covers(date(2026, 12, 24))
    assert not CN.covers(date(2026, 12, 31))
    assert CN.covers(date(2025, 12, 31))


def test_next_years_notice_may_move_days_of_this_december() -> None:
    # The notice for 2019 made Saturday 2018-12-29 a working day and Monday 2018-12-31 a day off.
    years = [
        year_of(2019, {"元旦": ["2018-12-30", "2018-12-31", "2019-01-01"]}, ["2018-12-29"]),
        year_of(2018, {"节": ["2018-12-29"]}, []),
    ]
    built = working_calendars([calendar_of(years=years)])["CN"]
    assert built.is_working(date(2018, 12, 29))
    assert not built.is_working(date(2018, 12, 31))
    assert built.covers(date(2018, 12, 31))


def test_guangxi_is_provisional_when_only_the_national_notice_is_out() -> None:
    nation = calendar_of(years=[year_of(2026, {}, []), year_of(2027, {"春节": ["2027-02-08"]}, [])])
    guangxi = calendar_of(id="CN-GX", base="CN", years=[year_of(2026, {}, [])])
    built = working_calendars([nation, guangxi])
    assert built["CN"].covers(date(2027, 2, 8))
    assert not built["CN-GX"].covers(date(2027, 2, 8))
    assert not built["CN-GX"].is_working(date(2027, 2, 8))
    early = calendar_of(id="CN-GX", base="CN", years=[year_of(2028, {}, [])])
    assert not working_calendars([nation, early])["CN-GX"].covers(date(2028, 3, 1))


def test_the_civil_date_is_that_of_china() -> None:
    assert civil_date(datetime(2026, 4, 13, 15, 59, tzinfo=UTC)) == date(2026, 4, 13)
    assert civil_date(datetime(2026, 4, 13, 16, 1, tzinfo=UTC)) == date(2026, 4, 14)
    assert civil_date(date(2026, 4, 13)) == date(2026, 4, 13)
    with pytest.raises(InvalidInput, match="时区"):
        civil_date(datetime(2026, 4, 13, 12, 0))  # noqa: DTZ001


@given(day=DAYS, amount=st.integers(1, 60), calendar=st.sampled_from([CN, GX]))
def test_adding_working_days_lands_on_the_right_count(day: date, amount: int, calendar: WorkingCalendar) -> None:
    end = calendar.add_working_days(day, amount)
    passed = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert calendar.is_working(end)
    assert sum(calendar.is_working(one) for one in passed) == amount


@given(day=DAYS, amount=st.integers(1, 60), calendar=st.sampled_from([CN, GX]))
def test_going_back_undoes_going_forward_from_a_working_day(day: date, amount: int, calendar: WorkingCalendar) -> None:
    first = calendar.next_working(day)
    assert calendar.add_working_days(calendar.add_working_days(first, amount), -amount) == first
    assert calendar.add_working_days(day, 0) == day


@given(first=DAYS, length=st.integers(0, 500))
def test_a_span_is_settled_exactly_when_each_of_its_days_from_its_first_year_is(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    each = all(CN.covers(first + timedelta(days=n)) for n in range(length + 1))
    assert CN.settles(first, last) == each


def changed(**fields: Any) -> dict[str, Any]:
    return {**json.loads(DEMO.read_text(encoding="utf-8")), **fields}


def refused(document: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        Agreement.model_validate_json(json.dumps(document))
    return str(caught.value)


def test_the_demo_agreement_says_that_it_is_a_demonstration() -> None:
    assert "演示" in AGREEMENT.title
    assert AGREEMENT.version == 1


@pytest.mark.parametrize(
    ("part", "message"),
    [("rules", "规则重复"), ("calendars", "日历重复"), ("rights", "发文权限重复"), ("visibility", "可见范围重复"),
     ("marks", "知悉范围重复"), ("reminders", "催办节点重复")],
)  # fmt: skip
def test_no_entry_of_the_agreement_may_stand_twice(part: str, message: str) -> None:
    entries = json.loads(DEMO.read_text(encoding="utf-8"))[part]
    assert message in refused(changed(**{part: [*entries, copy.deepcopy(entries[0])]}))


def test_a_calendar_must_stand_on_a_national_one() -> None:
    entries = json.loads(DEMO.read_text(encoding="utf-8"))["calendars"]
    assert "不是协议中的全国日历" in refused(changed(calendars=entries[1:]))
    entries[0]["base"] = "CN-GX"
    assert "不是协议中的全国日历" in refused(changed(calendars=entries))


@pytest.mark.parametrize(
    ("off", "work", "message"),
    [
        (["2026-01-01"], ["2026-01-01"], "日期重复"),
        (["2026-01-01", "2026-01-01"], [], "日期重复"),
        (["2027-01-01"], [], "不属于 2026 年"),
        ([], ["2025-11-30"], "不属于 2026 年"),
        (["2026-02-30"], [], "date"),
        (["2026-02-20T00:00:00"], [], "date"),
    ],
)
def test_a_day_that_contradicts_its_year_is_refused(off: list[str], work: list[str], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        calendar_of(years=[year_of(2026, {"节": off} if off else {}, work)])


@pytest.mark.parametrize(
    "fields",
    [
        {"version": 0}, {"version": True}, {"version": 1.0}, {"version": "1"}, {"type": "roster"}, {"surplus": 1},
        {"issued": "2026-03-10T01:00:00Z"}, {"issued": "2026-03-10T01:00:00.000Z\n"}, {"rules": []}, {"calendars": []},
    ],
)  # fmt: skip
def test_the_agreement_is_read_strictly(fields: dict[str, Any]) -> None:
    refused(changed(**fields))


def test_a_clock_toward_other_systems_is_agreed_not_statutory() -> None:
    assert RULES["ASSIST_MR"].binds == ("mr",)
    assert all(rule.label == "agreed" for name, rule in RULES.items() if name.startswith("ASSIST_CROSS"))
    assert all("协议约定" in one.basis for one in AGREEMENT.rules if one.label == "agreed")
    assert all("第" in one.basis and "条" in one.basis for one in AGREEMENT.rules if one.label == "statutory")


@pytest.mark.parametrize(
    "fields",
    [
        {"roll": "holiday"},
        {"unit": "hours"},
        {"unit": "hours", "start": "event", "extensions": RULES["LEAD_CHECK"].extensions},
        {"amount": 0},
        {"amount": 3661},
        {"id": "assist"},
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(fields: dict[str, Any]) -> None:
    plain = {**RULES["ANSWER"].model_dump(), "unit": "natural_days"}
    assert Rule.model_validate(plain).unit == "natural_days"
    with pytest.raises(ValidationError):
        Rule.model_validate({**RULES["ANSWER"].model_dump(), **fields})


def allowed(kind: str) -> set[str]:
    return {f"{one.sender_system}>{one.receiver_system}" for one in AGREEMENT.rights if one.kind == kind}


def test_the_demo_rights_keep_each_system_to_its_business() -> None:
    assert allowed("assistance_request") == {"mr>mr", "mr>ps", "ps>mr", "ps>ps", "mr>out"}
    assert allowed("lead_transfer") == {"mr>mr", "mr>ps", "ps>mr"}
    assert allowed("blacklist_entry") == allowed("blacklist_removal") == {"mr>mr", "mr>all"}
    assert not any(one.sender_system == "jm" and "transfer" in one.kind for one in AGREEMENT.rights)


def test_the_joint_meeting_office_sees_nothing_between_police() -> None:
    police = {one.see for one in AGREEMENT.visibility if one.sender_system == one.receiver_system == "ps"}
    assert police == {"none"}
    others = {one.see for one in AGREEMENT.visibility if "mr" in (one.sender_system, one.receiver_system)}
    assert others == {"header"}
