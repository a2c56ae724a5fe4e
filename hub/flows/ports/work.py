"""The unit of work: one transaction over all records, and the people who may use the node."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from hub.flows.ports.notes import Notes
from hub.flows.ports.office import Events, Leads, Numbers, Papers, Units
from hub.flows.ports.records import (
    Deliveries,
    Frames,
    Ledger,
    Matters,
    Messages,
    Outbox,
    Parts,
    Peers,
    Quarantine,
    Streams,
    Trusts,
    Waiting,
)
from hub.flows.rows import User


class Requests(Protocol):
    """Idempotency keys of API users."""

    def find(self, user: str, key: str) -> tuple[str, str] | None:
        """(request hash, document) recorded for this key."""
        ...

    def put(self, user: str, key: str, request: str, document: str, at: datetime) -> None: ...


class Users(Protocol):
    """People and programs with access."""

    def by_token(self, token_hash: str) -> User | None: ...
    def put(self, user: User) -> None: ...
    def all(self) -> list[User]: ...
    def add_link(self, link_hash: str, user: str, expires: datetime) -> None:
        """A one-time sign-in link."""
        ...

    def use_link(self, link_hash: str, now: datetime) -> str | None:
        """Burn the link and return its user; None if unknown, used or expired."""
        ...

    def add_session(self, session_hash: str, user: str, expires: datetime) -> None: ...
    def by_session(self, session_hash: str, now: datetime) -> User | None: ...
    def end_session(self, session_hash: str) -> None: ...


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
    deliveries: Deliveries
    frames: Frames
    waiting: Waiting
    parts: Parts
    matters: Matters
    notes: Notes
    ledger: Ledger
    quarantine: Quarantine
    peers: Peers
    requests: Requests
    users: Users
    papers: Papers
    events: Events
    numbers: Numbers
    units: Units
    leads: Leads


class Store(Protocol):
    """Opens transactions; ``begin`` raises ``DatabaseAway`` when the database does not answer.

    Serialisation failures are ``DatabaseAway`` too: run the whole flow call again, it depends on nothing but the
    database and its arguments.
    """

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """A writing transaction; durable when the block has been left (fsync)."""
        ...
