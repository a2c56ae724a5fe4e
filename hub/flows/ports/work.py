"""The unit of work: one transaction over all records."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from hub.flows.ports.figures import Figures
from hub.flows.ports.held import Held
from hub.flows.ports.log import Alarms, Checkpoints, Ledger, Tree, Witness
from hub.flows.ports.looks import Looks
from hub.flows.ports.notes import Notes
from hub.flows.ports.office import Events, Leads, Numbers, Papers, Units
from hub.flows.ports.outside import OutsideOffices
from hub.flows.ports.parts import Arrivals, Parts, Wants
from hub.flows.ports.people import Users
from hub.flows.ports.records import (
    Deliveries,
    Frames,
    Matters,
    Messages,
    Outbox,
    Peers,
    Quarantine,
    Streams,
    Trusts,
    Waiting,
)
from hub.flows.ports.recovery import Recovery
from hub.flows.ports.relations import Links
from hub.flows.ports.retention import Erasing, Retention
from hub.flows.ports.saved import SavedViews
from hub.flows.ports.subjects import Subjects
from hub.flows.ports.uploads import Uploads


class Requests(Protocol):
    """Idempotency keys of API users."""

    def find(self, user: str, key: str) -> tuple[str, str] | None:
        """(request hash, document) recorded for this key."""
        ...

    def put(self, user: str, key: str, request: str, document: str, at: datetime) -> None: ...


class UnitOfWork(Protocol):
    """One transaction.

    Leaving the ``with`` block normally commits, an exception rolls everything back; nobody else commits.
    """

    member: str
    incarnation: str
    trusts: Trusts
    outbox: Outbox
    streams: Streams
    messages: Messages
    held: Held
    deliveries: Deliveries
    frames: Frames
    waiting: Waiting
    parts: Parts
    arrivals: Arrivals
    wants: Wants
    matters: Matters
    notes: Notes
    figures: Figures
    ledger: Ledger
    tree: Tree
    checkpoints: Checkpoints
    witness: Witness
    alarms: Alarms
    quarantine: Quarantine
    peers: Peers
    looks: Looks
    requests: Requests
    users: Users
    papers: Papers
    uploads: Uploads
    events: Events
    numbers: Numbers
    units: Units
    leads: Leads
    subjects: Subjects
    saved: SavedViews
    links: Links
    outside: OutsideOffices
    retention: Retention
    erasing: Erasing
    recovery: Recovery


class Store(Protocol):
    """Opens transactions; ``begin`` raises ``DatabaseAway`` when the database does not answer.

    Serialisation failures are ``DatabaseAway`` too: run the whole flow call again, it depends on nothing but the
    database and its arguments.
    """

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """A writing transaction; durable when the block has been left (fsync)."""
        ...

    def waiting(self) -> frozenset[str]:
        """Arrows that have something to do, by one question outside any transaction: ``seal``, ``relay``."""
        ...
