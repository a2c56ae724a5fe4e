"""The measures of the page that PDF and docx share: widths of columns, breaks of the title (GB/T 9704-2012)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil

from hub.kinds.letter import Letter, Table, columns

TEXT_WIDTH = 156.0
"""Width of the text block 版心, mm."""
_TITLE_LINE = 40
"""Columns of a line of the title: 2号 (22 pt) puts 20 characters on 156 mm; a Chinese character is two columns."""
_MM = 0.3528
"""One pt in mm."""
_DIGIT = 0.56
"""Width of a digit or small letter in em, of the widest fonts named."""
_INSET = 2.2
"""Both sides' distance of a cell's text from its lines, mm."""
_RUN = re.compile(r"[!-~]+")
_PIECE = re.compile(r"[0-9A-Za-z.:/%@+-]+|.", re.DOTALL)
_NO_START = frozenset("的地得了和与及或，。；：、！？）》〕”’…")
_NO_END = frozenset("（《〔“‘")


@dataclass(frozen=True, slots=True)
class Grid:
    """How one table is set."""

    size: float
    """Type size in pt: fewer columns, larger type."""
    widths: tuple[float, ...]
    """Of the columns in mm; they add up to the text block."""
    rows: tuple[tuple[str, ...], ...]
    """The cells; what is too long for its column and has no place to break has got some (U+200B)."""


def grid(table: Table) -> Grid:
    """Widths by what stands in the columns: every column its longest number whole if it can be, the rest by amount."""
    size = 12.0 if len(table.head) <= 5 else 10.5 if len(table.head) <= 7 else 9.0
    widths = _widths(table, size * _MM / 2)
    fit = [max(int((one - _INSET) / (size * _MM * _DIGIT)), 1) for one in widths]
    rows = tuple(tuple(broken(cell, most) for cell, most in zip(row, fit, strict=True)) for row in table.rows)
    return Grid(size, widths, rows)


def _widths(table: Table, column: float) -> tuple[float, ...]:
    cells = [(head, *(row[place] for row in table.rows)) for place, head in enumerate(table.head)]
    least = [column * min(max(_whole(text, len(cells)) for text in one), 22) + _INSET for one in cells]
    asked = [min(max(map(columns, one)), 80) ** 0.75 for one in cells]
    room = TEXT_WIDTH - sum(least)
    if room < 0:
        return tuple(round(TEXT_WIDTH * one / sum(least), 2) for one in least)
    return tuple(round(one + room * more / sum(asked), 2) for one, more in zip(least, asked, strict=True))


def _whole(text: str, beside: int) -> float:
    """Columns of the longest number; Chinese may break anywhere, but three or four characters make a readable line."""
    return max(
        min(columns(text), 6 if beside > 7 else 8),
        max((len(one) for one in _RUN.findall(text)), default=0) * _DIGIT * 2,
    )


def broken(text: str, most: int = 45) -> str:
    """A text whose runs of letters and digits may break after ``most`` characters; 45 fit on a line of the letter."""
    return _RUN.sub(lambda run: "\u200b".join(run[0][at : at + most] for at in range(0, len(run[0]), most)), text)


def title_lines(title: str) -> tuple[str, ...]:
    """The title in lines of much the same length; no line begins with 的 or a closing mark, numbers stay whole."""
    pieces = _PIECE.findall(" ".join(title.split()))
    total = sum(map(columns, pieces))
    count = max(1, ceil(total / _TITLE_LINE))
    lines: list[str] = [""]
    for place, piece in enumerate(pieces):
        line = lines[-1]
        after = pieces[place + 1] if place + 1 < len(pieces) else ""
        full = columns(line) + columns(piece) > total / count + 1
        breaks = piece[0] not in _NO_START and line[-1:] not in _NO_END
        tail = columns(piece) + columns(after) <= 4 and place + 2 >= len(pieces)
        if line and (columns(line) + columns(piece) > _TITLE_LINE or (full and breaks and not tail)):
            lines.append(piece)
        else:
            lines[-1] += piece
    return tuple(lines)


def attachment_parts(letter: Letter) -> tuple[tuple[str, str], ...]:
    """Each line of 附件说明 as its number and its name, so that long names hang behind the number."""
    found = []
    for line in letter.attachments:
        number, mark, name = line.partition("．")
        found.append((number + mark, name) if mark and number.isdigit() else ("", line))
    return tuple(found)


def signer_line(letter: Letter) -> str:
    """签发人：某某, or nothing."""
    return f"签发人：{letter.signer}" if letter.signer else ""
