"""The store itself: one unit of work over all concerns, crash points, and what must always hold."""

from __future__ import annotations

from collections.abc import Callable, Collection
from copy import copy
from typing import Any

from hub.core.errors import DatabaseAway
from hub.core.streams import StreamId
from hub.core.trust import Trust
from tests.memory.books import (
    MemoryFigures,
    MemoryLedger,
    MemoryMatters,
    MemoryNotes,
    MemoryPeers,
    MemoryQuarantine,
    MemoryRequests,
)
from tests.memory.finding import MemorySavedViews, MemorySubjects
from tests.memory.held import MemoryHeld
from tests.memory.invariants import check
from tests.memory.journal import Concern, Count, Journal
from tests.memory.log import MemoryAlarms, MemoryCheckpoints, MemoryTree, MemoryWitness
from tests.memory.looks import MemoryLooks
from tests.memory.office import MemoryEvents, MemoryLeads, MemoryNumbers, MemoryPapers, MemoryUnits, MemoryUploads
from tests.memory.outside import MemoryLinks, MemoryOutside
from tests.memory.parts import MemoryArrivals, MemoryParts, MemoryWants
from tests.memory.people import MemoryUsers
from tests.memory.progress import MemoryDeliveries, MemoryFrames, MemoryWaiting
from tests.memory.recovery import MemoryRecovery
from tests.memory.retention import MemoryErasing, MemoryRetention
from tests.memory.sending import MemoryMessages, MemoryOutbox, MemoryStreams, MemoryTrusts


class MemoryUnitOfWork:
    """All ports over one journal. One object serves every transaction; only tests read it outside of one."""

    def __init__(self, member: str, incarnation: str, trust: Trust | None, journal: Journal) -> None:
        self.member = member
        self.incarnation = incarnation
        self.trusts = MemoryTrusts(journal, trust)
        self.outbox = MemoryOutbox(journal)
        self.streams = MemoryStreams(journal, incarnation)
        self.deliveries = MemoryDeliveries(journal)
        self.messages = MemoryMessages(journal, member, self.deliveries)
        self.deliveries.messages = self.messages
        self.frames = MemoryFrames(journal)
        self.waiting = MemoryWaiting(journal)
        self.parts = MemoryParts(journal)
        self.arrivals = MemoryArrivals(journal)
        self.wants = MemoryWants(journal)
        self.matters = MemoryMatters(journal)
        self.notes = MemoryNotes(journal)
        self.figures = MemoryFigures(journal, self.matters)
        self.ledger = MemoryLedger(journal)
        self.tree = MemoryTree(journal, self.ledger)
        self.checkpoints = MemoryCheckpoints(journal)
        self.witness = MemoryWitness(journal)
        self.alarms = MemoryAlarms(journal)
        self.quarantine = MemoryQuarantine(journal)
        self.peers = MemoryPeers(journal)
        self.looks = MemoryLooks(journal)
        self.requests = MemoryRequests(journal)
        self.users = MemoryUsers(journal)
        self.papers = MemoryPapers(journal)
        self.uploads = MemoryUploads(journal)
        self.events = MemoryEvents(journal)
        self.numbers = MemoryNumbers(journal)
        self.units = MemoryUnits(journal)
        self.subjects = MemorySubjects(journal, self.messages)
        self.saved = MemorySavedViews(journal)
        self.held = MemoryHeld(journal, self.messages, self.deliveries, self.subjects)
        self.leads = MemoryLeads(journal)
        self.links = MemoryLinks(journal, self.messages)
        self.outside = MemoryOutside(journal)
        self.erasing = MemoryErasing(journal, self)
        self.retention = MemoryRetention(journal, self.erasing, self.matters)
        self.recovery = MemoryRecovery(journal)

    def concerns(self) -> list[Concern]:
        return [port for port in vars(self).values() if isinstance(port, Concern)]

    def copy(self) -> MemoryUnitOfWork:
        """The same rows in tables of their own (rows themselves never change)."""
        other = copy(self)
        twins = {port: copy(port) for port in self.concerns()}
        for holder in (other, *twins.values()):
            for name, value in vars(holder).items():
                setattr(holder, name, twins[value] if isinstance(value, Concern) else _copied(value))
        return other


class MemoryStore:
    """``hub.flows.ports.Store`` in memory, one transaction at a time.

    ``fail_at`` is called with ``"<port>.<method>:before"`` and ``":after"`` around every write, ``"commit:before"`` and
    ``"commit:after"``. What it raises (see :class:`tests.memory.journal.Crash`) rolls back, except at ``commit:after``:
    there the caller sees a failure of what is persisted. ``away``: the database does not answer. ``rows`` shows every
    table to a test.
    """

    def __init__(self, member: str, incarnation: str, trust: Trust | None = None) -> None:
        self._journal = Journal()
        self.rows = MemoryUnitOfWork(member, incarnation, trust, self._journal)
        self.away = False

    @property
    def fail_at(self) -> Callable[[str], None] | None:
        return self._journal.fail_at

    @fail_at.setter
    def fail_at(self, hook: Callable[[str], None] | None) -> None:
        self._journal.fail_at = hook

    def begin(self) -> MemoryTransaction:
        if self.away:
            raise DatabaseAway
        return MemoryTransaction(self.rows, self._journal)

    def waiting(self) -> frozenset[str]:
        if self.away:
            raise DatabaseAway
        rows = self.rows
        queues = (*rows.frames.waiting.values(), *rows.deliveries.waiting.values(), rows.wants.rows)
        found = {"seal": bool(rows.outbox.rows), "relay": any(queues)}
        return frozenset(name for name, waits in found.items() if waits)

    def check(self, *, skipped: Collection[tuple[StreamId, int]] = ()) -> None:
        """Assert the invariants over everything stored; ``skipped`` names numbers withheld by their sender."""
        assert not self._journal.active, "a transaction is open"
        check(self.rows, frozenset(skipped))

    def backup(self) -> MemoryUnitOfWork:
        """A copy of all rows as they are now."""
        assert not self._journal.active, "a transaction is open"
        return self.rows.copy()

    def restore(self, backup: MemoryUnitOfWork, incarnation: str) -> None:
        """Go back to ``backup`` (which is used up) and live on in a new incarnation, as I7 demands after a restore."""
        assert not self._journal.active, "a transaction is open"
        backup.incarnation = backup.streams.incarnation = incarnation
        self.rows = backup


class MemoryTransaction:
    """The ``with`` block: leaving it normally commits."""

    def __init__(self, rows: MemoryUnitOfWork, journal: Journal) -> None:
        self._rows = rows
        self._journal = journal

    def __enter__(self) -> MemoryUnitOfWork:
        self._journal.begin()
        return self._rows

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None:
            self._journal.rollback()
            return
        try:
            self._rows.ledger.settle()
            self._journal.reach("commit:before")
        except BaseException:
            self._journal.rollback()
            raise
        self._journal.commit()
        self._journal.reach("commit:after")


def _copied(value: Any) -> Any:
    """Tables and indexes anew, what is in them as it is."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return value[:]
    return copy(value) if isinstance(value, Count) else value
