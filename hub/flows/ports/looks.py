"""Who looked at masked personal data here and until when it stays shown, and what peers told us of looking at ours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Unmasking:
    """One person's leave to see one thing whole, for a purpose and a short time."""

    id: str
    who: str
    object: str
    """What is shown: the document, or ``document:key`` for one entry of the index of subjects."""
    document: str
    matter: str
    role: str
    purpose: str
    at: datetime
    until: datetime
    owner: str | None
    """The member whose document it is, to be told; None: our own."""
    heard_at: datetime | None = None
    """When the owner said that it knows."""


@dataclass(frozen=True, slots=True)
class PeerLook:
    """What ``member`` told us: somebody in this role looked at personal data in a document of ours. No name."""

    member: str
    id: str
    document: str
    role: str
    purpose: str
    at: datetime
    """By the member's clock."""
    told_at: datetime


class Looks(Protocol):
    """Both directions."""

    def add(self, unmasking: Unmasking) -> None: ...
    def until(self, who: str, objects: Collection[str]) -> dict[str, datetime]:
        """How long each of ``objects`` stays, or stayed, shown to this person; absent: never."""
        ...

    def untold(self, limit: int, only: str | None = None) -> dict[str, list[Unmasking]]:
        """By owner the oldest it has not heard of, at most ``limit`` each; ``only``: of this owner."""
        ...

    def heard(self, owner: str, ids: Collection[str], at: datetime) -> int:
        """The owner knows of these; returns of how many it was not known that it does."""
        ...

    def told(self, looks: Sequence[PeerLook]) -> int:
        """Keep what a peer said, once; returns how many were new."""
        ...

    def of_document(self, document: str) -> list[PeerLook]:
        """What peers said of one document, the newest first."""
        ...
