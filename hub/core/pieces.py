"""The grid on which an attachment lies in every store and on every wire: pieces of one size, the last one shorter.

One grid everywhere means that what arrived, what is missing and what was asked for are places on one ruler, and that
nobody ever needs a whole attachment in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

PIECE = 256 * 1024
"""Bytes: half of what an envelope may carry, which leaves room for base64 and for a seal around each piece (D6)."""


def places(size: int, upto: int | None = None) -> range:
    """Where the pieces of an attachment of ``size`` bytes begin, those before ``upto`` alone."""
    return range(0, size if upto is None else min(size, upto), PIECE)


def fits(size: int, start: int, length: int) -> bool:
    """Whether ``length`` bytes from ``start`` on are one piece of an attachment of ``size`` bytes."""
    return 0 <= start < size and start % PIECE == 0 and length == min(PIECE, size - start)


def cut(content: bytes, start: int = 0) -> Iterator[tuple[int, bytes]]:
    """``content``, which begins at the place ``start``, piece by piece."""
    for offset in range(0, len(content), PIECE):
        yield start + offset, content[offset : offset + PIECE]


def runs(starts: Iterable[int], size: int) -> list[tuple[int, int]]:
    """Ascending places as few ranges of bytes [first, last)."""
    found: list[tuple[int, int]] = []
    for start in starts:
        last = min(start + PIECE, size)
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], last)
        else:
            found.append((start, last))
    return found


def digest_of(pieces: Iterable[bytes]) -> str:
    """Lower-case hex SHA-256 of all pieces one after another."""
    state = hashlib.sha256()
    for piece in pieces:
        state.update(piece)
    return state.hexdigest()
