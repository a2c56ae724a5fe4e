"""Sentences about matters, and the long work of counting all open ones again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hub.core.recount import Note, Recount


class Notes(Protocol):
    """Notes of this node about its matters, and how far a recount has come."""

    def add(self, notes: Sequence[Note]) -> None: ...
    def of(self, matter: str) -> list[Note]:
        """Oldest first."""
        ...

    def begin_recount(self, was: int) -> None:
        """All open matters are to be counted again, ``was`` being the agreement until now.

        One that is under way begins anew, from the agreement it began with.
        """
        ...

    def recount(self) -> Recount | None:
        """What is left of it, locked until commit; None if nothing is, or another worker is at it."""
        ...

    def recounted(self, after: str | None) -> None:
        """It has come to this id; None: it is finished."""
        ...
