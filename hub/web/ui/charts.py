"""Options of the charts, built here and drawn by ``static/js/charts.js``; under each stands the table it is drawn from.

A chart shows no more than its table: whoever has no script, or reads by ear, misses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

COLOURS = ("#1f4e79", "#c98a00", "#1e6b3a", "#a4262c", "#5b6875", "#6b4c9a")
Number = float | int | None


class Series(NamedTuple):
    """One row of numbers; None leaves a gap. ``rate``: belongs to the axis of percentages."""

    name: str
    values: Sequence[Number]
    rate: bool = False


_AXES: dict[str, dict[str, int]] = {"%": {"max": 100}, "件": {"minInterval": 1}}
"""Half a matter does not exist, and more than all of them neither."""


def bars(title: str, names: Sequence[str], series: Sequence[Series], unit: str) -> dict[str, Any]:
    """Bars side by side for each name."""
    return {
        **_frame(title, [one.name for one in series]),
        "xAxis": {"type": "category", "data": list(names), "axisLabel": {"interval": 0, "hideOverlap": True}},
        "yAxis": {"type": "value", "name": unit, **_AXES.get(unit, {})},
        "series": [
            {
                "type": "bar",
                "name": one.name,
                "data": list(one.values),
                "barMaxWidth": 36,
                "label": {"show": len(names) * len(series) <= 24, "position": "top"},
            }
            for one in series
        ],
    }


def trend(title: str, months: Sequence[str], series: Sequence[Series]) -> dict[str, Any]:
    """Counts as bars on the left axis, rates as lines on the right one."""
    rates = any(one.rate for one in series)
    axes: list[dict[str, Any]] = [{"type": "value", "name": "件", "minInterval": 1}]
    if rates:
        axes.append({"type": "value", "name": "%", "min": 0, "max": 100, "splitLine": {"show": False}})
    return {
        **_frame(title, [one.name for one in series]),
        # On paper the names of the series take two lines.
        "grid": {"left": 56, "right": 56, "top": 96, "bottom": 32},
        "xAxis": {"type": "category", "data": list(months)},
        "yAxis": axes,
        "series": [
            {
                "type": "line" if one.rate else "bar",
                "name": one.name,
                "data": list(one.values),
                "yAxisIndex": int(one.rate),
                "barMaxWidth": 22,
                "symbolSize": 7,
            }
            for one in series
        ],
    }


def matrix(
    title: str, rows: Sequence[str], columns: Sequence[str], cells: Sequence[tuple[int, int, int]]
) -> dict[str, Any]:
    """Who asks whom: the darker, the more. ``cells``: place of the column, of the row, number."""
    most = max((cell[2] for cell in cells), default=0)
    return {
        **_frame(title, []),
        "grid": {"left": 96, "right": 24, "top": 48, "bottom": 64},
        "xAxis": {"type": "category", "data": list(columns), "name": "收到"},
        "yAxis": {"type": "category", "data": list(rows), "name": "发出", "inverse": True},
        "visualMap": {
            "min": 0,
            "max": max(most, 1),
            "calculable": False,
            "orient": "horizontal",
            "left": "center",
            "bottom": 0,
            "text": ["多", "少"],
            "inRange": {"color": ["#f4f6f8", "#c3d8ea", "#1f4e79"]},
        },
        "series": [
            {
                "type": "heatmap",
                "name": "件",
                "data": [{"value": list(one), "label": {"show": one[2] > 0}} for one in cells],
                "itemStyle": {"borderColor": "#fff", "borderWidth": 2},
            }
        ],
    }


def _frame(title: str, legend: Sequence[str]) -> dict[str, Any]:
    return {
        "title": {"text": title, "left": 0, "textStyle": {"fontSize": 13}},
        "color": list(COLOURS),
        "legend": {"data": list(legend), "top": 26, "left": "center"},
        "grid": {"left": 56, "right": 56, "top": 72, "bottom": 32},
        "tooltip": {"trigger": "item"},
    }
