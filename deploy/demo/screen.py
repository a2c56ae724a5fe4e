"""Columns that line up with Chinese text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from adapters.contract import CountedDay, Deadline

_WIDTH = 3
_SIGNS = (("三月三", "三"), ("节", "节"), ("元旦", "节"))


def width(text: str) -> int:
    """Columns the text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def padded(text: str, size: int) -> str:
    """The text followed by spaces."""
    return text + " " * (size - width(text))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table."""
    lines = [tuple(heads), *map(tuple, rows)]
    sizes = [max(width(line[place]) for line in lines) for place in range(len(heads))]
    return ["  ".join(padded(cell, size) for cell, size in zip(line, sizes, strict=True)).rstrip() for line in lines]


def calendars(limits: Sequence[tuple[str, Deadline]]) -> list[str]:
    """The same days on several calendars, one line each: which count, and why not."""
    days = max((limit["days"] for _, limit in limits), key=len)
    size = max(width(name) for name, _ in limits) + 1
    dates = "".join(f"{day['date'][8:]:>{_WIDTH}}" for day in days[1:])
    lines = [padded("4–5 月", size) + dates]
    for name, limit in limits:
        lines.append(padded(name, size) + "".join(map(_cell, limit["days"][1:])))
    legend = "数字：第几个工作日；三：广西三月三；节：劳动节；·：周末；北海第 15 日是调休上班的周六。"
    return [*lines, legend]


def _cell(day: CountedDay) -> str:
    if day["counted"] is not None:
        return f"{day['counted']:>{_WIDTH}}"
    sign = next((sign for word, sign in _SIGNS if word in day["why"]), "·")
    return " " * (_WIDTH - width(sign)) + sign
