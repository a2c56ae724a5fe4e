"""How ``hub stats`` reads a period and shows a figure."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.cli.screen import fault
from hub.core.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hub.core.figure_table import Line
    from hub.core.indicators import Sum
    from hub.core.measures import Measure
    from hub.core.reconcile import Compared, Reconciled
    from hub.flows.ports.figures import Behind

HEADS = ("单位", "指标", "名称", "范围", "数值", "分子/分母")
MATTER_HEADS = ("事项编号", "计入日", "对方单位", "分子", "分母", "未定", "标题")
REPORTS = {"on_time": "按期", "late": "迟报", "missing": "未报", "awaited": "未到期"}
_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)


def months(
    today: date, since: str | None, until: str | None, month: str | None, quarter: str | None, year: str | None
) -> tuple[date, date]:
    """First day, and the first day after; raises ``InvalidInput`` for two ways to name a period at once."""
    from hub.core.figure_table import span

    return span(today, date_of(since, "since"), date_of(until, "until"), month, quarter, year)


def date_of(text: str | None, field: str) -> date | None:
    """A day as an option gives it, None when it was left out; raises ``InvalidInput`` naming the option."""
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput("日期应写作 2026-04-13", field=field) from error
    if found is not None and not _EARLIEST <= found <= _LATEST:
        raise InvalidInput("日期应在 2000 年至 2999 年之间", field=field)
    return found


def save(path: str, text: str) -> None:
    """Write a file, or to stdout for ``-``; an existing file is replaced."""
    if path == "-":
        sys.stdout.write(text)
        return
    try:
        Path(path).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InvalidInput(f"无法写入 {path}：{fault(error)}", field="out") from error


def span_json(first: date, last: date) -> dict[str, Any]:
    """The period with its last day included, as people name it."""
    return {"since": first, "until": last - timedelta(days=1)}


def line_row(one: Line, names: Mapping[str, str]) -> tuple[str, ...]:
    """One figure on one line."""
    from hub.core.measures import SCOPES, UNITS

    name = names.get(one.member, one.member)
    value = one.shown if one.sum.value is None else f"{one.shown} {UNITS[one.measure.unit]}"
    return (name, one.measure.key, one.measure.title, SCOPES[one.scope], value, _parts(one.sum))


def matter_json(one: Behind) -> dict[str, Any]:
    """One matter behind a figure; numbers in the unit of the measure."""
    numbers = {"numerator": one.sum.numerator, "denominator": one.sum.denominator, "open": one.sum.open}
    title = one.row.title if one.row else None
    return {"matter": one.matter, "title": title, "peer": one.peer or None, "day": one.day, **numbers}


def matter_row(one: Behind, names: Mapping[str, str]) -> tuple[str, ...]:
    """The same on one line."""
    below = "" if one.sum.denominator is None else str(one.sum.denominator)
    numbers = (str(one.sum.numerator), below, str(one.sum.open))
    return (one.matter, one.day.isoformat(), names.get(one.peer, one.peer), *numbers, one.row.title if one.row else "")


def reconciled_json(one: Compared) -> dict[str, Any]:
    """One member with each figure of its report; null where one side has none."""
    lines = [
        {
            "measure": line.measure,
            "scope": line.scope,
            "own": line.own._asdict() if line.own else None,
            "reported": line.reported._asdict() if line.reported else None,
            "difference": line.difference,
            "reasons": line.reasons,
        }
        for line in one.lines
    ]
    return {"member": one.member, "report": one.report, "issued": one.issued, "matter": one.matter, "lines": lines}


def reconciled_rows(found: Sequence[Compared], names: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Every figure of every member; a member without report on one line."""
    return [row for one in found for row in _member_rows(one, names.get(one.member, one.member))]


def _member_rows(one: Compared, name: str) -> Iterator[tuple[str, ...]]:
    if not one.lines:
        yield (name, REPORTS[one.report], "", "", "", "", "", "")
    for line in one.lines:
        yield _line_row(line, name, REPORTS[one.report])


def _line_row(line: Reconciled, name: str, report: str) -> tuple[str, ...]:
    from hub.core.measures import MEASURES, SCOPES

    measure = MEASURES[line.measure]
    values = (_shown(measure, line.own), _shown(measure, line.reported))
    difference = "" if line.difference is None else f"{line.difference:+d}" if line.difference else "0"
    return (name, report, measure.key, SCOPES[line.scope], *values, difference, "；".join(line.reasons))


def _shown(measure: Measure, value: Sum | None) -> str:
    from hub.core.figure_table import shown

    if value is None:
        return "—"
    return shown(measure, value) if value.denominator is None else f"{shown(measure, value)}（{_parts(value)}）"


def _parts(value: Sum) -> str:
    made = "" if value.denominator is None else f"{value.numerator}/{value.denominator}"
    return f"{made}，另 {value.open} 件未定" if value.open else made
