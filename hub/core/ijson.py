"""Strict I-JSON (RFC 7493) for all that is signed or posted: raw bytes are scanned before anyone interprets them.

What Python's own reader lets through is refused here, because two readers could understand it differently
(RELIABILITY section 6, B1-B17):

* bytes that are not UTF-8, a byte order mark, NUL in text, lone surrogates;
* duplicate keys, also when they are equal only after unescaping;
* ``NaN``, ``Infinity``, fractions, exponents, ``-0`` and integers beyond 2^53 - 1 (amounts travel as decimal text);
* nesting deeper than 32, anything after the value.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import orjson

from hub.core.errors import Malformed, Oversized

MAX_DEPTH = 32
"""Deep enough for any form; shallow enough that no reader recurses out of its stack."""
SAFE_INTEGER = 2**53 - 1

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_BRACKETS = re.compile(rb"[\[\]{}]")


def loads(data: bytes, *, limit: int) -> Any:
    """Parse ``data`` (at most ``limit`` bytes) or raise :class:`Malformed` / :class:`Oversized` with the reason."""
    if len(data) > limit:
        raise Oversized(f"长度 {len(data)} 字节，上限 {limit} 字节")
    check_depth(data)
    try:
        text = data.decode("utf-8")
        value = _READER.decode(text)
    except UnicodeDecodeError as error:
        raise Malformed("不是 UTF-8 文本") from error
    except (ValueError, RecursionError) as error:
        raise Malformed(f"不是合法的 JSON：{error}") from error
    if _SUSPECT.search(data):
        check_text(value)
    return value


def check(data: bytes, *, limit: int) -> None:
    """Refuse what :func:`loads` refuses, for a reader whose own types refuse fractions.

    What our own writer would write again byte for byte, no two readers understand differently: a key that came twice,
    another spelling of a letter or of a number would be gone from it. Anything else is read with care.
    """
    if len(data) <= limit and (b"\\" not in data or b"\\u0000" not in data):
        check_depth(data)
        try:
            if orjson.dumps(orjson.loads(data), option=orjson.OPT_STRICT_INTEGER) == data:
                return
        except (ValueError, TypeError):
            pass  # The careful reader says what is wrong.
    loads(data, limit=limit)


def check_depth(data: bytes) -> None:
    """Refuse nesting deeper than :data:`MAX_DEPTH` without recursing; linear in the size of ``data``."""
    if data.count(b"{") + data.count(b"[") <= MAX_DEPTH:
        return
    depth = 0
    for match in _BRACKETS.finditer(_STRINGS.sub(b"", data)):
        depth += 1 if match.group() in b"[{" else -1
        if depth > MAX_DEPTH:
            raise Malformed(f"嵌套超过 {MAX_DEPTH} 层")


def check_text(value: Any) -> None:
    """Refuse NUL and lone surrogates in any key or string of a parsed value."""
    if isinstance(value, str):
        if "\x00" in value:
            raise Malformed("文本中含有 U+0000")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise Malformed("文本中含有不成对的代理字符") from error
    elif isinstance(value, list):
        for item in value:
            check_text(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            check_text(key)
            check_text(item)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise Malformed(f"重复的键：{key!r}", field=key)
            seen.add(key)
    return result


def _no_constant(name: str) -> NoReturn:
    raise Malformed(f"不允许的数值：{name}")


def _no_float(text: str) -> NoReturn:
    raise Malformed(f"不允许小数或指数：{text[:40]}（金额请用两位小数的文本）")


def _safe_int(text: str) -> int:
    if text == "-0" or len(text) > 17 or abs(int(text)) > SAFE_INTEGER:
        raise Malformed(f"整数超出安全范围：{text[:40]}")
    return int(text)


_READER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_no_float, parse_int=_safe_int
)
"""Made once: ``json.loads`` would build one for every text."""
