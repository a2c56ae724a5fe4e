"""A holiday notice, as people get hold of it, turned into a year of the agreement's calendar.

Three forms are read, told apart by their content:

* JSON as holiday-cn publishes it: ``{"year": 2026, "papers": […], "days": [{"name", "date", "isOffDay"}]}``;
* ICS: one ``VEVENT`` a festival or day, ``DTSTART;VALUE=DATE``, its ``SUMMARY`` saying 休, 假 or 班;
* a spreadsheet saved as CSV: date, name, 休 or 班; UTF-8, or GB 18030 as spreadsheets write it.

A day that stands twice, a date that does not exist or a word that is neither is refused with its line: a calendar that
is wrong by a day makes every deadline across it wrong (DESIGN D8, 《全国年节及纪念日放假办法》).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from hub.core.errors import InvalidInput
from schemas.wire.agreement import Year
from schemas.wire.types import Unreadable

FIELD = "notice"
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))\Z")
_HEADS = frozenset({"日期", "date", "day"})
_WORK, _OFF = re.compile("班"), re.compile("休|假")
_MARKS = re.compile(r"[（(\[【].{0,6}[）)\]】]|补班|调班|调休上班|上班|假期|放假|休息|调休|休|班|[\s·:：-]")
_LONGEST = 40
"""Days of one event; no festival is longer."""


class Noticed(NamedTuple):
    """One day of a notice, and where it stands."""

    where: str
    day: date
    name: str
    off: bool


def read_notice(data: bytes, *, source: str, year: int | None = None) -> Year:
    """Read a notice in any of the three forms; raises ``InvalidInput`` naming the line.

    ``source`` says where the notice is from (文号 or address). ``year`` picks one of several a file may hold.
    """
    text = _text(data)
    if text.lstrip().startswith(("{", "[")):
        stated, days = _from_json(text)
        year = year or stated
    elif "BEGIN:VCALENDAR" in text:
        days = list(_from_ics(text))
    else:
        days = list(_from_csv(text))
    return _year(days, source, year)


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InvalidInput("放假通知不是文本文件（支持 JSON、ICS、CSV）", field=FIELD)


def _year(days: list[Noticed], source: str, year: int | None) -> Year:
    """The year of these days: no day twice, those of other years left out only if a year was asked for."""
    year = _which(days, year)
    kept = [one for one in days if one.day.year == year or (one.day.year, one.day.month) == (year - 1, 12)]
    if not any(one.day.year == year for one in kept):
        raise InvalidInput(f"放假通知中没有 {year} 年的日期", field=FIELD)
    seen: dict[date, Noticed] = {}
    off: dict[str, list[date]] = {}
    for one in kept:
        if one.day in seen:
            raise InvalidInput(f"{one.where}：{one.day.isoformat()} 与{seen[one.day].where}重复", field=FIELD)
        seen[one.day] = one
        if one.off:
            off.setdefault(one.name, []).append(one.day)
    made = {
        "year": year,
        "off": [{"name": name, "dates": [each.isoformat() for each in sorted(dates)]} for name, dates in off.items()],
        "work": [one.day.isoformat() for one in sorted(kept, key=lambda one: one.day) if not one.off],
        "source": source,
    }
    try:
        return Year.read(json.dumps(made).encode())
    except Unreadable as error:
        raise InvalidInput(f"放假通知不符合日历格式：{error}", field=FIELD) from error


def _which(days: list[Noticed], year: int | None) -> int:
    """The year asked for, or the only one there is; days of the December before belong to the notice."""
    if not days:
        raise InvalidInput("放假通知中没有任何日期", field=FIELD)
    if year is not None:
        return year
    last = max(one.day.year for one in days)
    if any(one.day < date(last - 1, 12, 1) for one in days):
        years = "、".join(str(each) for each in sorted({one.day.year for one in days}))
        raise InvalidInput(f"放假通知含多个年份：{years}", field="year", advice="请用 --year 指明导入哪一年。")
    return last


def _from_json(text: str) -> tuple[int | None, list[Noticed]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        at = f"第 {error.lineno} 行" if isinstance(error, json.JSONDecodeError) else "文件"
        raise InvalidInput(f"{at}不是合法的 JSON", field=FIELD) from error
    days = value.get("days") if isinstance(value, dict) else None
    if not isinstance(days, list):
        raise InvalidInput("JSON 中没有 days 列表（每项为 name、date、isOffDay）", field=FIELD)
    year = value.get("year")
    if year is not None and (type(year) is not int or not 2000 <= year <= 2999):
        raise InvalidInput("JSON 中的 year 应为四位年份", field=FIELD)
    found = [_json_day(f"days 第 {number} 项", each) for number, each in enumerate(days, 1)]
    for one in found:
        if year is not None and one.day.year != year and (one.day.year, one.day.month) != (year - 1, 12):
            raise InvalidInput(f"{one.where}：{one.day.isoformat()} 不属于 {year} 年", field=FIELD)
    return year, found


def _json_day(where: str, each: Any) -> Noticed:
    if not isinstance(each, dict) or type(each.get("isOffDay")) is not bool:
        raise InvalidInput(f"{where}：isOffDay 应为 true（休）或 false（班）", field=FIELD)
    return Noticed(where, _day(where, each.get("date")), _name(where, each.get("name")), each["isOffDay"])


def _from_csv(text: str) -> Iterator[Noticed]:
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells) or (cells[0].lower() in _HEADS):
                continue
            where = f"第 {reader.line_num} 行"
            if len(cells) < 3:
                raise InvalidInput(f"{where}：应有三列，即日期、名称、休或班", field=FIELD)
            yield Noticed(where, _day(where, cells[0]), _name(where, cells[1]), _rests(where, cells[2]))
    except csv.Error as error:
        raise InvalidInput(f"第 {reader.line_num} 行不是合法的 CSV：{error}", field=FIELD) from error


def _from_ics(text: str) -> Iterator[Noticed]:
    """Events of whole days; ``DTEND`` is the first day after (RFC 5545 section 3.6.1)."""
    event: dict[str, str] | None = None
    begun = 0
    for number, line in _unfolded(text):
        name, _, value = line.partition(":")
        key = name.split(";")[0].upper()
        if (key, value.upper()) == ("BEGIN", "VEVENT"):
            event, begun = {}, number
        elif (key, value.upper()) == ("END", "VEVENT") and event is not None:
            yield from _event(f"第 {begun} 行起的日程", event)
            event = None
        elif event is not None:
            event[key] = value.strip()
    if event is not None:
        raise InvalidInput(f"第 {begun} 行起的日程没有结束（END:VEVENT）", field=FIELD)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their continuations (those that begin with a blank) joined, and the number they begin at."""
    held: tuple[int, str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if held is not None and line[:1] in (" ", "\t"):
            held = (held[0], held[1] + line[1:])
            continue
        if held is not None:
            yield held
        held = (number, line)
    if held is not None:
        yield held


def _event(where: str, event: dict[str, str]) -> Iterable[Noticed]:
    first = _day(f"{where} DTSTART", event.get("DTSTART"))
    after = _day(f"{where} DTEND", event["DTEND"]) if "DTEND" in event else first + timedelta(days=1)
    length = (after - first).days
    if not 1 <= length <= _LONGEST:
        raise InvalidInput(f"{where}：起止日期有误（{first.isoformat()} 至 {after.isoformat()}）", field=FIELD)
    summary = event.get("SUMMARY", "").replace("\\,", "，")
    off = _rests(where, summary)
    name = _name(where, _MARKS.sub("", summary) or "放假")
    return [Noticed(where, first + timedelta(days=each), name, off) for each in range(length)]


def _rests(where: str, text: str) -> bool:
    """休 or 班; 调休上班 is work, and 调休 alone could be either."""
    if _WORK.search(text):
        return False
    if not _OFF.search(text) or text.strip() == "调休":
        raise InvalidInput(f"{where}：“{text[:20]}”看不出是休还是班", field=FIELD)
    return True


def _day(where: str, text: object) -> date:
    found = _DATE.match(text) if isinstance(text, str) else None
    try:
        day = date(*(int(part) for part in found.groups() if part is not None)) if found else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput(f"{where}：日期“{str(text)[:20]}”不存在或写法有误，应如 2026-01-01", field=FIELD)
    return day


def _name(where: str, text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput(f"{where}：没有节日名称", field=FIELD)
    return text.strip()
