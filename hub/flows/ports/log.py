"""Ports onto the audit log, its tree, its checkpoints 存证点 and what members said of each other's (DESIGN D7)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.core.audit import Leaf, Logged
from hub.core.merkle import Place


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A checkpoint of our own; ``note`` carries our signature."""

    origin: str
    size: int
    root: bytes
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cosigner:
    """How far one member has come with our log: what it last cosigned, and what it was last offered."""

    member: str
    origin: str
    size: int = 0
    note: str | None = None
    """The note with its cosignature; None before the first."""
    at: datetime | None = None
    offered: int = 0
    offered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A checkpoint of another member's log that we cosigned, with the lines of others as far as we know them."""

    origin: str
    size: int
    root: bytes
    member: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Alarm:
    """A log that contradicts itself or what was signed of it; ``first`` and ``second`` are the signed notes.

    ``kind``: ``edited missing tree root truncated`` (found in our own), ``forked rewound split double cloned`` (shown
    by signatures). ``place`` names what it is about; the same again is no new alarm.
    """

    member: str
    kind: str
    place: str
    why: str
    at: datetime
    first: str | None = None
    second: str | None = None
    settled_at: datetime | None = None
    """When a person took note of it and said why the log goes on."""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """How far a walk over the whole log, or over all our messages, has come; ``ended``: the last whole round."""

    name: str
    position: int
    started: datetime
    ended: datetime | None


class Ledger(Protocol):
    """The audit log."""

    def add(self, leaves: Sequence[Leaf]) -> None:
        """Have them written at the very end of this transaction, at the next positions; until then nobody reads them.

        Positions count from 0, without hole or double, in the order in which transactions commit.
        """
        ...

    def size(self) -> int:
        """Number of positions given by transactions before this one."""
        ...


class Tree(Protocol):
    """The Merkle tree, which grows over the leaves of the log a little after they were written."""

    def size(self) -> int:
        """Number of leaves it has grown over."""
        ...

    def read(self, places: Collection[Place]) -> dict[Place, bytes]:
        """Those of these kept nodes that are there; the hashes of leaves are the nodes of level 0."""
        ...

    def hashes(self, first: int, end: int) -> dict[int, bytes]:
        """By position, the hashes of the leaves that stand at [first, end)."""
        ...

    def add(self, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Keep finished nodes (level, index, hash); one that is there stays: if it is another, the root shows it."""
        ...

    def grow(self, old: int, new: int, nodes: Sequence[tuple[int, int, bytes]]) -> bool:
        """Compare and set: if it stands over ``old`` leaves, then now over ``new``, with these finished nodes.

        False changes nothing: somebody else let it grow meanwhile.
        """
        ...

    def leaves(self, first: int, end: int) -> list[Logged]:
        """The leaves at [first, end) as they are stored, by position."""
        ...

    def has_news(self, first: int, end: int, quiet: Collection[str]) -> bool:
        """True if one of the leaves at [first, end) is of none of these types."""
        ...

    def round(self, name: str) -> Round | None: ...
    def save_round(self, one: Round) -> None: ...


class Checkpoints(Protocol):
    """Checkpoints of our own log and the members that cosign them."""

    def newest(self, origin: str) -> CheckpointRow | None: ...
    def add(self, row: CheckpointRow) -> None: ...
    def cosigners(self, members: Collection[str], origin: str) -> dict[str, Cosigner]:
        """Absent ones come back as new."""
        ...

    def save(self, cosigners: Sequence[Cosigner]) -> None: ...


class Witness(Protocol):
    """What we cosigned of other members' logs."""

    def held(self, origin: str) -> Witnessed | None:
        """The largest we cosigned; nobody else changes it until commit."""
        ...

    def at(self, origin: str, size: int) -> Witnessed | None:
        """What we cosigned for exactly this size, if it was not long ago."""
        ...

    def advance(self, old: int, row: Witnessed) -> bool:
        """Compare and set: keep ``row`` if the largest kept is ``old`` (0: none); False changes nothing.

        Older rows of the log are forgotten after :data:`KEEP` of the newer one's time.
        """
        ...

    def join(self, row: Witnessed) -> None:
        """Write the note of a row again, with further lines."""
        ...

    def last_of(self, member: str) -> Witnessed | None:
        """The largest we cosigned of the youngest life of this member's log."""
        ...

    def latest(self, limit: int) -> list[Witnessed]:
        """The largest of each log, those cosigned last first."""
        ...


class Alarms(Protocol):
    """What contradicts itself, for people and courts."""

    def add(self, alarms: Sequence[Alarm]) -> int:
        """Keep those not known yet (by member, kind and place); returns how many."""
        ...

    def open(self, member: str) -> list[Alarm]:
        """Those about one member's log that nobody has settled, oldest first."""
        ...

    def settle(self, number: int, at: datetime) -> bool:
        """A person took note; False if there is no such open alarm."""
        ...
