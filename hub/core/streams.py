"""Streams: contiguous numbers and a hash chain per sender, audience and incarnation: no gap stays unseen (D3).

Pure decisions only. Which messages are parked, asked for again or released is said here; storing and sending is the
flows' work.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from hub.core.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable

WINDOW = 10_000
"""How far ahead of a gap messages are parked; what lies beyond is dropped and comes again later (RELIABILITY B50)."""


class StreamId(NamedTuple):
    """Names one stream."""

    sender: str
    audience: str
    incarnation: str


@value
class Head:
    """How far a stream has come here. ``seq`` 0 and ``hash`` None: nothing yet."""

    stream: StreamId
    seq: int = 0
    hash: str | None = None
    frozen: bool = False


class Place(Enum):
    """Where a validly signed message stands relative to what we have."""

    NEXT = auto()
    """The one we wait for: record it."""
    AHEAD = auto()
    """A gap lies before it: park it and ask for the gap."""
    BEYOND = auto()
    """Further ahead than we park: drop it, heads will bring it."""
    PAST = auto()
    """Its number is taken: a duplicate if the hash is the recorded one, else equivocation."""
    FORKED = auto()
    """Next in number, but chained to another past than ours: equivocation."""
    FROZEN = auto()
    """The stream was frozen as evidence; only a new incarnation goes on."""


def place(head: Head, seq: int, prev: str | None) -> Place:
    """Decide where message number ``seq`` with chain hash ``prev`` belongs."""
    if seq <= head.seq:
        return Place.PAST
    if head.frozen:
        return Place.FROZEN
    if seq == head.seq + 1:
        return Place.NEXT if prev == head.hash else Place.FORKED
    return Place.AHEAD if seq - head.seq <= WINDOW else Place.BEYOND


def advance(head: Head, seq: int, message: str) -> Head:
    """The head after message ``seq`` was recorded (stored, refused and held all consume their number)."""
    return Head(head.stream, seq, message, head.frozen)


def freeze(head: Head) -> Head:
    """The head of a stream in which two valid messages carry one number."""
    return Head(head.stream, head.seq, head.hash, frozen=True)


def holes(seq: int, parked: Iterable[int], *, upto: int = 0, limit: int = 16) -> list[tuple[int, int]]:
    """Missing ranges (first, last) after ``seq``, given the parked numbers and the sender's top; at most ``limit``."""
    found: list[tuple[int, int]] = []
    expected = seq + 1
    for number in sorted(set(parked)):
        if number > expected:
            found.append((expected, number - 1))
        expected = max(expected, number + 1)
    if upto >= expected:
        found.append((expected, upto))
    return found[:limit]
