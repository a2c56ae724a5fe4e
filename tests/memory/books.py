"""Matters, audit log, quarantine, peers and requests in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice, takewhile

from hub.core.audit import Leaf
from hub.core.docket import STANDING
from hub.core.families import FAMILIES
from hub.core.ids import ALL
from hub.core.recount import Note, Recount
from hub.core.trust import Trust
from hub.flows.rows import MatterRow, Peer, Quarantined
from tests.memory.journal import Concern, Count, Journal, write

OPEN = frozenset({"waiting", "running"})


class MemoryMatters(Concern):
    name = "matters"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[str, MatterRow] = {}
        self.reminders: list[tuple[datetime, str]] = []
        self.open: list[str] = []
        self.stages: dict[tuple[str, str], datetime] = {}
        self.uncounted: dict[str, bool] = {}

    def get(self, ids: Collection[str]) -> dict[str, MatterRow]:
        return {matter: self.rows[matter] for matter in ids if matter in self.rows}

    @write
    def save(self, rows: Sequence[MatterRow]) -> None:
        for row in rows:
            self._save(row)

    @write
    def redate(self, rows: Sequence[MatterRow]) -> None:
        for row in rows:
            if row.id in self.rows:
                self._save(replace(row, **{name: getattr(self.rows[row.id], name) for name in STANDING}))

    def _save(self, row: MatterRow) -> None:
        self._unindex(self.rows.get(row.id))
        self._put(row)
        self.journal.put(self.uncounted, row.id, True)

    def _put(self, row: MatterRow) -> None:
        self.journal.put(self.rows, row.id, row)
        if row.remind_at is not None:
            self.journal.insert(self.reminders, (row.remind_at, row.id))
        if row.clock in OPEN:
            self.journal.insert(self.open, row.id)

    def _unindex(self, row: MatterRow | None) -> None:
        if row is None:
            return
        if row.remind_at is not None:
            self.journal.remove(self.reminders, (row.remind_at, row.id))
        if row.clock in OPEN:
            self.journal.remove(self.open, row.id)

    def to_remind(self, now: datetime, limit: int) -> list[MatterRow]:
        due = takewhile(lambda item: item[0] <= now, self.reminders)
        return [self.rows[matter] for _, matter in islice(due, limit)]

    def open_ids(self, limit: int, after: str = "") -> list[str]:
        return list(islice((matter for matter in self.open if matter > after), limit))

    def broadcasts(self, opener: str) -> list[str]:
        ours = [row for row in self.rows.values() if (row.opener, row.other) == (opener, ALL)]
        return [row.id for row in ours if row.state not in FAMILIES[row.family].closed]

    @write
    def look_again(self, moments: Sequence[tuple[str, datetime | None]]) -> None:
        for matter, at in moments:
            row = self.rows.get(matter)
            if row is not None:
                self._unindex(row)
                self._put(replace(row, remind_at=at))

    @write
    def claim_stages(self, stages: Collection[tuple[str, str]], at: datetime) -> set[tuple[str, str]]:
        fresh = set(stages) - self.stages.keys()
        for stage in fresh:
            self.journal.put(self.stages, stage, at)
        return fresh


class MemoryFigures(Concern):
    """Nothing reads figures in memory: it knows which matters are counted, not what they add."""

    name = "figures"

    def __init__(self, journal: Journal, matters: MemoryMatters) -> None:
        super().__init__(journal)
        self.matters = matters

    @write
    def count(self, trust: Trust, limit: int) -> int:
        waiting = sorted(self.matters.uncounted)[:limit]
        for matter in waiting:
            self.journal.drop(self.matters.uncounted, matter)
        return len(waiting)

    @write
    def count_again(self, since: datetime) -> None:
        for row in self.matters.rows.values():
            if row.updated_at >= since:
                self.journal.put(self.matters.uncounted, row.id, True)


class MemoryNotes(Concern):
    name = "notes"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: list[Note] = []
        self.left: dict[str, Recount] = {}

    @write
    def add(self, notes: Sequence[Note]) -> None:
        for note in notes:
            self.journal.append(self.rows, note)

    def of(self, matter: str) -> list[Note]:
        return [note for note in self.rows if note.matter == matter]

    @write
    def begin_recount(self, was: int) -> None:
        known = self.left.get("open")
        self.journal.put(self.left, "open", Recount(known.was if known else was, ""))

    def recount(self) -> Recount | None:
        return self.left.get("open")

    @write
    def recounted(self, after: str | None) -> None:
        known = self.left.get("open")
        if known is not None and after is not None:
            self.journal.put(self.left, "open", replace(known, after=after))
        elif known is not None:
            self.journal.drop(self.left, "open")


class MemoryLedger(Concern):
    name = "ledger"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.leaves: list[Leaf] = []
        """The index is the position."""
        self.new: dict[int, Leaf] = {}
        """Of the open transaction."""
        self.emptied: dict[str, bool] = {}

    @write
    def add(self, leaves: Sequence[Leaf]) -> None:
        for leaf in leaves:
            self.journal.put(self.new, len(self.new), leaf)

    def settle(self) -> None:
        """The transaction ends: what it added stands in the log."""
        for place, leaf in list(self.new.items()):
            self.journal.append(self.leaves, leaf)
            self.journal.drop(self.new, place)

    def size(self) -> int:
        return len(self.leaves)


class MemoryQuarantine(Concern):
    name = "quarantine"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[str, Quarantined] = {}
        self._next = Count()

    @write
    def add(self, items: Sequence[Quarantined]) -> None:
        for item in items:
            known = self.rows.get(item.sha256)
            row = replace(known, times=known.times + item.times) if known else replace(item, id=self._next())
            self.journal.put(self.rows, row.sha256, row)


class MemoryPeers(Concern):
    name = "peers"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[str, Peer] = {}

    def get(self, members: Collection[str]) -> dict[str, Peer]:
        return {member: self.rows.get(member) or Peer(member) for member in members}

    @write
    def save(self, peers: Sequence[Peer]) -> None:
        for peer in peers:
            self.journal.put(self.rows, peer.member, peer)


class MemoryRequests(Concern):
    name = "requests"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[tuple[str, str], tuple[str, str]] = {}

    def find(self, user: str, key: str) -> tuple[str, str] | None:
        return self.rows.get((user, key))

    @write
    def put(self, user: str, key: str, request: str, document: str, at: datetime) -> None:
        assert (user, key) not in self.rows, "a key is used once"
        self.journal.put(self.rows, (user, key), (request, document))
