"""Opening the database, and the unit of work: one transaction over all ports, committed here and nowhere else."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, text

from hub.core.errors import Misconfigured
from hub.store.checkpoints import SqlCheckpoints
from hub.store.deliveries import SqlDeliveries
from hub.store.engine import asking, empty_log, open_engine, parse_url, translated
from hub.store.erasing import SqlErasing
from hub.store.fields import cipher_of
from hub.store.figures import SqlFigures
from hub.store.frames import SqlFrames
from hub.store.held import SqlHeld
from hub.store.leads import SqlLeads
from hub.store.ledger import SqlLedger, write_leaves
from hub.store.links import SqlLinks
from hub.store.looks import SqlLooks
from hub.store.matters import SqlMatters
from hub.store.messages import SqlMessages
from hub.store.migrate import migrate
from hub.store.node import create_node
from hub.store.notes import SqlNotes
from hub.store.numbers import SqlNumbers
from hub.store.outbox import SqlOutbox
from hub.store.outside import SqlOutsideOffices
from hub.store.papers import SqlEvents, SqlPapers
from hub.store.parts import SqlArrivals, SqlParts, SqlWants
from hub.store.peers import SqlPeers
from hub.store.quarantine import SqlQuarantine
from hub.store.recovery import SqlRecovery
from hub.store.requests import SqlRequests
from hub.store.retention import SqlRetention
from hub.store.saved import SqlSavedViews
from hub.store.streams import SqlStreams
from hub.store.subjects import SqlSubjects
from hub.store.tables import node
from hub.store.tree import SqlTree
from hub.store.trusts import SqlTrusts, TrustCache
from hub.store.units import SqlUnits
from hub.store.uploads import SqlUploads
from hub.store.users import SqlUsers
from hub.store.waiting import SqlWaiting
from hub.store.witness import SqlAlarms, SqlWitness
from hub.store.work import Recent, Work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from hub.flows.ports import (
        figures,
        held,
        log,
        looks,
        notes,
        office,
        outside,
        parts,
        people,
        records,
        recovery,
        relations,
        retention,
        saved,
        subjects,
        uploads,
        work,
    )
    from hub.flows.ports.fields import FieldCipher

__all__ = ["SqlStore", "SqlWork", "create_node", "migrate", "open_store"]

_NODE = select(node.c.member, node.c.incarnation).where(node.c.member == bindparam("own"))
# The outbox is looked at along its key: read as it lies, a flood's drafts that are gone would all be passed by.
_WAITING = text(
    "SELECT (SELECT id FROM outbox ORDER BY id LIMIT 1) IS NOT NULL, EXISTS (SELECT 1 FROM frames WHERE pending)"
    " OR EXISTS (SELECT 1 FROM deliveries WHERE status = 'pending') OR EXISTS (SELECT 1 FROM wants)"
)
_NOTIFY = text("SELECT pg_notify('hub_wake', '')")


class SqlWork:
    """``UnitOfWork`` over one open transaction."""

    def __init__(self, open_work: Work, cache: TrustCache) -> None:
        """Everything lives in the given transaction; nothing here commits."""
        self.member = open_work.member
        self.incarnation = open_work.incarnation
        self.trusts: records.Trusts = SqlTrusts(open_work, cache)
        self.outbox: records.Outbox = SqlOutbox(open_work)
        self.streams: records.Streams = SqlStreams(open_work)
        self.messages: records.Messages = SqlMessages(open_work)
        self.held: held.Held = SqlHeld(open_work)
        self.deliveries: records.Deliveries = SqlDeliveries(open_work)
        self.frames: records.Frames = SqlFrames(open_work)
        self.waiting: records.Waiting = SqlWaiting(open_work)
        self.parts: parts.Parts = SqlParts(open_work)
        self.arrivals: parts.Arrivals = SqlArrivals(open_work)
        self.wants: parts.Wants = SqlWants(open_work)
        self.matters: records.Matters = SqlMatters(open_work)
        self.notes: notes.Notes = SqlNotes(open_work)
        self.figures: figures.Figures = SqlFigures(open_work)
        self.ledger: log.Ledger = SqlLedger(open_work)
        self.tree: log.Tree = SqlTree(open_work)
        self.checkpoints: log.Checkpoints = SqlCheckpoints(open_work)
        self.witness: log.Witness = SqlWitness(open_work)
        self.alarms: log.Alarms = SqlAlarms(open_work)
        self.quarantine: records.Quarantine = SqlQuarantine(open_work)
        self.peers: records.Peers = SqlPeers(open_work)
        self.looks: looks.Looks = SqlLooks(open_work)
        self.requests: work.Requests = SqlRequests(open_work)
        self.users: people.Users = SqlUsers(open_work)
        self.papers: office.Papers = SqlPapers(open_work)
        self.uploads: uploads.Uploads = SqlUploads(open_work)
        self.events: office.Events = SqlEvents(open_work)
        self.numbers: office.Numbers = SqlNumbers(open_work)
        self.units: office.Units = SqlUnits(open_work)
        self.leads: office.Leads = SqlLeads(open_work)
        self.subjects: subjects.Subjects = SqlSubjects(open_work)
        self.saved: saved.SavedViews = SqlSavedViews(open_work)
        self.links: relations.Links = SqlLinks(open_work)
        self.outside: outside.OutsideOffices = SqlOutsideOffices(open_work)
        self.retention: retention.Retention = SqlRetention(open_work)
        self.erasing: retention.Erasing = SqlErasing(open_work)
        self.recovery: recovery.Recovery = SqlRecovery(open_work)


class SqlStore:
    """``Store`` over one database. Safe to share between threads; each transaction has a connection of its own."""

    def __init__(self, engine: Engine, member: str) -> None:
        """``member`` is the node's own id; the database must be made for it."""
        self.member = member
        self.rings = True
        """Whether others are woken by what is recorded here; a worker that does all of it itself wakes nobody.

        On PostgreSQL commits that wake somebody stand in line behind one another, whatever database they are for.
        """
        self._engine = engine
        self._fields = cipher_of(engine.dialect)
        self._readers = open_engine(engine.url, read_only=True, fields=self._fields)
        self._asking = asking(self._readers)
        self._cache = TrustCache()
        self._recent: Recent = {}
        self._incarnation: str | None = None
        self._moment = threading.local()

    @contextmanager
    def begin(self) -> Iterator[SqlWork]:
        """A writing transaction: durable when the block has been left, gone if it was left by an exception."""
        if self._fields is not None:
            self._fields.refresh()
        with translated(), self._engine.begin() as connection:
            life, dialect = self._own_incarnation(connection), connection.dialect.name
            open_work = Work(connection, self.member, life, dialect, recent=self._recent)
            yield SqlWork(open_work, self._cache)
            if self.rings and open_work.wake and open_work.postgres:
                open_work.run(_NOTIFY)
            write_leaves(open_work, open_work.leaves)
        if open_work.scrub:
            empty_log(self._engine)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that cannot write, for read models."""
        known: Connection | None = getattr(self._moment, "connection", None)
        if known is not None:
            yield known
            return
        if self._fields is not None:
            self._fields.refresh()
        with translated(), self._readers.connect() as connection:
            yield connection

    @contextmanager
    def moment(self) -> Iterator[None]:
        """One transaction for everything this thread reads within: each of its own costs four more trips."""
        with self.read() as connection:
            self._moment.connection = connection
            try:
                yield
            finally:
                self._moment.connection = None

    def waiting(self) -> frozenset[str]:
        """Arrows that have something to do."""
        with translated(), self._asking.connect() as connection:
            sealing, relaying = connection.execute(_WAITING).one()
        return frozenset(name for name, found in (("seal", sealing), ("relay", relaying)) if found)

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()
        self._readers.dispose()

    def _own_incarnation(self, connection: Connection) -> str:
        """Constant while the process lives: a new one begins with a restore, and that with a restart."""
        if self._incarnation is None:
            found = connection.execute(_NODE, {"own": self.member}).first()
            if found is None:
                raise Misconfigured(f"数据库中没有本节点 {self.member} 的登记", field="member")
            self._incarnation = str(found.incarnation)
        return self._incarnation


def open_store(url: str, member: str, fields: FieldCipher | None = None) -> SqlStore:
    """The store at ``url``; connects when first used.

    ``fields`` protects what is sealed at rest; None keeps it plain, for tools and tests without anybody's data.
    """
    return SqlStore(open_engine(parse_url(url), fields=fields), member)
