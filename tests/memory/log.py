"""The tree of the audit log, checkpoints, what was witnessed, and alarms in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from hub.core.audit import Logged
from hub.core.merkle import Place
from hub.flows.ports.log import Alarm, CheckpointRow, Cosigner, Round, Witnessed
from hub.store.witness import KEEP
from tests.memory.books import MemoryLedger
from tests.memory.journal import Concern, Count, Journal, write


class MemoryTree(Concern):
    name = "tree"

    def __init__(self, journal: Journal, ledger: MemoryLedger) -> None:
        super().__init__(journal)
        self.ledger = ledger
        self.nodes: dict[Place, bytes] = {}
        self.rounds: dict[str, Round] = {}
        self.grown: dict[str, int] = {}

    def size(self) -> int:
        return self.grown.get("grown", 0)

    def read(self, places: Collection[Place]) -> dict[Place, bytes]:
        leaves = self.ledger.leaves
        found = {(0, n): bytes.fromhex(leaves[n].hash) for level, n in places if level == 0 and n < len(leaves)}
        return found | {place: self.nodes[place] for place in places if place in self.nodes}

    def hashes(self, first: int, end: int) -> dict[int, bytes]:
        return {one.position: bytes.fromhex(one.hash) for one in self.leaves(first, end)}

    @write
    def add(self, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        self._keep(nodes)

    @write
    def grow(self, old: int, new: int, nodes: Sequence[tuple[int, int, bytes]]) -> bool:
        if self.size() != old:
            return False
        self.journal.put(self.grown, "grown", new)
        self._keep(nodes)
        return True

    def _keep(self, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        for level, index, one in nodes:
            if (level, index) not in self.nodes:
                self.journal.put(self.nodes, (level, index), one)

    def leaves(self, first: int, end: int) -> list[Logged]:
        found = self.ledger.leaves[first:end]
        return [Logged(first + n, one.hash, one) for n, one in enumerate(found)]

    def has_news(self, first: int, end: int, quiet: Collection[str]) -> bool:
        return any(one.type not in quiet for one in self.ledger.leaves[first:end])

    def round(self, name: str) -> Round | None:
        return self.rounds.get(name)

    @write
    def save_round(self, one: Round) -> None:
        self.journal.put(self.rounds, one.name, one)


class MemoryCheckpoints(Concern):
    name = "checkpoints"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[str, list[CheckpointRow]] = {}
        self.peers: dict[tuple[str, str], Cosigner] = {}

    def newest(self, origin: str) -> CheckpointRow | None:
        return next(iter(self.rows.get(origin, [])[-1:]), None)

    @write
    def add(self, row: CheckpointRow) -> None:
        known = self.rows.get(row.origin, [])
        assert not known or known[-1].size < row.size, "a checkpoint is larger than the one before it"
        self.journal.put(self.rows, row.origin, [*known[-9:], row])

    def cosigners(self, members: Collection[str], origin: str) -> dict[str, Cosigner]:
        return {member: self.peers.get((member, origin)) or Cosigner(member, origin) for member in members}

    @write
    def save(self, cosigners: Sequence[Cosigner]) -> None:
        for one in cosigners:
            self.journal.put(self.peers, (one.member, one.origin), one)


class MemoryWitness(Concern):
    name = "witness"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[str, tuple[Witnessed, ...]] = {}
        """By log, the largest last."""

    def held(self, origin: str) -> Witnessed | None:
        return next(iter(self.rows.get(origin, ())[-1:]), None)

    def at(self, origin: str, size: int) -> Witnessed | None:
        return next((row for row in self.rows.get(origin, ()) if row.size == size), None)

    @write
    def advance(self, old: int, row: Witnessed) -> bool:
        held = self.held(row.origin)
        if (held.size if held else 0) != old or row.size <= old:
            return False
        kept = tuple(one for one in self.rows.get(row.origin, ()) if one.at >= row.at - KEEP)
        self.journal.put(self.rows, row.origin, (*kept, row))
        return True

    @write
    def join(self, row: Witnessed) -> None:
        joined = tuple(replace(one, note=row.note) if one.size == row.size else one for one in self.rows[row.origin])
        self.journal.put(self.rows, row.origin, joined)

    def last_of(self, member: str) -> Witnessed | None:
        found = [rows[-1] for rows in self.rows.values() if rows[-1].member == member]
        return max(found, key=lambda row: row.origin, default=None)

    def latest(self, limit: int) -> list[Witnessed]:
        newest = [rows[-1] for rows in self.rows.values()]
        by_origin = sorted(newest, key=lambda row: row.origin)
        return sorted(by_origin, key=lambda row: row.at, reverse=True)[:limit]


class MemoryAlarms(Concern):
    name = "alarms"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[tuple[str, str, str], Alarm] = {}
        self._next = Count()

    @write
    def add(self, alarms: Sequence[Alarm]) -> int:
        new = {(one.member, one.kind, one.place): one for one in reversed(alarms)}
        fresh = [key for key in reversed(new) if key not in self.rows]
        for key in fresh:
            self.journal.put(self.rows, key, replace(new[key], id=self._next()))
        return len(fresh)

    def open(self, member: str) -> list[Alarm]:
        found = [one for one in self.rows.values() if one.member == member and one.settled_at is None]
        return sorted(found, key=lambda one: one.id)

    @write
    def settle(self, number: int, at: datetime) -> bool:
        for key, one in self.rows.items():
            if one.id == number and one.settled_at is None:
                self.journal.put(self.rows, key, replace(one, settled_at=at))
                return True
        return False
