"""A letter as docx: a template with tags, ours or the office's own, filled by docxtpl in a sandbox.

Our own template lies in ``template/`` as the parts of a docx file; an office starts from it (``starter``), edits it in
its word processor and keeps it in its folder.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.shared import Mm, Pt
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from adapters.letters.measures import attachment_parts, grid, signer_line, title_lines
from adapters.letters.qr import raster_code
from hub.kinds.letter import Sheet, columns, copied_to

_PARTS = Path(__file__).with_name("template")
_BLANK = re.compile("　{2,}")
_CHARACTER = 15.8
"""Pitch of a character of the text block, pt: 28 on 156 mm."""


@cache
def starter() -> bytes:
    """The template letters are set by where the office has none of its own."""
    parts = {path.relative_to(_PARTS).as_posix(): path.read_bytes() for path in _PARTS.rglob("*") if path.is_file()}
    return _zipped(parts)


def fill(template: bytes, sheet: Sheet) -> bytes:
    """The letter by a template; the same sheet gives the same bytes. Raises what docxtpl and jinja2 raise."""
    opened = DocxTemplate(io.BytesIO(template))
    opened.render(_values(opened, sheet), SandboxedEnvironment(undefined=StrictUndefined, autoescape=True), True)
    document: Document = opened.docx
    _fit(document, sheet)
    properties = document.core_properties
    properties.title, properties.author = sheet.letter.title, sheet.issuer
    properties.last_modified_by, properties.revision = sheet.issuer, 1
    properties.created = properties.modified = sheet.at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    made = io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as archive:
        return _zipped({name: archive.read(name) for name in archive.namelist()})


def _values(opened: DocxTemplate, sheet: Sheet) -> dict[str, Any]:
    """What a template may name; the names are told to offices in this folder's README."""
    letter = sheet.letter
    return {
        "issuer": sheet.issuer,
        "marks": letter.marks,
        "doc_no": letter.doc_no,
        "signer": signer_line(letter),
        "head": list(
            zip_longest(letter.marks, [one for one in (letter.doc_no, signer_line(letter)) if one], fillvalue="")
        ),
        "title": letter.title,
        "title_lines": title_lines(letter.title),
        "main_to": letter.main_to,
        "paragraphs": letter.paragraphs,
        "tables": letter.tables,
        "attachments": attachment_parts(letter),
        "signature": letter.signature,
        "date": letter.date,
        "note": letter.note,
        "receipt": [_blanks(one) for one in letter.receipt],
        "cc": copied_to(letter),
        "identity": sheet.identity,
        "code": _qr(opened, sheet.code) if sheet.code else "",
        "water": sheet.water,
    }


def _blanks(line: str) -> str:
    """What is to be filled in by hand comes as runs of wide spaces; they become lines to write on."""
    text = line.lstrip("　")
    return line[: len(line) - len(text)] + _BLANK.sub(lambda run: "＿" * len(run[0]), text)


def _qr(opened: DocxTemplate, text: str) -> InlineImage:
    return InlineImage(opened, raster_code(text), width=Mm(21))


def _fit(document: Document, sheet: Sheet) -> None:
    """Widths no tag can carry: of the lists, and of 署名, which stands centred above 成文日期 (section 7.3.5.1)."""
    lists = [one for one in document.tables if one.style is not None and one.style.name == "清单"]
    for made, laid in zip(lists, map(grid, sheet.letter.tables), strict=False):
        for column, width in zip(made.columns, laid.widths, strict=False):
            column.width = Mm(width)
            for cell in column.cells:
                cell.width = Mm(width)
                for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
                    run.font.size = Pt(laid.size)
    wide, day = (min(columns(one) / 2, 28) for one in (sheet.letter.signature, sheet.letter.date))
    right = max(4, (wide - day) / 2)
    sides = {"成文日期": right, "发文机关署名": right + (day - wide) / 2}
    for paragraph in document.paragraphs:
        style = paragraph.style.name if paragraph.style is not None else ""
        if style in sides:
            paragraph.paragraph_format.right_indent = Pt(_CHARACTER * sides[style])


def _zipped(parts: dict[str, bytes]) -> bytes:
    """Parts as one file; no clock and no machine shows in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda one: (one != "[Content_Types].xml", one)):
            told = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            told.compress_type = zipfile.ZIP_DEFLATED
            told.external_attr = 0o600 << 16
            archive.writestr(told, parts[name])
    return made.getvalue()
