"""The agreement as people read it in a terminal: rules, rights, calendars and what changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hub.cli.screen import moment, pairs, safe, table, width
from hub.cli.words import LABELS, URGENCY
from hub.web.rulebook import LEVELS, PLACES, ROLLS, STARTS, SYSTEMS, UNITS, extension, limit, matrix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.cli.rulebook import Rulebook
    from hub.core.amendment import Change
    from hub.core.calendar import WorkingCalendar
    from schemas.wire.agreement import Agreement, Extension, Right, Rule

_PARTS = {
    "rules": "时限规则",
    "rights": "发文权限",
    "visibility": "联席办可见范围",
    "stages": "环节时限",
    "superiors": "上级机关",
    "marks": "知悉范围",
    "reminders": "催办节点",
    "calendars": "日历",
    "stamped": "须盖章",
    "title": "名称",
}
_WHAT = {"added": "新增", "removed": "删除", "changed": "修改"}
_MOST_FIELDS = 40


def print_agreement(book: Rulebook) -> None:
    """Version, where it is from, and the table of rules."""
    from hub.core.ids import parse_time

    found = book.agreement
    years = "；".join(f"{one.id} {'、'.join(str(year.year) for year in one.years)}" for one in found.calendars)
    pairs(
        [
            ("名称", found.title),
            ("版本", f"第 {found.version} 版（{book.source}）"),
            ("本节点存有", "、".join(f"第 {each} 版" for each in book.versions)),
            ("签发", moment(parse_time(found.issued))),
            ("日历", years),
            ("须盖章", "、".join(_kind(kind) for kind in found.stamped)),
            ("上级机关", f"{len(found.superiors)} 个" if found.superiors else ""),
        ]
    )
    print()
    print_rules(found.rules)


def print_rules(rules: Sequence[Rule]) -> None:
    """One line a rule."""
    rows = [
        (one.id, one.title, LABELS.get(one.label, one.label), limit(one), _brief(one.extensions), one.basis)
        for one in rules
    ]
    table(("规则", "名称", "性质", "期限", "可延长", "依据"), rows, "没有时限规则。")


def print_rule(rule: Rule) -> None:
    """Everything about one rule."""
    who = "、".join(SYSTEMS.get(each, each) for each in rule.binds) or "不限"
    pairs(
        [
            ("规则", f"{rule.id} {rule.title}"),
            ("性质", f"{LABELS.get(rule.label, rule.label)}时限"),
            ("依据", rule.basis),
            ("期限", limit(rule)),
            ("起算", f"{rule.event}（{STARTS[rule.start]}）"),
            ("延期", extension(rule.extensions)),
            ("末日", ROLLS[rule.roll] if rule.unit == "natural_days" else ""),
            ("办理方", {"receiver": "收件单位", "sender": "发件单位"}[rule.duty]),
            ("约束", who),
            ("不计入", "、".join(rule.excluded)),
            ("说明", rule.note or ""),
        ]
    )


def print_matrix(rights: Sequence[Right]) -> None:
    """Kinds by pairs of systems: 可, or the narrower place or level."""
    heads, cells = matrix(rights)
    rows = [(_kind(kind), *(row.get(head, "·") for head in heads)) for kind, row in cells.items()]
    table(("文书", *(f"{sender}>{receiver}" for sender, receiver in heads)), rows, "")
    print("\nmr 市监，ps 公安，jm 联席办，all 全体成员，out 系统外（纸质）；同一：只限同一地区；· 不能发")


def print_rights(rights: Sequence[Right]) -> None:
    """One line a row of the table, with the deadline it starts."""

    def starts(one: Right, urgency: str) -> str:
        named = {str(name): rule for name, rule in one.rules.items()}
        return named.get(urgency) or named.get("normal") or "不计时"

    rows = [
        (
            _kind(one.kind),
            SYSTEMS.get(one.sender_system, one.sender_system),
            SYSTEMS.get(one.receiver_system, one.receiver_system),
            (PLACES[one.same_region] + LEVELS[one.level]) or "不限",
            *(starts(one, urgency) for urgency in URGENCY),
        )
        for one in rights
    ]
    table(("文书", "发件", "收件", "地区、级别", "平件", "加急", "特急"), rows, "")


def print_calendar(calendar: WorkingCalendar, year: int) -> None:
    """Twelve months; 休 an announced day off, 班 a make-up day, brackets a plain weekend."""
    days = list(_days(year))
    working = sum(calendar.is_working(day) for day in days)
    known = "" if year in calendar.years else "（该年放假安排未公布，暂定：只计周末和固定日期的节日）"
    print(f"{calendar.id} {year} 年：{working} 个工作日{known}\n")
    for month in range(1, 13):
        print(f"{month} 月\n  一    二    三    四    五    六    日")
        line = [""] * date(year, month, 1).weekday()
        for day in (each for each in days if each.month == month):
            line.append(_cell(calendar, day))
            if len(line) == 7:
                print(_week(line))
                line = []
        if line:
            print(_week(line))
    print("\n休 放假  班 调休上班  ( ) 周末")
    rows = [(day.isoformat(), calendar.why(day)) for day in days if _special(calendar, day)]
    table(("日期", "安排"), rows, "没有公布的放假和调休。")


def calendar_json(calendar: WorkingCalendar, year: int) -> dict[str, object]:
    """The year for programs."""
    days = list(_days(year))
    return {
        "calendar": calendar.id,
        "year": year,
        "provisional": year not in calendar.years,
        "working_days": sum(calendar.is_working(day) for day in days),
        "days": [
            {"date": day, "working": calendar.is_working(day), "why": calendar.why(day)}
            for day in days
            if _special(calendar, day)
        ],
    }


def print_changes(old: Agreement, new: Agreement, changes: Sequence[Change]) -> None:
    """One line an entry, and under it each field that differs."""
    print(f"第 {old.version} 版 → 第 {new.version} 版：{len(changes)} 处不同")
    for one in changes:
        print(f"{_WHAT[one.what]} {_PARTS[one.part]} {safe(one.key)}".rstrip())
        for field in one.fields[:_MOST_FIELDS]:
            print(safe(f"    {field.name}：{_value(field.old)} → {_value(field.new)}"))
        if len(one.fields) > _MOST_FIELDS:
            print(f"    另有 {len(one.fields) - _MOST_FIELDS} 项，详见 --json")


def remarks(agreement: Agreement) -> list[str]:
    """What is in order but deserves a look."""
    from hub.core.calendar import working_calendars

    said = [
        f"法定规则 {one.id} 没有写明约束哪个系统"
        for one in agreement.rules
        if one.label == "statutory" and not one.binds
    ]
    kinds = {right.kind for right in agreement.rights}
    said += [f"须盖章的 {kind} 无人有权发送" for kind in agreement.stamped if kind not in kinds]
    said += [f"本程序不认识文书种类 {kind}" for kind in sorted(kinds - set(_titles()))]
    national = {year.year for one in agreement.calendars if one.base is None for year in one.years}
    for calendar in agreement.calendars:
        own = {year.year for year in calendar.years}
        said += [f"日历 {calendar.id} 缺 {year} 年，按暂定计算" for year in sorted(national - own)]
        plain = working_calendars([one.model_copy(update={"years": ()}) for one in agreement.calendars])[calendar.id]
        said += [
            f"日历 {calendar.id}：{day.isoformat()} 列为调休上班，但本来不是周末"
            for year in calendar.years
            for day in year.work
            if calendar.base is None and plain.is_working(day)
        ]
    return said


def _brief(tiers: Sequence[Extension]) -> str:
    said = [f"+{one.amount} {UNITS[one.unit][:3].strip('（')}" if one.amount else "无上限" for one in tiers]
    return " ".join(said) or "—"


def _titles() -> dict[str, str]:
    from hub.kinds.registry import KINDS

    return {kind.name: kind.title for kind in KINDS.values()}


def _kind(name: str) -> str:
    return _titles().get(name, name)


def _days(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


def _special(calendar: WorkingCalendar, day: date) -> bool:
    return calendar.is_working(day) is not (day.weekday() < 5) or calendar.is_holiday(day)


def _cell(calendar: WorkingCalendar, day: date) -> str:
    if calendar.is_holiday(day):
        return f"{day.day:>2}休"
    if day.weekday() < 5:
        return f"{day.day:>2}"
    return f"{day.day:>2}班" if calendar.is_working(day) else f"({day.day})"


def _week(cells: Sequence[str]) -> str:
    return "".join(cell + " " * (6 - width(cell)) for cell in cells).rstrip()


def _value(value: object) -> str:
    return "—" if value is None else str(value)
