"""Port onto the index by which matters, documents and subjects are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from hub.flows.rows import Message


@dataclass(frozen=True, slots=True)
class Words:
    """What is searched of one message: its title and the names in it, as pairs of characters."""

    message: str
    matter: str
    words: str
    rules: int = 0
    """Version of the rules that made them."""


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """One value by which a subject of a document is found. ``value`` is kept plain; pages mask it."""

    message: str
    matter: str
    sort: str
    value: str
    owner: str
    type: str
    role: str
    id: int = 0


class Subjects(Protocol):
    """The index; it can be made again from the messages at any time."""

    def take(self, limit: int, rules: int) -> list[Message]:
        """Messages nobody has indexed yet, oldest first; where none wait, those whose words older rules made.

        They are taken, and come again only if this rolls back, or if nothing newer is added for them.
        """
        ...

    def add(self, words: Sequence[Words], keys: Sequence[SubjectKey]) -> None:
        """The words and all keys of these messages, in place of what was there; a key that stays keeps its id."""
        ...

    def of(self, message: str) -> list[SubjectKey]:
        """The keys of one message, in the order they were added."""
        ...


@dataclass(frozen=True, slots=True)
class SubjectFilter:
    """``values``: (sort, normal value) pairs looked for exactly; ``near``: also what is close to a name or address.

    ``alike``: pairs of another spelling of what was asked; hits by them are near.
    """

    values: tuple[tuple[str, str], ...]
    near: bool = True
    alike: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, ...], ...] = ()
    """Pairs of syllables of what may be part of a name, one entry for each way to read it; hits by them are near."""
    unit: str | None = None
    """Only of matters this unit has in hand."""


@dataclass(frozen=True, slots=True)
class SubjectHit:
    """One subject found in one document; ``why`` is empty for an exact match, else says why it is near."""

    key: SubjectKey
    why: str
    document: str
    kind: str
    title: str
    sender: str
    issued: datetime
    family: str
    state: str


class SubjectViews(Protocol):
    """Looking up subjects."""

    def subjects(self, wanted: SubjectFilter, limit: int) -> tuple[SubjectHit, ...]:
        """Exact hits first, then near ones, the newest document first; ``limit`` of each at most."""
        ...

    def subject(self, key: int, unit: str | None = None) -> SubjectHit:
        """One of them again; raises ``NotFound``, also for what the unit does not have in hand."""
        ...
