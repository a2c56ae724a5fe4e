"""Rows of a form's lists: add one, take one out, and read many from the cells of a spreadsheet."""

from __future__ import annotations

from typing import Any

from hub.core.errors import InvalidInput
from hub.web.ui.formtree import Field, value_of

_MOST_LINES = 1000


def columns_of(rows: Field) -> tuple[Field, ...]:
    """The fields of a row that one cell can hold, in order; numbers of lines are given, not pasted."""
    return tuple(one for one in rows.below if one.sort not in ("group", "rows", "checks") and one.name != "no")


def add_row(fields: tuple[Field, ...], body: dict[str, Any], path: str) -> None:
    """One more empty row at the end of the list at ``path``; raises ``InvalidInput`` if it is full."""
    rows, field = _list_at(fields, body, path)
    _room(field, len(rows) + 1)
    rows.append(_numbered(field, rows, {}))


def drop_row(fields: tuple[Field, ...], body: dict[str, Any], path: str) -> None:
    """Take out the row at ``path``; one that is gone already is no error."""
    place, _, number = path.rpartition(".")
    rows, _field = _list_at(fields, body, place)
    if number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(rows):
        del rows[int(number)]


def paste_rows(fields: tuple[Field, ...], body: dict[str, Any], path: str, text: str) -> int:
    """Rows from tab-separated lines, columns in the order of the form; tells how many.

    A first line that repeats the titles only says which column is which. Raises ``InvalidInput`` naming the line.
    """
    rows, field = _list_at(fields, body, path)
    lines = [line.split("\t") for line in text.replace("\r", "").split("\n") if line.strip()]
    if not lines:
        raise InvalidInput("没有可导入的内容：请从电子表格复制若干行后粘贴", field=path)
    if len(lines) > _MOST_LINES:
        raise InvalidInput(f"一次最多导入 {_MOST_LINES} 行", field=path)
    columns: tuple[Field | None, ...] = columns_of(field)
    if _is_head(columns_of(field), lines[0]):
        titles = {one.title: one for one in columns_of(field)}
        columns, lines = tuple(titles.get(cell.strip()) for cell in lines[0]), lines[1:]
    while rows and not rows[-1].keys() - {"no"}:
        rows.pop()
    _room(field, len(rows) + len(lines))
    for place, cells in enumerate(lines, 1):
        if len(cells) > len(columns):
            raise InvalidInput(
                f"第 {place} 行有 {len(cells)} 列，多于表格的 {len(columns)} 列：{_titles(columns_of(field))}",
                field=path,
            )
        pairs = ((one, _cell(one, cell)) for one, cell in zip(columns, cells, strict=False) if one is not None)
        rows.append(_numbered(field, rows, {one.name: value for one, value in pairs if value is not None}))
    return len(lines)


def _cell(field: Field, text: str) -> Any:
    """A choice may be written by its label, as a person would in a spreadsheet."""
    tidy = text.strip().strip('"')
    by_label = {label: key for key, label in field.choices}
    return value_of(field, by_label.get(tidy, tidy))


def _is_head(columns: tuple[Field, ...], cells: list[str]) -> bool:
    titles = {one.title for one in columns}
    return sum(cell.strip() in titles for cell in cells) >= min(2, len(titles))


def _titles(columns: tuple[Field, ...]) -> str:
    return "、".join(one.title for one in columns)


def _numbered(field: Field, rows: list[dict[str, Any]], row: dict[str, Any]) -> dict[str, Any]:
    if not any(one.name == "no" for one in field.below):
        return row
    taken = [one["no"] for one in rows if isinstance(one.get("no"), int)]
    return {"no": max(taken, default=0) + 1, **row}


def _room(field: Field, wanted: int) -> None:
    if wanted > field.most:
        raise InvalidInput(f"“{field.title}”最多 {field.most} 项", field=field.name)


def _list_at(fields: tuple[Field, ...], body: dict[str, Any], path: str) -> tuple[list[dict[str, Any]], Field]:
    """The list at a path, made if need be; raises ``InvalidInput`` for a path that is none of this form."""
    here: Any = body
    among, field = fields, None
    for step in path.split("."):
        if step.isascii() and step.isdigit() and field is not None and field.sort == "rows":
            here = here[int(step)] if len(step) < 4 and int(step) < len(here) else {}
            continue
        field = next((one for one in among if one.name == step), None)
        if field is None or field.sort not in ("rows", "group"):
            raise InvalidInput("没有这个清单", field=path[:80])
        here, among = here.setdefault(step, [] if field.sort == "rows" else {}), field.below
    if field is None or not isinstance(here, list):
        raise InvalidInput("没有这个清单", field=path[:80])
    return here, field
