"""Fields of a plain form: drawn from the schema of the kind, so that title, hint and choices stand in one place.

A form sends texts; :func:`body_of` turns them back into the values of a body, and names the field that cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hub.core.errors import InvalidInput
from hub.web.reading import body_schema
from hub.web.ui.fields import resolved

Choices = tuple[tuple[str, str], ...]
YES_NO: Choices = (("true", "是"), ("false", "否"))
_LONG = 200
"""Texts that may be longer get several lines."""
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
    longest: int = _LONG

    @property
    def id(self) -> str:
        """Its id on the page; an error links to it."""
        return "f-" + self.name.replace("/", "-")


def drawn(box: Box, kind: str, version: int) -> Box:
    """The box with title, hint, choices and sort of its field."""
    schema = body_schema(kind, version)
    known = schema.get("$defs", {})
    spec = resolved(schema.get("properties", {}).get(box.name.partition("/")[0], {}), known)
    if "/" in box.name:
        return box
    labels = spec.get("x-labels", {})
    longest = int(spec.get("maxLength", _LONG))
    return replace(
        box,
        title=box.title or str(spec.get("title", box.name)),
        hint=box.hint or str(spec.get("description", "")),
        choices=box.choices or (YES_NO if spec.get("type") == "boolean" else tuple(labels.items())),
        sort=box.sort or _sort(spec, bool(labels), longest),
        longest=longest if spec.get("type") == "string" else 10_000,
    )


def _sort(spec: Mapping[str, Any], labelled: bool, longest: int) -> str:
    if labelled or spec.get("type") == "boolean":
        return "choice"
    if "format" in spec:
        return "moment" if spec["format"] == "date-time" else "date"
    if spec.get("type") == "integer":
        return "number"
    if spec.get("type") == "array":
        return "texts"
    return "lines" if longest > _LONG else "line"


def body_of(boxes: tuple[Box, ...], values: Mapping[str, str]) -> dict[str, Any]:
    """The fields these texts make; raises ``InvalidInput`` for what is missing or cannot be read."""
    missing = next((box for box in boxes if box.needed and not values[box.name]), None)
    if missing is not None:
        raise InvalidInput(f"{missing.title}：必须填写", field=missing.name)
    body: dict[str, Any] = {}
    for box in boxes:
        if values[box.name]:
            _put(body, box, _READERS.get(box.sort, _text)(box, values[box.name]))
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


def _text(_box: Box, text: str) -> str:
    return text


def _moment(_box: Box, text: str) -> str:
    """A browser's local time as a moment of +08:00; seconds that are zero are left out by browsers."""
    return (f"{text}:00" if len(text) == len("2026-11-21T09:30") else text) + "+08:00"


def _number(box: Box, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidInput(f"{box.title}：应填写整数", field=box.name)
    return int(text)


def _flag(box: Box, text: str) -> str | bool:
    return text == "true" if box.choices == YES_NO else text


def _texts(_box: Box, text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _files(box: Box, text: str) -> list[dict[str, Any]]:
    """One file of a case per line: 材料名称，份数，页数，原件."""
    return [_file(box, number, line) for number, line in enumerate(_texts(box, text), 1)]


def _file(box: Box, number: int, line: str) -> dict[str, Any]:
    columns = [part.strip() for part in line.replace(",", "，").split("，")]
    if len(columns) != _FILE_COLUMNS or columns[3] not in _ORIGINAL:
        raise InvalidInput(
            f"{box.title}：第 {number} 行应写作“材料名称，份数，页数，原件”（或“复印件”）", field=box.name
        )
    copies, pages = (_number(box, text) for text in columns[1:3])
    return {"no": number, "name": columns[0], "copies": copies, "pages": pages, "original": _ORIGINAL[columns[3]]}


_READERS: dict[str, Callable[[Box, str], Any]] = {
    "moment": _moment,
    "number": _number,
    "choice": _flag,
    "texts": _texts,
    "files": _files,
}
