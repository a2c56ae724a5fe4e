"""What people see in a terminal: columns that line up with Chinese text, times of +08:00, no control characters."""

from __future__ import annotations

import errno
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum

from hub.core.ids import BEIJING, wire_time

_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that change the direction of what follows; a title with one could show another text than it holds."""


_FAULTS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘只读",
    errno.ENOSPC: "磁盘已满",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "名称太长",
}


def fault(error: OSError) -> str:
    """Why the system did not do it, in Chinese where it is one of the usual reasons."""
    return _FAULTS.get(error.errno or 0) or error.strerror or str(error)


def safe(text: str) -> str:
    """Foreign text without control characters: no escape sequence, no second line, no reversed text."""
    return "".join("□" if unicodedata.category(each) in {"Cc", "Cs"} or each in _TURNING else each for each in text)


def width(text: str) -> int:
    """Columns the text takes; Chinese characters take two."""
    return sum(_columns(each) for each in text)


def clip(text: str, most: int) -> str:
    """At most ``most`` columns, a longer text ending in an ellipsis."""
    if width(text) <= most:
        return text
    kept, room = "", most - 1
    for each in text:
        room -= _columns(each)
        if room < 0:
            break
        kept += each
    return kept + "…"


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]], most: int = 40) -> list[str]:
    """Lines of a table: heads, then rows; no cell is wider than ``most`` but the last of its row."""
    lines = [list(heads), *([clip(safe(cell), most) for cell in row[:-1]] + [safe(row[-1])] for row in rows)]
    widths = [max(width(line[place]) for line in lines) for place in range(len(heads))]
    return ["  ".join(_padded(cell, size) for cell, size in zip(line, widths, strict=True)).rstrip() for line in lines]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], nothing: str, most: int = 40) -> None:
    """Print a table, or the sentence that there is nothing."""
    for line in columns(heads, rows, most) if rows else [nothing]:
        print(line)


def pairs(rows: Sequence[tuple[str, str]]) -> None:
    """Print names and values, one pair a line, the empty ones left out."""
    kept = [(name, value) for name, value in rows if value]
    size = max((width(name) for name, _ in kept), default=0)
    for name, value in kept:
        print(f"{_padded(name, size)}  {safe(value)}")


def moment(at: datetime | None) -> str:
    """``2026-04-13 16:30`` in +08:00."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if at else "—"


def day(on: date | None) -> str:
    """``2026年4月13日``."""
    return f"{on.year}年{on.month}月{on.day}日" if on else "—"


def plain(value: object) -> object:
    """A value as JSON can hold it: times as on the wire, bytes left out."""
    if is_dataclass(value) and not isinstance(value, type):
        found = {one.name: getattr(value, one.name) for one in fields(value)}
        return {name: plain(each) for name, each in found.items() if not isinstance(each, bytes)}
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return wire_time(value)
    return value.isoformat() if isinstance(value, date) else value


def print_json(value: object) -> None:
    """One JSON value on one line of stdout, for programs."""
    print(json.dumps(plain(value), ensure_ascii=False))


def _columns(each: str) -> int:
    if unicodedata.combining(each):
        return 0
    return 2 if unicodedata.east_asian_width(each) in {"W", "F"} else 1


def _padded(text: str, size: int) -> str:
    return text + " " * (size - width(text))
