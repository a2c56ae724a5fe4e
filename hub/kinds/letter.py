"""The official letter 公文 a document stands for: its elements as values (GB/T 9704-2012), and as plain text.

Each kind writes its own letter in its rule file. A letter is the document itself, so persons appear in full; the
reporter of a lead is not in the document and therefore never in the letter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from typing import Any

_PIECE = re.compile(r"[（《〔“]*(?:[0-9A-Za-z.:/%-]+|.)[，。；：、！？）》〕”]*")
INDENT = "　　"
"""Two full-width spaces before a paragraph (GB/T 9704 section 7.3.3)."""
COPIED = "抄送："


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What the letter needs beyond its body; the caller takes it from the signed header and the matter."""

    sender_name: str
    addressee_name: str
    """Full name of the addressee, 各成员单位 for all."""
    urgency: str
    """``normal``, ``urgent`` or ``extra-urgent``, as in the header."""
    mark: str
    """Handling mark 知悉范围, as in the header."""
    issued: datetime
    """When it was sent, aware; the date of the letter if the body has no 成文日期."""
    replies_to_doc_no: str | None = None
    """文号 of the document answered, if the body does not name it."""
    demo: bool = False
    replies_to_title: str | None = None
    """标题 of the document answered: one the other side wrote, or for a withdrawal one of our own."""


@dataclass(frozen=True, slots=True)
class Table:
    """A list within the letter: items, findings, files, persons."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """The elements of one letter, in the order of the sheet; empty texts are left out when it is set."""

    title: str
    doc_no: str
    main_to: str
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]
    attachments: tuple[str, ...]
    """附件说明, numbered; the sealed copy of the letter itself is none."""
    signature: str
    date: str
    note: str
    """附注: contact and handler, in brackets."""
    marks: tuple[str, ...]
    """版头: 密级, 紧急程度, 知悉范围, 演示."""
    signer: str = ""
    """签发人, printed on documents to a superior and on 督办函."""
    receipt: tuple[str, ...] = ()
    """回执 to be filled in, stamped and returned, line by line; empty if none is wanted."""
    cc: tuple[str, ...] = ()
    """抄送机关, all there is of 版记: the 信函格式 has neither 印发机关 and 印发日期 nor lines (section 10.1)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A letter with what stands around it on paper: all that setting it as PDF or docx takes."""

    letter: Letter
    issuer: str
    """发文机关标志: full name of the office."""
    kind: str
    """Kind of the document; an office may keep a template of its own for it."""
    at: datetime
    """When document or paper was written, aware; the file bears it, so the same letter gives the same bytes."""
    identity: tuple[str, ...] = ()
    """What the document is known by, line by line, printed at its foot."""
    code: str = ""
    """The same for a machine, set as a QR code; empty: none."""
    water: str = ""
    """Words across every page: 草稿, 演示·非真实公文."""


def copied_to(letter: Letter) -> str:
    """What stands behind 抄送： (section 7.4.2): the names, the last one followed by a full stop; empty for none."""
    return f"{'，'.join(letter.cc)}。" if letter.cc else ""


class HasLetter(Protocol):
    """What ``letter_of`` needs of a kind."""

    @property
    def letter(self) -> Callable[[Any, LetterFacts], Letter]:
        """Writes the letter of a checked body."""


def letter_of(kind: HasLetter, body: object, facts: LetterFacts) -> Letter:
    """The letter of a body that was checked against ``kind``."""
    return kind.letter(body, facts)


def plain(letter: Letter, width: int = 78) -> str:
    """The letter as text, at most ``width`` columns (a Chinese character takes two), for terminals and archives."""
    return "\n".join(line.rstrip() for line in _lines(letter, max(width, 20))) + "\n"


def _lines(letter: Letter, width: int) -> Iterator[str]:
    yield from _head(letter, width)
    for paragraph in letter.paragraphs:
        yield from wrapped(INDENT + paragraph, width)
    for table in letter.tables:
        yield from _list(table, width)
    if letter.attachments:
        yield ""
        yield from wrapped("附件：" + "　".join(letter.attachments), width)
    yield ""
    yield from (_right(line, width) for text in (letter.signature, letter.date) for line in wrapped(text, width))
    if letter.note:
        yield from wrapped(INDENT + letter.note, width)
    if letter.receipt:
        yield "- " * (width // 2)
        for line in letter.receipt:
            yield from wrapped(line, width)
    if letter.cc:
        yield ""
        first, *more = wrapped(copied_to(letter), width - columns(COPIED))
        yield COPIED + first
        yield from (" " * columns(COPIED) + line for line in more)


def _head(letter: Letter, width: int) -> Iterator[str]:
    if letter.marks:
        yield from wrapped("　".join(letter.marks), width)
    head = "　".join(part for part in (letter.doc_no, letter.signer and f"签发人：{letter.signer}") if part)
    if head:
        yield from (_middle(line, width) for line in wrapped(head, width))
    yield ""
    yield from (_middle(line, width) for line in wrapped(letter.title, width))
    yield ""
    yield from wrapped(letter.main_to, width)


def _list(table: Table, width: int) -> Iterator[str]:
    yield ""
    yield from wrapped(table.caption, width)
    for row in table.rows:
        cells = [f"{name} {cell.removesuffix('。')}" for name, cell in zip(table.head, row, strict=True) if cell]
        yield from wrapped("· " + "；".join(cells), width)


def columns(text: str) -> int:
    """Columns a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text at ``width`` columns; its own line breaks stay.

    Numbers stay whole, no line begins with a closing mark or ends with an opening one, unless one piece alone is wider.
    """
    lines = []
    for paragraph in text.split("\n"):
        line, used = "", 0
        for piece in _pieces(paragraph, width):
            wide = columns(piece)
            if used and used + wide > width:
                lines.append(line)
                line, used = "", 0
            line, used = line + piece, used + wide
        lines.append(line)
    return lines


def _pieces(text: str, width: int) -> Iterator[str]:
    for found in _PIECE.finditer(text):
        whole = found[0]
        if columns(whole) <= width:
            yield whole
        else:
            yield from whole


def _middle(text: str, width: int) -> str:
    return " " * ((width - columns(text)) // 2) + text


def _right(text: str, width: int) -> str:
    return " " * max(0, width - columns(text) - 4) + text
