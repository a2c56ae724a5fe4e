"""What strict JSON refuses, each by its own reason (RELIABILITY B1-B17), and what it has no reason to refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hub.core import ijson
from hub.core.errors import HubError

LIMIT = 8000
REFUSED = {
    "one byte too many": (b'"' + b"a" * (LIMIT - 1) + b'"', "上限 8000 字节"),
    "no UTF-8": (b'"\xff"', "不是 UTF-8"),
    "a lone surrogate in bytes": (b'"\xed\xa0\x80"', "不是 UTF-8"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "不是合法的 JSON"),
    "broken off": (b'{"a":', "不是合法的 JSON"),
    "two values": (b"{}{}", "不是合法的 JSON"),
    "NUL": (b'"\x00"', "不是合法的 JSON"),
    "NUL, escaped": (rb'"\u0000"', "U+0000"),
    "NUL in a key": (rb'{"\u0000":1}', "U+0000"),
    "NUL deep inside": (rb'{"a":[{"b":"\u0000"}]}', "U+0000"),
    "half a pair": (rb'"\ud800"', "代理字符"),
    "half a pair in a list": (rb'["\udc00"]', "代理字符"),
    "half a pair in a key": (rb'{"\ud800":1}', "代理字符"),
    "a key twice": (b'{"a":1,"b":2,"a":1}', "重复的键：'a'"),
    "a key twice after unescaping": (rb'{"a":1,"\u0061":2}', "重复的键：'a'"),
    "minus nothing": (b"-0", "安全范围"),
    "one more than is safe": (b"9007199254740992", "安全范围"),
    "one less than is safe": (b"-9007199254740992", "安全范围"),
    "a number without end": (b"9" * 5000, "安全范围"),
    "no number": (b"NaN", "不允许的数值：NaN"),
    "too deep": (b"[" * 33 + b"]" * 33, "嵌套超过 32 层"),
    "too deep in objects": (b'{"a":' * 33 + b"1" + b"}" * 33, "嵌套超过 32 层"),
    "deep beyond any stack": (b"[" * 7000, "嵌套超过 32 层"),
}
FINE = {
    "as long as may be": b'"' + b"a" * (LIMIT - 2) + b'"',
    "as deep as may be": b"[" * 32 + b"]" * 32,
    "wide, not deep": b"[" + b",".join([b"{}", b"[]"] * 40) + b"]",
    "brackets in a text": b'"' + rb"\"[{" * 40 + b'"',
    "a pair": rb'"\ud83d\ude00"',
    "the largest number": b"[9007199254740991,-9007199254740991]",
    "a backslash before u0000": rb'"\\u0000"',
}
READERS = pytest.mark.parametrize("read", [ijson.loads, ijson.check])


@READERS
@pytest.mark.parametrize("what", REFUSED)
def test_b1_b17_what_two_readers_could_understand_differently_is_refused_by_its_reason(
    read: Callable[..., Any], what: str
) -> None:
    data, said = REFUSED[what]
    with pytest.raises(HubError) as refused:
        read(data, limit=LIMIT)
    assert said in refused.value.detail
    assert refused.value.code == ("oversized" if "上限" in said else "malformed")


@READERS
@pytest.mark.parametrize("what", FINE)
def test_what_is_at_the_edge_is_read(read: Callable[..., Any], what: str) -> None:
    read(FINE[what], limit=LIMIT)


@pytest.mark.parametrize("data", [b"1.5", b"1e3", b"-1.0"])
def test_amounts_travel_as_text(data: bytes) -> None:
    with pytest.raises(HubError, match="不允许小数"):
        ijson.loads(data, limit=LIMIT)
