"""Messages of a kind or version that their receiver did not know when they came, at both ends (DESIGN D4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hub.flows.rows import Message


class Held(Protocol):
    """What is held here, and what of ours is held by others."""

    def walk(self, after: int, rows: int, limit: int) -> tuple[list[str], int | None]:
        """Hashes of at most ``limit`` held messages among the next ``rows`` messages behind the row ``after``.

        With them the last row that was looked at, None behind the end. They are locked until commit; those another
        worker holds are left out, and so is what was erased.
        """
        ...

    def judge(self, messages: Sequence[Message]) -> None:
        """Their status, code, title, ``stored_at`` and receipt take the place of what was recorded.

        Links and the index follow from what they say now.
        """
        ...

    def answers(self, member: str, limit: int) -> list[str]:
        """Messages of which the member's last known receipt says that it holds them, oldest first."""
        ...
