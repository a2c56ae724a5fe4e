"""The few fields of a plain act, picked from the form that :mod:`hub.web.ui.formtree` draws of its kind.

A form sends texts; :func:`body_of` turns them back into the values of a body, and names the field that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hub.core.errors import InvalidInput
from hub.web.ui.formtree import LONG, Choices, Field, fields_of_kind, value_of

_FILE_COLUMNS = 4
_ORIGINAL: Mapping[str, bool] = {"原件": True, "复印件": False}


@dataclass(frozen=True, slots=True)
class Box:
    """One field of a form. What is left empty comes from the schema.

    ``sort``: ``line``, ``lines``, ``date``, ``moment``, ``number``, ``choice``, ``check``, ``texts`` (one per line) or
    ``files`` (one file of a case per line). ``name`` may lead into a list: ``items/3/missing``, ``measures/returned``.
    ``fill`` names what the form begins with.
    """

    name: str
    title: str = ""
    hint: str = ""
    sort: str = ""
    choices: Choices = ()
    needed: bool = True
    fill: str = ""
    longest: int = LONG

    @property
    def id(self) -> str:
        """Its id on the page; an error links to it."""
        return "f-" + self.name.replace("/", "-")


def drawn(box: Box, kind: str) -> Box:
    """The box with title, hint, choices and sort of its field."""
    field = next((one for one in fields_of_kind(kind) if one.name == box.name), None)
    if field is None:
        return box
    return replace(
        box,
        title=box.title or field.title,
        hint=box.hint or field.hint,
        choices=box.choices or field.choices,
        sort=box.sort or field.sort,
        longest=field.longest,
    )


def body_of(boxes: tuple[Box, ...], values: Mapping[str, str]) -> dict[str, Any]:
    """The fields these texts make; raises ``InvalidInput`` for what is missing or cannot be read."""
    missing = next((box for box in boxes if box.needed and not values[box.name]), None)
    if missing is not None:
        raise InvalidInput(f"{missing.title}：必须填写", field=missing.name)
    body: dict[str, Any] = {}
    for box in boxes:
        if values[box.name]:
            _put(body, box, _value(box, values[box.name]))
    return body


def _put(body: dict[str, Any], box: Box, value: Any) -> None:
    """A plain field; ``list/number/field`` an entry of a numbered list, ``list/value`` one value of several."""
    steps = box.name.split("/")
    if len(steps) == 1:
        body[steps[0]] = value
        return
    entries: list[Any] = body.setdefault(steps[0], [])
    if len(steps) == 2:
        entries.append(steps[1])
        return
    number = int(steps[1])
    entry = next((one for one in entries if one["no"] == number), None)
    if entry is None:
        entries.append({"no": number, steps[2]: value})
    else:
        entry[steps[2]] = value


def _value(box: Box, text: str) -> Any:
    if box.sort == "files":
        return _files(box, text)
    name = box.name.rpartition("/")[2]
    return value_of(Field(name, box.title, box.hint, box.sort, box.needed, box.choices), text)


def _files(box: Box, text: str) -> list[dict[str, Any]]:
    """One file of a case per line: 材料名称，份数，页数，原件."""
    return [_file(box, number, line) for number, line in enumerate((one for one in text.split("\n") if one.strip()), 1)]


def _file(box: Box, number: int, line: str) -> dict[str, Any]:
    columns = [part.strip() for part in line.replace(",", "，").split("，")]
    if len(columns) != _FILE_COLUMNS or columns[3] not in _ORIGINAL:
        raise InvalidInput(
            f"{box.title}：第 {number} 行应写作“材料名称，份数，页数，原件”（或“复印件”）", field=box.name
        )
    if not all(one.isascii() and one.isdigit() and len(one) < 10 for one in columns[1:3]):
        raise InvalidInput(f"{box.title}：第 {number} 行的份数和页数应为整数", field=box.name)
    return {
        "no": number,
        "name": columns[0],
        "copies": int(columns[1]),
        "pages": int(columns[2]),
        "original": _ORIGINAL[columns[3]],
    }
