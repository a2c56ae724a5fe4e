"""Attachments: kept by digest in pieces, those still on their way here, and what peers asked us for.

No method hands over a whole attachment: pieces lie on the grid of :mod:`hub.core.pieces`, and one is read at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.flows.rows import Part, PartMeta


@dataclass(frozen=True, slots=True)
class Arrival:
    """An attachment that a parked message of ``sender`` names and that is not whole here; the key is both."""

    sender: str
    sha256: str
    message: str
    """Hash of the message that names it."""
    size: int
    media_type: str
    content: str
    """Under which its pieces lie until it is whole."""
    since: datetime
    asked: int
    """Bytes from the beginning that were asked for, or are coming by themselves."""
    at: datetime
    """When it was last asked for, or a piece of it came."""
    failures: int = 0
    """How often all pieces were here and made another file than the one named."""
    fault: str | None = None
    """Why it will never be taken: its message is refused."""


@dataclass(frozen=True, slots=True)
class Want:
    """Bytes [first, last) of one of our attachments that ``member`` is to get, for the message that names it."""

    member: str
    message: str
    part: str
    first: int
    last: int
    id: int = 0


class Parts(Protocol):
    """Attachments by digest; pieces by the name of their content, which becomes an attachment once it is whole."""

    def put(self, part: Part) -> None:
        """A small attachment at once; idempotent by digest."""
        ...

    def adopt(self, meta: PartMeta, content: str) -> None:
        """What lies under ``content`` is this attachment, as the caller checked; a second copy of it is dropped."""
        ...

    def about(self, digests: Collection[str]) -> dict[str, PartMeta]:
        """Those of ``digests`` that are whole here."""
        ...

    def have(self, digests: Collection[str]) -> set[str]: ...
    def piece(self, sha256: str, start: int) -> bytes | None:
        """The piece of a whole attachment that begins at ``start``."""
        ...

    def keep(self, content: str, pieces: Sequence[tuple[int, bytes]]) -> None:
        """Keep pieces at their places; one that is there is replaced."""
        ...

    def kept(self, content: str, start: int) -> bytes | None: ...
    def starts(self, content: str) -> list[int]:
        """Places under ``content`` that are filled, ascending."""
        ...

    def forget(self, content: str) -> None:
        """Delete all pieces under ``content``."""
        ...

    def drop(self, digests: Collection[str]) -> None:
        """Delete whole attachments with their pieces; none is no error."""
        ...


class Arrivals(Protocol):
    """Attachments on their way here."""

    def get(self, sender: str, digests: Collection[str]) -> dict[str, Arrival]: ...
    def senders(self) -> list[str]:
        """Who owes us attachments without a fault, ascending."""
        ...

    def of(self, sender: str, limit: int) -> list[Arrival]:
        """The oldest of one sender without a fault."""
        ...

    def save(self, arrivals: Sequence[Arrival]) -> None:
        """Insert or replace."""
        ...

    def drop(self, sender: str, digests: Collection[str]) -> None:
        """Delete rows, not pieces; none is no error."""
        ...


class Wants(Protocol):
    """What peers asked for and the pipe has not taken yet."""

    def add(self, wants: Sequence[Want]) -> None:
        """Idempotent by (member, part, first)."""
        ...

    def members(self) -> list[str]:
        """Who waits for something, ascending."""
        ...

    def of(self, member: str, limit: int) -> list[Want]:
        """The oldest of one member."""
        ...

    def shorten(self, want: Want, first: int) -> None:
        """What comes before ``first`` was taken by the pipe; a want with nothing left is deleted."""
        ...

    def drop(self, members: Collection[str]) -> None:
        """These members get nothing more."""
        ...


class PartViews(Protocol):
    """Attachments as read models: no write lock, so a slow reader stops nobody."""

    def part(self, sha256: str) -> PartMeta | None:
        """An attachment that is whole here."""
        ...

    def piece(self, sha256: str, start: int) -> bytes | None:
        """The piece of it that begins at ``start``."""
        ...
