"""A document's body as labelled lines: Chinese titles, labels and units from its JSON schema, personal data masked.

The schema says with ``x-mask`` what is personal (个人信息保护法); what a mask does not recognise is hidden whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hub.core.ids import is_document_id
from hub.web.reading import body_schema
from schemas.catalogue import BODIES, MASKS

Schema = Mapping[str, Any]

_NOT_PERSONS = frozenset({"company", "organisation", "platform"})
_HIDDEN = frozenset({"act"})
"""Said by the document's heading already."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line: a title and either a text, or lines below it. ``whole`` is the text behind a mask."""

    title: str
    text: str | None = None
    below: tuple[Field, ...] = ()
    masked: bool = False
    whole: str | None = field(default=None, repr=False)
    id: bool = False
    """The text is the id of a matter or document: a page shows what that is called."""


_FEW, _SHORT = 3, 40


def fields_of(kind: str, version: int, body: Mapping[str, Any], *, whole: bool = False) -> tuple[Field, ...] | None:
    """The lines of a body in the order of its form; None for a kind nobody here knows.

    ``whole`` shows personal data as it stands: only for one who said what for, which the caller has noted.
    """
    if (kind, version) not in BODIES:
        return None
    schema = body_schema(kind, version)
    listed = body.get("attachments")
    skip = _HIDDEN | {"attachments"} if isinstance(listed, list) else _HIDDEN
    lines = _object(body, schema, schema.get("$defs", {}), skip=skip)
    if isinstance(listed, list) and listed:
        lines = (*lines, Field("附件", text=_told(listed)))
    return _opened(lines) if whole else lines


def _told(listed: list[Any]) -> str:
    """Attachments in one line: a table of their own shows them all."""
    names = [str(one.get("name", "")) for one in listed if isinstance(one, dict)]
    few = "、".join(name if len(name) <= _SHORT else f"{name[:_SHORT]}…" for name in names[:_FEW])
    return f"{few} 等 {len(listed)} 件" if len(names) > _FEW else few


def _opened(lines: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(
        replace(one, text=one.whole if one.masked else one.text, masked=False, below=_opened(one.below))
        for one in lines
    )


def _object(
    value: Mapping[str, Any], schema: Schema, known: Schema, *, skip: frozenset[str] = frozenset()
) -> tuple[Field, ...]:
    lines = []
    for name, inner in schema.get("properties", {}).items():
        if name in value and name not in skip:
            spec = resolved(inner, known)
            if name == "name" and value.get("type") in _NOT_PERSONS:
                spec = {key: word for key, word in spec.items() if key != "x-mask"}
            if name == "id_doc_no" and value.get("id_doc_type") == "resident_id":
                spec["x-mask"] = "resident_id"
            lines.append(_line(str(spec.get("title", name)), value[name], spec, known))
    return tuple(lines)


def _line(title: str, value: Any, spec: Schema, known: Schema) -> Field:
    if isinstance(value, dict):
        return Field(title, below=_object(value, spec, known))
    if isinstance(value, list):
        item = resolved(spec.get("items", {}), known)
        if any(isinstance(one, dict) for one in value):
            numbered = (_line(f"第 {place} 项", one, item, known) for place, one in enumerate(value, 1))
            return Field(title, below=tuple(numbered))
        texts = [_text(one, {**item, **_labels(spec)}) for one in value]
        return Field(title, "；".join(texts), masked="x-mask" in item, whole="；".join(map(str, value)))
    shown = _text(value, spec)
    return Field(title, shown, masked="x-mask" in spec, whole=str(value), id=is_document_id(shown))


def _text(value: Any, spec: Schema) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    labels = spec.get("x-labels")
    if isinstance(labels, dict) and text in labels:
        return str(labels[text])
    mask = MASKS.get(str(spec.get("x-mask")))
    if mask is not None:
        return mask(text)
    unit = spec.get("x-unit")
    return f"{text} {unit}" if unit else text


def _labels(spec: Schema) -> dict[str, Any]:
    return {key: spec[key] for key in ("x-labels", "x-mask") if key in spec}


def resolved(spec: Schema, known: Schema) -> dict[str, Any]:
    """Follow a reference; what stands beside it has the last word."""
    merged = dict(spec)
    for holder in (merged.pop("allOf", []), merged.pop("anyOf", [])):
        for one in holder[:1]:
            merged = {**one, **merged}
    reference = merged.pop("$ref", None)
    if reference is None:
        return merged
    return {**resolved(known.get(str(reference).rpartition("/")[2], {}), known), **merged}
