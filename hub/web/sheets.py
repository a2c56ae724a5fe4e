"""Tables to take away: one writer of spreadsheets for every list that can be exported.

A cell that begins with ``=``, ``+``, ``-`` or ``@`` would be computed by a spreadsheet program and could run what a
stranger wrote into a title (CWE-1236): in a CSV file an apostrophe goes before it, in a workbook it is stored as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Query
from starlette.responses import Response

Cell = str | int | float | None
Form = Literal["csv", "xlsx"]
FORM = Annotated[Form | None, Query(description="csv 或 xlsx：导出；不写则显示页面")]
"""Parameter of a page that can be exported."""
MOST = 50_000
"""Rows of one export; who needs more narrows the conditions."""
BOM = "\ufeff"
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 60


def answer(rows: Iterable[Sequence[Cell]], columns: Sequence[str], name: str, form: Form) -> Response:
    """The rows under their heads as a download called ``name`` (no suffix). The caller has noted the export."""
    data = _csv(rows, columns) if form == "csv" else _workbook(rows, columns, name)
    file = f"{name}.{form}"
    # RFC 6266: a plain name for old programs, the real one beside it.
    told = f"attachment; filename=\"export.{form}\"; filename*=UTF-8''{quote(file)}"
    return Response(data, media_type=_TYPES[form], headers={"Content-Disposition": told})


def harmless(value: Cell) -> Cell:
    """Text that no spreadsheet computes; numbers as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_COMPUTED) else value


def _csv(rows: Iterable[Sequence[Cell]], columns: Sequence[str]) -> bytes:
    """UTF-8 with a byte order mark, by which a spreadsheet knows it."""
    file = io.StringIO()
    out = csv.writer(file)
    out.writerow(columns)
    out.writerows([harmless(value) for value in row] for row in rows)
    return (BOM + file.getvalue()).encode()


def _workbook(rows: Iterable[Sequence[Cell]], columns: Sequence[str], name: str) -> bytes:
    # Only who exports pays for the library.
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1})
    widths = [_width(column) for column in columns]
    sheet.write_row(0, 0, columns, head)
    number = 0
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            _write(sheet, number, place, value)
            widths[place] = max(widths[place], _width("" if value is None else str(value)))
    for place, width in enumerate(widths):
        sheet.set_column(place, place, min(width, _WIDEST) + 2)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(number, 1), len(columns) - 1)
    book.set_properties({"title": name})
    book.close()
    return file.getvalue()


def _write(sheet: object, number: int, place: int, value: Cell) -> None:
    write = sheet.write_string if isinstance(value, str) else sheet.write_number  # type: ignore[attr-defined]
    if value is not None:
        write(number, place, value)


def _width(text: str) -> int:
    """Columns of a sheet the text takes; a Chinese character takes two."""
    return sum(2 if ord(each) > 0x2E80 else 1 for each in text)
