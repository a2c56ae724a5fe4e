"""Figures as lines for people and spreadsheets: one wording for command line, API and page."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from hub.core.errors import InvalidInput
from hub.core.ids import BEIJING
from hub.core.measures import CASE, MEASURES, PERCENT, SCOPES, SOURCE, UNITS, Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hub.core.indicators import Key, Period, Sum

NONE = "—"
"""What stands where there is nothing to divide by."""
HEADS = (
    *("指标编号", "细项代码", "指标", "计量单位", "统计范围", "统计单位编号", "统计单位", "对方单位编号", "对方单位"),
    *("数值", "分子", "分母", "未定（件）", "统计期起", "统计期止（含）", "数据截止（北京时间）", "来源", "定义"),
)
BOM = "\ufeff"
Cell = str | int | float | None
_FIRST_YEAR, _LAST_YEAR = 2000, 2999


class Line(NamedTuple):
    """One figure with all that belongs to it."""

    measure: Measure
    member: str
    scope: str
    peer: str
    sum: Sum

    @property
    def shown(self) -> str:
        """``83.3``, ``12`` or ``—``; the unit stands beside it."""
        return shown(self.measure, self.sum)


def value_of(measure: Measure, value: Sum) -> float | None:
    """A figure in its unit: cases, per cent, working days; None where there is nothing to divide by."""
    found = value.value
    return found * 100 if found is not None and measure.unit == PERCENT else found


def shown(measure: Measure, value: Sum) -> str:
    """A figure without its unit."""
    if measure.unit == CASE:
        return str(value.numerator)
    found = value_of(measure, value)
    return NONE if found is None else f"{found:.1f}"


def lines(sums: Mapping[Key, Sum], order: Iterable[str], indicator: str | None = None) -> list[Line]:
    """In the order of indicators, then of the roster; totals before pairs."""
    place = {member: number for number, member in enumerate(order)}
    rank = {key: number for number, key in enumerate(MEASURES)}
    found = [
        Line(MEASURES[key[0]], *key[1:], value)
        for key, value in sums.items()
        if indicator in (None, MEASURES[key[0]].indicator) and key[1] != "all"
    ]
    found.sort(key=lambda one: (rank[one.measure.key], place.get(one.member, 999), one.member, one.scope, one.peer))
    return found


def record(one: Line) -> dict[str, Any]:
    """One figure with unit, definition and what it is made of; ``value`` null where there is nothing to divide by."""
    measure = one.measure
    return {
        "indicator": measure.indicator,
        "measure": measure.name,
        "title": measure.title,
        "unit": measure.unit,
        "scope": one.scope,
        "member": one.member,
        "peer": one.peer or None,
        "value": value_of(measure, one.sum),
        "numerator": one.sum.numerator,
        "denominator": one.sum.denominator,
        "open": one.sum.open,
        "source": SOURCE,
        "definition": measure.definition,
    }


def table_of(found: Iterable[Line], period: Period, names: Mapping[str, str]) -> list[tuple[Cell, ...]]:
    """Rows under :data:`HEADS`; numbers as numbers, rates in per cent, means in working days."""
    cut = period.now.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    span = (period.since.isoformat(), (period.until - timedelta(days=1)).isoformat(), cut)
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        named = (one.member, names.get(one.member, one.member), one.peer, names.get(one.peer, one.peer) or "合计")
        parts = (one.sum.numerator, one.sum.denominator, one.sum.open)
        about = (one.measure.indicator, one.measure.name, one.measure.title, UNITS[one.measure.unit])
        value = value_of(one.measure, one.sum)
        cell: Cell = NONE if value is None else int(value) if one.measure.unit == CASE else round(value, 1)
        rows.append((*about, SCOPES[one.scope], *named, cell, *parts, *span, SOURCE, one.measure.definition))
    return rows


def to_csv(found: Iterable[Line], period: Period, names: Mapping[str, str]) -> str:
    """UTF-8 text with a byte order mark, for spreadsheets; rates in per cent, means in working days."""
    file = io.StringIO()
    out = csv.writer(file)
    out.writerow(HEADS)
    out.writerows(table_of(found, period, names))
    return BOM + file.getvalue()


def span(
    today: date,
    since: date | None,
    until: date | None,
    one_month: str | None = None,
    one_quarter: str | None = None,
    one_year: str | None = None,
) -> tuple[date, date]:
    """First day, and the first day after; ``until`` is the last day. Without anything: this month up to today.

    Raises ``InvalidInput`` for two ways to name a period at once.
    """
    written = ((one_month, month), (one_quarter, quarter), (one_year, year))
    named = [read(text) for text, read in written if text]
    if len(named) + bool(since or until) > 1:
        raise InvalidInput("期间只能用一种写法：月份、季度、年份，或者起止日期", field="month")
    if named:
        return named[0]
    last = until or today
    first = since or last.replace(day=1)
    if first > last:
        raise InvalidInput("起始日晚于截止日", field="since")
    return first, last + timedelta(days=1)


def month(text: str) -> tuple[date, date]:
    """First day of ``2026-04``, and of the month after; raises ``InvalidInput``."""
    return _span(text, f"{text}-01", 31, "month", "月份应写作 2026-04")


def quarter(text: str) -> tuple[date, date]:
    """First day of ``2026Q2``, and of the quarter after; raises ``InvalidInput``."""
    year, _, number = text.partition("Q")
    first = f"{year}-{3 * int(number) - 2:02}-01" if number in ("1", "2", "3", "4") else ""
    return _span(text, first, 92, "quarter", "季度应写作 2026Q2")


def year(text: str) -> tuple[date, date]:
    """First day of ``2026``, and of the year after; raises ``InvalidInput``."""
    return _span(text, f"{text}-01-01", 366, "year", "年份应写作 2026")


def _span(text: str, first: str, days: int, field: str, advice: str) -> tuple[date, date]:
    try:
        begin = date.fromisoformat(first)
    except ValueError as error:
        raise InvalidInput(f"{advice}，不能是 {text[:20]}", field=field) from error
    if len(first) != len("2026-04-01") or not _FIRST_YEAR <= begin.year < _LAST_YEAR:
        raise InvalidInput(f"{advice}，不能是 {text[:20]}", field=field)
    return begin, (begin + timedelta(days=days)).replace(day=1)
