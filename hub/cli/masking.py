"""Bodies for the screen: Chinese labels from the schema, identifiers of persons masked (``x-mask``)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from schemas.catalogue import BODIES
from schemas.masks import MASKS

_PERSON = "person"


def masked(kind: str, version: int, body: dict[str, Any] | None) -> Any:
    """The body with identifiers masked; a kind not known here is not shown at all."""
    if body is None or (kind, version) not in BODIES:
        return None
    schema = _schema(kind, version)
    return _mask(body, schema, schema.get("$defs", {}), None)


def lines(kind: str, version: int, body: dict[str, Any] | None) -> list[tuple[str, str]]:
    """(label, value) of every field of the masked body, nested ones indented."""
    shown = masked(kind, version, body)
    if shown is None:
        return []
    schema = _schema(kind, version)
    return list(_lines(shown, schema, schema.get("$defs", {}), 0))


@cache
def _schema(kind: str, version: int) -> dict[str, Any]:
    return BODIES[kind, version].model_json_schema()


def _mask(value: Any, schema: dict[str, Any], known: dict[str, Any], word: str | None) -> Any:
    schema = _resolved(schema, known)
    word = schema.get("x-mask", word)
    if isinstance(value, dict):
        fields = schema.get("properties", {})
        if value.get("target_type") == _PERSON and isinstance(value.get("target"), str):
            value = {**value, "target": MASKS["name"](value["target"])}
        # What an office or a company is called is no secret; what a person is called is masked.
        public = {"name"} if value.get("type", _PERSON) != _PERSON else set()
        return {
            name: each if name in public else _mask(each, fields.get(name, {}), known, None)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_mask(each, schema.get("items", {}), known, word) for each in value]
    return MASKS[word](value) if word is not None and word in MASKS and isinstance(value, str) else value


def _lines(
    value: dict[str, Any], schema: dict[str, Any], known: dict[str, Any], depth: int
) -> Iterator[tuple[str, str]]:
    fields = _resolved(schema, known).get("properties", {})
    for name, each in value.items():
        field = _resolved(fields.get(name, {}), known)
        label = "  " * depth + str(fields.get(name, {}).get("title") or field.get("title") or name)
        items = each if isinstance(each, list) else [each]
        inner = _resolved(field.get("items", {}), known) if isinstance(each, list) else field
        if any(isinstance(one, dict) for one in items):
            for number, one in enumerate(items, 1):
                yield label + (f" {number}" if isinstance(each, list) else ""), " "
                yield from _lines(one, inner, known, depth + 1)
        else:
            yield label, "、".join(_word(one, inner) for one in items)


def _word(value: Any, schema: dict[str, Any]) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(schema.get("x-labels", {}).get(str(value), value))


def _resolved(schema: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Follow references and the one branch of an optional field; what stands beside a reference wins."""
    while True:
        branch = next((one for one in schema.get("anyOf", ()) if "$ref" in one or "properties" in one), None)
        if "$ref" in schema:
            target = known.get(str(schema["$ref"]).rpartition("/")[2], {})
            schema = {**target, **{name: each for name, each in schema.items() if name != "$ref"}}
        elif branch is not None and "properties" not in schema:
            schema = {**branch, **{name: each for name, each in schema.items() if name != "anyOf"}}
        else:
            return schema
