"""Strict JSON, checked in one pass of a C reader where that proves as much as the careful one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.core import ijson
from hub.core.errors import HubError
from schemas.catalogue import BODIES
from schemas.wire import WIRE

_NUMBERS = ["0", "1", "-1", "-0", "007", "1.5", "1e3", str(2**53 - 1), str(2**53), "9" * 20, "NaN", "-Infinity"]
_STRINGS = [r'""', r'"中"', r'"\u4e2d"', r'"\n"', r'"\u0000"', r'"\\u0000"', r'"\ud800"', r'"\ud83d\ude00"', r'"\/"']
_SCALARS = st.sampled_from([*_NUMBERS, *_STRINGS, '"\x01"', "true", "null"])
_KEYS = st.sampled_from(['"a"', '"b"', '"\\u0061"', '"\\u0000"', '"中"'])


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    objects = st.lists(st.tuples(_KEYS, inner), max_size=3).map(lambda some: ",".join(map(":".join, some)))
    return objects.map("{{{}}}".format) | st.lists(inner, max_size=3).map(lambda some: f"[{','.join(some)}]")


_TEXTS = st.recursive(_SCALARS, _nested, max_leaves=8)


def refusal(data: bytes, reader: Callable[..., Any]) -> str | None:
    try:
        reader(data, limit=1000)
    except HubError as error:
        return error.detail
    return None


@settings(max_examples=1000, deadline=None)
@given(_TEXTS.map(str.encode) | st.binary(max_size=40))
@example(b'{"a":1,"a":1}')
@example(b'{"a":1,"a":2}')
@example(b"[" * 33 + b"]" * 33)
@example(b'"' + b"a" * 1000 + b'"')
def test_a_checked_text_is_one_that_would_be_read_but_for_fractions(data: bytes) -> None:
    reason = refusal(data, ijson.loads)
    if refusal(data, ijson.check) is None:
        assert reason is None or "小数" in reason
    else:
        assert reason is not None


@pytest.mark.parametrize("model", [*WIRE.values(), *BODIES.values()], ids=lambda model: model.__name__)
def test_no_model_that_is_read_after_the_check_has_a_place_for_a_fraction(model: Any) -> None:
    schema = model.model_json_schema()
    places = [schema]
    for part in (schema, *schema.get("$defs", {}).values()):
        assert part.get("type") != "object" or part["additionalProperties"] is False
        places += part.get("properties", {}).values()
    while places:
        place = places.pop()
        assert place.get("type") != "number"
        assert place.keys() & {"type", "$ref", "anyOf", "oneOf", "enum", "const"}, f"{place} takes anything"
        below = [
            place.get("items"),
            place.get("additionalProperties"),
            *place.get("anyOf", ()),
            *place.get("oneOf", ()),
        ]
        places += [one for one in below if isinstance(one, dict)]
