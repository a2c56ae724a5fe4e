"""Who looked at masked personal data, in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from hub.flows.ports.looks import PeerLook, Unmasking
from tests.memory.journal import Concern, Journal, write


class MemoryLooks(Concern):
    name = "looks"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[str, Unmasking] = {}
        self.peers: dict[tuple[str, str], PeerLook] = {}

    @write
    def add(self, unmasking: Unmasking) -> None:
        assert unmasking.id not in self.rows
        self.journal.put(self.rows, unmasking.id, unmasking)

    def until(self, who: str, objects: Collection[str]) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for row in self.rows.values():
            if row.who == who and row.object in objects:
                found[row.object] = max(row.until, found.get(row.object, row.until))
        return found

    def untold(self, limit: int, only: str | None = None) -> dict[str, list[Unmasking]]:
        found: dict[str, list[Unmasking]] = {}
        for row in sorted(self.rows.values(), key=lambda row: (row.owner or "", row.id)):
            if row.owner is not None and row.heard_at is None and only in (None, row.owner):
                found.setdefault(row.owner, []).append(row)
        return {owner: rows[:limit] for owner, rows in found.items()}

    @write
    def heard(self, owner: str, ids: Collection[str], at: datetime) -> int:
        rows = [self.rows[one] for one in set(ids) if one in self.rows]
        new = [row for row in rows if row.owner == owner and row.heard_at is None]
        for row in new:
            self.journal.put(self.rows, row.id, replace(row, heard_at=at))
        return len(new)

    @write
    def told(self, looks: Sequence[PeerLook]) -> int:
        new = [one for one in looks if (one.member, one.id) not in self.peers]
        for one in new:
            self.journal.put(self.peers, (one.member, one.id), one)
        return len(new)

    def of_document(self, document: str) -> list[PeerLook]:
        found = [one for one in self.peers.values() if one.document == document]
        return sorted(found, key=lambda one: (one.at, one.id), reverse=True)
