"""Port onto the keys that protect single fields at rest (DESIGN D6, hub/decisions/0011)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol


class FieldCipher(Protocol):
    """Seals fields and blinds search keys. ``place`` is ``table.column``, ``row`` what names the row in its table."""

    @property
    def current(self) -> bytes:
        """Id of the key that seals now; everything it sealed begins with it."""
        ...

    @property
    def ids(self) -> tuple[bytes, ...]:
        """Ids of all keys that open, the oldest first."""
        ...

    @property
    def strict(self) -> bool:
        """True once nothing in the database is plain any more: then what is plain was put there by somebody else."""
        ...

    def seal(self, place: str, row: str, data: bytes) -> bytes:
        """``data`` so that it opens at this place of this row only."""
        ...

    def seal_all(self, place: str, items: Sequence[tuple[str, bytes]]) -> list[bytes]:
        """The same for many rows (what names each, its data) of one place."""
        ...

    def open(self, place: str, row: str, sealed: bytes) -> bytes:
        """The data again; raises ``FieldUnreadable`` when it was sealed elsewhere, changed, or by a key not here."""
        ...

    def blind(self, place: str, value: str) -> bytes:
        """32 bytes that are the same for the same value at the same place, and tell nothing without the key."""
        ...

    def blinds(self, place: str, values: Iterable[str]) -> list[list[bytes]]:
        """:meth:`blind` of each by every key that something may be blinded by, the one that blinds now first."""
        ...

    def refresh(self) -> None:
        """Seal by the newest key from here on; asked at the beginning of every transaction."""
        ...
