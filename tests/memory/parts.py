"""Attachments in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from hub.core.pieces import cut
from hub.flows.ports.parts import Arrival, Want
from hub.flows.rows import Part, PartMeta
from tests.memory.journal import Concern, Count, Journal, write


class MemoryParts(Concern):
    name = "parts"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[str, tuple[PartMeta, str]] = {}
        self.pieces: dict[str, dict[int, bytes]] = {}

    @write
    def put(self, part: Part) -> None:
        if part.sha256 not in self.rows:
            self._forget(part.sha256)
            self._keep(part.sha256, list(cut(part.content)))
            meta = PartMeta(part.sha256, len(part.content), part.media_type)
            self.journal.put(self.rows, part.sha256, (meta, part.sha256))

    @write
    def adopt(self, meta: PartMeta, content: str) -> None:
        if meta.sha256 in self.rows:
            self._forget(content)
        else:
            self.journal.put(self.rows, meta.sha256, (meta, content))

    def about(self, digests: Collection[str]) -> dict[str, PartMeta]:
        return {name: self.rows[name][0] for name in digests if name in self.rows}

    def have(self, digests: Collection[str]) -> set[str]:
        return set(digests) & self.rows.keys()

    def piece(self, sha256: str, start: int) -> bytes | None:
        return self.kept(self.rows[sha256][1], start) if sha256 in self.rows else None

    @write
    def keep(self, content: str, pieces: Sequence[tuple[int, bytes]]) -> None:
        self._keep(content, pieces)

    def kept(self, content: str, start: int) -> bytes | None:
        return self.pieces.get(content, {}).get(start)

    def starts(self, content: str) -> list[int]:
        return sorted(self.pieces.get(content, {}))

    @write
    def forget(self, content: str) -> None:
        self._forget(content)

    @write
    def drop(self, digests: Collection[str]) -> None:
        for name in set(digests) & self.rows.keys():
            self._forget(self.rows[name][1])
            self.journal.drop(self.rows, name)

    def _keep(self, content: str, pieces: Sequence[tuple[int, bytes]]) -> None:
        if content not in self.pieces and pieces:
            self.journal.put(self.pieces, content, {})
        for start, piece in pieces:
            self.journal.put(self.pieces[content], start, piece)

    def _forget(self, content: str) -> None:
        if content in self.pieces:
            self.journal.drop(self.pieces, content)


class MemoryArrivals(Concern):
    name = "arrivals"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[tuple[str, str], Arrival] = {}

    def get(self, sender: str, digests: Collection[str]) -> dict[str, Arrival]:
        return {name: self.rows[sender, name] for name in digests if (sender, name) in self.rows}

    def senders(self) -> list[str]:
        return sorted({row.sender for row in self.rows.values() if row.fault is None})

    def of(self, sender: str, limit: int) -> list[Arrival]:
        found = [row for row in self.rows.values() if row.sender == sender and row.fault is None]
        return sorted(found, key=lambda row: (row.since, row.sha256))[:limit]

    @write
    def save(self, arrivals: Sequence[Arrival]) -> None:
        for row in arrivals:
            self.journal.put(self.rows, (row.sender, row.sha256), row)

    @write
    def drop(self, sender: str, digests: Collection[str]) -> None:
        for name in set(digests):
            if (sender, name) in self.rows:
                self.journal.drop(self.rows, (sender, name))


class MemoryWants(Concern):
    name = "wants"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[int, Want] = {}
        self._next = Count()

    @write
    def add(self, wants: Sequence[Want]) -> None:
        known = {(row.member, row.part, row.first) for row in self.rows.values()}
        for want in wants:
            if (want.member, want.part, want.first) not in known:
                row = replace(want, id=self._next())
                self.journal.put(self.rows, row.id, row)

    def members(self) -> list[str]:
        return sorted({row.member for row in self.rows.values()})

    def of(self, member: str, limit: int) -> list[Want]:
        return sorted((row for row in self.rows.values() if row.member == member), key=lambda row: row.id)[:limit]

    @write
    def shorten(self, want: Want, first: int) -> None:
        if want.id not in self.rows:
            return
        if first >= want.last:
            self.journal.drop(self.rows, want.id)
        else:
            self.journal.put(self.rows, want.id, replace(self.rows[want.id], first=first))

    @write
    def drop(self, members: Collection[str]) -> None:
        for number in [row.id for row in self.rows.values() if row.member in members]:
            self.journal.drop(self.rows, number)
