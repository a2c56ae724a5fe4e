"""Holiday notices in three forms become the same year, and that year is the one two independent libraries know."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from hub.core.calendar import WorkingCalendar, working_calendars
from hub.core.errors import InvalidInput
from hub.core.holidays import read_notice
from schemas.wire.agreement import Agreement, Calendar, Year

DEMO = Path(__file__).parents[2] / "deploy" / "demo" / "agreement.json"
NATIONAL = Agreement.model_validate_json(DEMO.read_bytes()).calendars[0]
KNOWN = {entry.year: entry for entry in NATIONAL.years}
SOURCE = "国办通知"


def days_of(year: Year) -> list[tuple[date, str, bool]]:
    off = [(day, group.name, True) for group in year.off for day in group.dates]
    return sorted([*off, *((day, "调休", False) for day in year.work)])


def as_json(year: Year) -> bytes:
    days = [{"name": name, "date": day.isoformat(), "isOffDay": off} for day, name, off in days_of(year)]
    return json.dumps({"year": year.year, "papers": [], "days": days}).encode()


def as_csv(year: Year) -> bytes:
    lines = ["日期,名称,安排", *(f"{day:%Y/%m/%d},{name},{'休' if off else '班'}" for day, name, off in days_of(year))]
    return "\r\n".join(lines).encode("gb18030")


def as_ics(year: Year) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for day, name, off in days_of(year):
        says = f"{name} 假期" if off else f"{name} 补班"
        lines += ["BEGIN:VEVENT", f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"SUMMARY:{says[:2]}", f" {says[2:]}"]
        lines += ["END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@pytest.mark.parametrize("year", [2025, 2026])
@pytest.mark.parametrize("form", [as_json, as_csv, as_ics])
def test_each_form_gives_the_year_of_the_agreement(form: object, year: int) -> None:
    assert callable(form)
    found = read_notice(form(KNOWN[year]), source=SOURCE)
    assert (found.year, found.work, found.source) == (year, KNOWN[year].work, SOURCE)
    assert {(group.name, group.dates) for group in found.off} == {
        (group.name, group.dates) for group in KNOWN[year].off
    }


def calendar_read(year: int) -> WorkingCalendar:
    """The calendar that only the notices read back make, in the form of a spreadsheet."""
    years = tuple(read_notice(as_csv(KNOWN[each]), source=SOURCE) for each in (2025, year))
    made = Calendar(id="CN", title="试", base=None, years=years if year != 2025 else years[:1])
    return working_calendars([made])["CN"]


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_day_equals_two_independent_libraries(year: int) -> None:
    ours, theirs = calendar_read(year), holidays.country_holidays("CN", years=year)
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    differences = [
        (day.isoformat(), library)
        for day in days
        for library, says in (
            ("chinesecalendar", chinese_calendar.is_workday(day)),
            ("holidays", theirs.is_working_day(day)),
        )
        if says is not ours.is_working(day)
    ]
    assert differences == []


def test_an_event_of_several_days_ends_before_its_end() -> None:
    text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270206\nDTEND;VALUE=DATE:20270209\n"
    found = read_notice((text + "SUMMARY:春节（休）\nEND:VEVENT\nEND:VCALENDAR").encode(), source=SOURCE)
    assert [(group.name, len(group.dates)) for group in found.off] == [("春节", 3)]
    assert found.off[0].dates[-1] == date(2027, 2, 8)


def test_days_of_the_december_before_belong_to_the_notice() -> None:
    found = read_notice(b"2018-12-29,\xe5\x85\x83\xe6\x97\xa6,\xe7\x8f\xad\n2019-01-01,X,\xe4\xbc\x91", source=SOURCE)
    assert (found.year, found.work) == (2019, (date(2018, 12, 29),))


def test_a_file_of_several_years_wants_the_year_to_be_named() -> None:
    both = as_csv(KNOWN[2025]) + b"\r\n" + as_csv(KNOWN[2026])
    with pytest.raises(InvalidInput, match="2025、2026"):
        read_notice(both, source=SOURCE)
    assert read_notice(both, source=SOURCE, year=2026).work == KNOWN[2026].work


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有任何日期"),
        ("日期,名称,安排\n2026-01-01,元旦", "第 2 行：应有三列"),
        ("2026-02-30,春节,休", "第 1 行：日期“2026-02-30”不存在"),
        ("2026-01-01,元旦,休\n\n1.1.2026,元旦,休", "第 3 行：日期“1.1.2026”"),
        ("2026-01-01,元旦,？", "第 1 行：“？”看不出是休还是班"),
        ("2026-01-01,元旦,调休", "看不出是休还是班"),
        ("2026-01-01,,休", "第 1 行：没有节日名称"),
        ("2026-01-01,元旦,休\n2026-01-01,元旦,班", "第 2 行：2026-01-01 与第 1 行重复"),
        ('2026-01-01,"元旦,休', "第 1 行不是合法的 CSV"),
        ("2026-01-01\x00", "不是文本文件"),
        ('{"year": 2026,\n "days": [}', "第 2 行不是合法的 JSON"),
        ("[" * 100_000, "不是合法的 JSON"),
        ('{"year": 2026}', "没有 days 列表"),
        ('{"year": "2026", "days": []}', "year 应为四位年份"),
        ('{"year": 2026, "days": [{"name": "元旦", "date": "2026-01-01"}]}', "days 第 1 项：isOffDay"),
        ('{"year": 2026, "days": [{"name": "元旦", "date": "2025-01-01", "isOffDay": true}]}', "不属于 2026 年"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:元旦休\nEND:VEVENT", "第 2 行起的日程 DTSTART"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101T000000Z\nSUMMARY:休\nEND:VEVENT", "日期“20260101T000000Z”"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nSUMMARY:生日\nEND:VEVENT", "看不出是休还是班"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nSUMMARY:休", "第 2 行起的日程没有结束"),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260105\nDTEND:20260101\nSUMMARY:休\nEND:VEVENT",
            "起止日期有误",
        ),
    ],
)
def test_a_malformed_notice_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_notice(text.encode(), source=SOURCE)
    assert said in caught.value.detail
