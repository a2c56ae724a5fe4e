"""Our reader of signed JSON against JSONTestSuite: what must be refused is; what is refused besides is known."""

from __future__ import annotations

import json
from base64 import b64decode

import pytest

from hub.core import ijson
from hub.core.errors import Malformed
from tests.vectors.outside import vectors

I_JSON_FORBIDS = ("number", "negative_real", "structure_500_nested", "duplicated_key", "null", "escaped_null", "u+0000")
"""Valid JSON that I-JSON, or the wire, does not allow: fractions, exponents, big integers, duplicate keys, U+0000."""


def reads(data: bytes) -> bool:
    try:
        ijson.loads(data, limit=1 << 20)
    except Malformed:
        return False
    return True


def test_what_must_be_refused_is_refused() -> None:
    must_fail = {name: b64decode(data) for name, data in vectors("jsontestsuite").items() if name.startswith("n_")}
    assert len(must_fail) > 180
    assert [name for name, data in must_fail.items() if reads(data)] == []


def test_what_must_be_read_is_read_the_same_except_what_i_json_forbids() -> None:
    must_pass = {name: b64decode(data) for name, data in vectors("jsontestsuite").items() if name.startswith("y_")}
    refused = [name for name, data in must_pass.items() if not reads(data)]
    assert len(must_pass) > 90
    assert len(refused) < 25
    assert [name for name in refused if not any(word in name.lower() for word in I_JSON_FORBIDS)] == []
    for name in must_pass.keys() - set(refused):
        assert ijson.loads(must_pass[name], limit=1 << 20) == json.loads(must_pass[name])


def test_what_may_be_either_never_raises_anything_else() -> None:
    for data in vectors("jsontestsuite").values():
        reads(b64decode(data))


@pytest.mark.parametrize("depth", [33, 1_000, 100_000])
@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_deep_nesting_is_refused_without_a_recursion_error(depth: int, bracket: str) -> None:
    with pytest.raises(Malformed):
        ijson.loads((bracket * depth).encode(), limit=1 << 20)
