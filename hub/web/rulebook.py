"""The agreement in words, for pages and command line alike: limits, extensions, who may send what to whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hub.core.calendar import WorkingCalendar
from schemas.wire.agreement import Extension, Right, Rule

UNITS = {"working_days": "工作日", "natural_days": "日（自然日）", "hours": "小时", "working_hours": "工作小时"}
STARTS = {
    "delivered_or_signed": "签收与送达后第一个工作日取早者",
    "delivered": "系统送达",
    "event": "另行登记的事件",
    "named": "文书载明的日期即为末日，不另计算",
}
ROLLS = {
    "none": "不顺延",
    "holiday": "末日为放假日的顺延",
    "holiday_and_weekend": "末日为放假日、周末的顺延（判定逾期用）",
}
PLACES = {"any": "", "same": "同一地区", "different": "不同地区"}
LEVELS = {"any": "", "same": "同级", "different": "不同级"}
SYSTEMS = {"mr": "市监", "ps": "公安", "jm": "联席办", "all": "全体", "out": "系统外"}


@dataclass(frozen=True, slots=True)
class Special:
    """A day that is not what its weekday says: off on a weekday, worked on a weekend."""

    day: date
    working: bool
    why: str


def limit(rule: Rule) -> str:
    """``15 个工作日``, ``90 日（自然日）``; a day the document names has no amount."""
    return _much(rule.amount, rule.unit) if rule.amount else "文书载明之日"


def _much(amount: int, unit: str) -> str:
    return f"{amount} {'个' if unit.startswith('working') else ''}{UNITS[unit]}"


def extension(tiers: Sequence[Extension]) -> str:
    """How much may be added and by whose leave, one sentence a tier."""
    said = [_tier(one) for one in tiers]
    if len(said) > 1:
        said = [f"第{number}档：{one}" for number, one in zip("一二三四五", said, strict=False)]
    return "；".join(said) or "没有规定延期"


def _tier(found: Extension) -> str:
    much = f"最多 {_much(found.amount, found.unit)}" if found.amount else "未规定上限"
    case = f"（{found.condition}）" if found.condition else ""
    who = f"，批准人：{found.approver}" if found.approver else ""
    return much + case + who + ("，须在届满前告知" if found.tell_before_expiry else "")


def matrix(rights: Sequence[Right]) -> tuple[list[tuple[str, str]], dict[str, dict[tuple[str, str], str]]]:
    """Pairs of systems, and for each kind what stands at each pair: 可, or the narrower place or level."""
    heads = list(dict.fromkeys((one.sender_system, one.receiver_system) for one in rights))
    cells: dict[str, dict[tuple[str, str], str]] = {}
    for one in rights:
        mark = PLACES[one.same_region][:2] + LEVELS[one.level] or "可"
        cells.setdefault(one.kind, {})[one.sender_system, one.receiver_system] = mark
    return heads, cells


def specials(calendar: WorkingCalendar, year: int) -> Iterator[Special]:
    """The days of a year on which the calendar differs from Monday to Friday, in order."""
    day = date(year, 1, 1)
    while day.year == year:
        working = calendar.is_working(day)
        if working == (day.weekday() >= 5):
            yield Special(day, working, calendar.why(day))
        day += timedelta(days=1)
