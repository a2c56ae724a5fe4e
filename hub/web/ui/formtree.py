"""The one generator of forms: a kind's JSON schema as fields, what they hold, and a posted form back into a body.

A field's name on the page is its path in the JSON (``items.0.target``), the same path the checks of the schema name,
so an error finds its field. Reading never fails: what cannot be read stays as it was typed, for the checks to name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from hub.kinds.registry import LATEST
from hub.web.naming import id_within
from hub.web.reading import body_schema
from hub.web.ui.fields import resolved
from schemas import normalise

Choices = tuple[tuple[str, str], ...]
Tree = dict[str, Any]
YES_NO: Choices = (("true", "是"), ("false", "否"))
LONG = 200
"""Texts that may be longer get several lines."""
_MOST_ROWS = 100
_MATTER = "事项编号"
"""So ends the title of a field that holds the id of a matter, which is picked by the matter's title."""
_NOT_OPEN = frozenset({"work_secret"})
"""Choices the agreement has not opened to this network."""
_TIDY: Mapping[str, Callable[[str], str]] = {
    "doc_no": normalise.normalise_doc_no,
    "original_doc_no": normalise.normalise_doc_no,
    "paper_doc_no": normalise.normalise_doc_no,
    "phone": normalise.normalise_phone,
    "uscc": normalise.normalise_uscc,
    "resident_id": normalise.normalise_resident_id,
    "id_doc_no": normalise.normalise_resident_id,
    "name": normalise.normalise_name,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind. ``sort``: line lines matter date moment number money choice texts checks group rows."""

    name: str
    title: str
    hint: str
    sort: str
    needed: bool
    choices: Choices = ()
    longest: int = LONG
    unit: str = ""
    most: int = _MOST_ROWS
    """Rows a list may have."""
    below: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A field in a form: its path, what it holds, what is wrong with it. ``below``: its fields, or its rows."""

    field: Field
    path: str
    value: str = ""
    picked: frozenset[str] = frozenset()
    wrong: str = ""
    below: tuple[Shown, ...] = ()

    @property
    def id(self) -> str:
        """Its id on the page; an error links to it."""
        return f"f-{self.path}"

    @property
    def native(self) -> bool:
        """Whether a browser's own picker of days can hold it: what is no day would be dropped by it unseen."""
        try:
            return not self.value or date.fromisoformat(self.value).isoformat() == self.value
        except ValueError:
            return False

    @property
    def used(self) -> bool:
        """Whether anything was filled in, here or below."""
        return bool(self.value or self.picked or self.wrong) or any(one.used for one in self.below)


@cache
def fields_of_kind(kind: str) -> tuple[Field, ...]:
    """All fields of the newest version of a kind; attachments are handed in by uploading, not by typing."""
    schema = body_schema(kind, LATEST[kind].version)
    return tuple(one for one in _fields(schema, schema.get("$defs", {})) if one.name != "attachments")


def typed_fields(kind: str) -> tuple[Field, ...]:
    """Those a person fills in: urgency is asked once, for the letter as a whole."""
    return tuple(one for one in fields_of_kind(kind) if one.name != "urgency")


def _fields(schema: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[Field]:
    needed = frozenset(schema.get("required", ()))
    for name, inner in schema.get("properties", {}).items():
        yield _field(name, resolved(inner, known), known, needed=name in needed)


def _field(name: str, spec: Mapping[str, Any], known: Mapping[str, Any], *, needed: bool) -> Field:
    item = resolved(spec.get("items", {}), known)
    labels = spec.get("x-labels") or item.get("x-labels") or {}
    title = str(spec.get("title", name))
    sort = "matter" if title.endswith(_MATTER) else _sort(spec, item, labels=bool(labels))
    below = spec if sort == "group" else item
    longest = int(spec.get("maxLength", LONG)) if spec.get("type") == "string" else 20_000
    return Field(
        name,
        title,
        str(spec.get("description", "")),
        sort,
        needed,
        YES_NO
        if spec.get("type") == "boolean"
        else tuple((key, label) for key, label in labels.items() if key not in _NOT_OPEN),
        longest,
        str(spec.get("x-unit", "")),
        int(spec.get("maxItems", _MOST_ROWS)),
        tuple(_fields(below, known)) if sort in ("group", "rows") else (),
    )


def _sort(spec: Mapping[str, Any], item: Mapping[str, Any], *, labels: bool) -> str:
    kind = spec.get("type")
    if kind == "array":
        return "rows" if item.get("type") == "object" else "checks" if labels else "texts"
    if kind in ("object", "integer"):
        return {"object": "group", "integer": "number"}[kind]
    if labels or kind == "boolean":
        return "choice"
    if "format" in spec:
        return "moment" if spec["format"] == "date-time" else "date"
    if "x-unit" in spec:
        return "money"
    return "lines" if int(spec.get("maxLength", LONG)) > LONG else "line"


# --- what a form holds ------------------------------------------------------------------------------------------------


def shown(fields: Sequence[Field], body: Mapping[str, Any], wrong: Mapping[str, str], path: str = "") -> list[Shown]:
    """The fields with their values; a list that must not be empty begins with one empty row."""
    return [_shown(one, body.get(one.name), f"{path}{one.name}", wrong) for one in fields]


def _shown(field: Field, value: Any, path: str, wrong: Mapping[str, str]) -> Shown:
    bad = _said(field, wrong.get(path, ""))
    if field.sort == "group":
        inner = value if isinstance(value, dict) else {}
        return Shown(field, path, wrong=bad, below=tuple(shown(field.below, inner, wrong, f"{path}.")))
    if field.sort == "rows":
        rows = value if isinstance(value, list) and value else [{}] if field.needed else []
        return Shown(
            field, path, wrong=bad, below=tuple(_row(field, one, f"{path}.{n}", wrong, n) for n, one in enumerate(rows))
        )
    if field.sort == "checks":
        return Shown(field, path, picked=frozenset(map(str, value or ())), wrong=bad)
    return Shown(field, path, text_of(field, value), wrong=bad or _said(field, _below(wrong, path)))


def _said(field: Field, text: str) -> str:
    """The sentence without the name of its place, which the field bears already."""
    place, _, sentence = text.partition("：")
    return sentence if sentence and place.endswith(field.title) else text


def _row(field: Field, row: Any, path: str, wrong: Mapping[str, str], place: int) -> Shown:
    inner = row if isinstance(row, dict) else {}
    numbered = any(one.name == "no" for one in field.below)
    inner = {"no": place + 1, **inner} if numbered else inner
    return Shown(field, path, wrong=wrong.get(path, ""), below=tuple(shown(field.below, inner, wrong, f"{path}.")))


def _below(wrong: Mapping[str, str], path: str) -> str:
    """What is wrong with one line of a field of many lines."""
    return next((text for name, text in wrong.items() if name.startswith(f"{path}.")), "")


def text_of(field: Field, value: Any) -> str:
    """A value as a person types it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "\n".join(str(one) for one in value)
    text = str(value)
    return text.removesuffix("+08:00") if field.sort == "moment" else text


# --- a posted form back into a body -----------------------------------------------------------------------------------


def nested(form: Mapping[str, str]) -> Tree:
    """``items.0.target`` → ``{"items": {"0": {"target": …}}}``; names beginning with ``_`` are the page's own."""
    tree: Tree = {}
    for name, text in form.items():
        *steps, last = name.split(".")
        if name.startswith("_") or len(steps) > 8:
            continue
        here: Any = tree
        for step in steps:
            here = here.setdefault(step, {}) if isinstance(here, dict) else {}
        if isinstance(here, dict) and not isinstance(here.get(last), dict):
            here[last] = text
    return tree


def read(fields: Sequence[Field], tree: Mapping[str, Any]) -> dict[str, Any]:
    """The body these texts make; what was left empty is not in it, rows stay even while they are empty."""
    found = {one.name: _read(one, tree.get(one.name)) for one in fields}
    return {name: value for name, value in found.items() if value not in (None, "", {}, [])}


def _read(field: Field, value: Any) -> Any:
    if field.sort == "group":
        return read(field.below, value) if isinstance(value, dict) else None
    if field.sort == "rows":
        rows = value if isinstance(value, dict) else {}
        places = sorted(int(one) for one in rows if one.isascii() and one.isdigit() and len(one) < 4)
        return [
            read(field.below, row) for row in (rows[str(n)] for n in places if str(n) in rows) if isinstance(row, dict)
        ]
    if field.sort == "checks":
        ticked = value if isinstance(value, dict) else {}
        return [key for key, _ in field.choices if ticked.get(key)]
    return value_of(field, value) if isinstance(value, str) else None


def value_of(field: Field, text: str) -> Any:
    """One text as the value of its field; what cannot be read stays a text."""
    text = text.strip() if field.sort != "lines" else text.strip("\n ")
    if not text:
        return None
    reader = _READERS.get(field.sort)
    if reader is not None:
        return reader(field, text)
    return _TIDY[field.name](text) if field.name in _TIDY else text


def _number(_field: Field, text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text


def _choice(field: Field, text: str) -> bool | str:
    return text == "true" if field.choices == YES_NO and text in ("true", "false") else text


def _texts(_field: Field, text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _moment(_field: Field, text: str) -> str:
    """A browser's local time as a moment of +08:00; seconds that are zero are left out by browsers."""
    if len(text) not in (len("2026-11-21T09:30"), len("2026-11-21T09:30:00")):
        return text
    return (f"{text}:00" if len(text) == len("2026-11-21T09:30") else text) + "+08:00"


def _money(_field: Field, text: str) -> str:
    return normalise.normalise_money(text if text.endswith("元") else f"{text}元").removesuffix("元")


_READERS: dict[str, Callable[[Field, str], Any]] = {
    "number": _number,
    "choice": _choice,
    "texts": _texts,
    "moment": _moment,
    "money": _money,
    "matter": lambda _field, text: id_within(text),
    "date": lambda _field, text: normalise.normalise_date(text),
}


def pruned(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body without rows nobody filled in: before it is checked, never while somebody types."""
    found: dict[str, Any] = {}
    for name, value in body.items():
        if isinstance(value, list):
            rows = [pruned(one) if isinstance(one, dict) else one for one in value]
            kept = [one for one in rows if not isinstance(one, dict) or one.keys() - {"no"}]
            found.update({name: kept} if kept else {})
        else:
            found[name] = pruned(value) if isinstance(value, dict) else value
    return found
