"""Keyset paging with a bounded look: opaque cursors, and the one loop that all lists go through."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any, TypeVar

from hub.core.errors import InvalidInput
from hub.flows.ports.views import SCAN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Row = TypeVar("Row")
Out = TypeVar("Out")
Key = tuple[Any, ...]

CHUNK = 250
_LARGEST = 2**63 - 1
_MOST_MICROS = 253_402_300_799_999_999
"""The last microsecond of the year 9999."""


def pack(*key: int | str) -> str:
    """A cursor: where the page before ended."""
    return urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def unpack(cursor: str | None, *types: type) -> Key | None:
    """Read a cursor of exactly these types; raises ``InvalidInput`` for anything we did not hand out."""
    if cursor is None:
        return None
    try:
        key = json.loads(urlsafe_b64decode((cursor + "=" * (-len(cursor) % 4)).encode("ascii")))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise InvalidInput("翻页标记无效，请从第一页重新查起", field="cursor") from error
    good = isinstance(key, list) and [type(one) for one in key] == list(types)
    if not good or any(isinstance(one, int) and not 0 <= one <= _LARGEST for one in key):
        raise InvalidInput("翻页标记无效，请从第一页重新查起", field="cursor")
    return tuple(key)


def check_micros(micros: int) -> int:
    """Refuse a moment no calendar knows."""
    if micros > _MOST_MICROS:
        raise InvalidInput("翻页标记无效，请从第一页重新查起", field="cursor")
    return micros


def gather(
    fetch: Callable[[Key | None, int], Sequence[Row]],
    judge: Callable[[Sequence[Row]], Sequence[Out | None]],
    key: Callable[[Row], Key],
    start: Key | None,
    limit: int,
    most: int = SCAN,
) -> tuple[list[Out], Key | None]:
    """Collect ``limit`` rows that ``judge`` keeps, looking at ``most`` at most; the key tells where to go on."""
    found: list[Out] = []
    at, seen, size = start, 0, limit + 1
    while True:
        size = min(size, most - seen)
        chunk = fetch(at, size)
        for row, kept in zip(chunk, judge(chunk), strict=True):
            if kept is not None and len(found) == limit:
                return found, at
            if kept is not None:
                found.append(kept)
            at = key(row)
        seen += len(chunk)
        if len(chunk) < size:
            return found, None
        if seen >= most:
            return found, at
        size = CHUNK
