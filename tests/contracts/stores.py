"""The stores behind one handle, so that the contract suite can treat them alike."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import text

from hub.core.envelope import decode
from hub.core.trust import Trust
from hub.flows.ports import UnitOfWork
from hub.store.session import create_node, open_store
from tests.builders import NOW, YULIN, incarnation
from tests.builders_fields import FIELDS
from tests.fakes_store import MemoryStore


class Backend(Protocol):
    """The store of 玉林's node, and a look at what no port shows."""

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction."""
        ...

    def waiting(self) -> frozenset[str]:
        """Arrows that have something to do."""
        ...

    def reopen(self) -> None:
        """Start the process again on what is durable."""
        ...

    def positions(self) -> list[tuple[int, str]]:
        """(position, subject) of every leaf, ascending."""
        ...

    def quarantined(self) -> dict[str, int]:
        """Digest -> how often these bytes came."""
        ...

    def close(self) -> None:
        """End of the test."""
        ...


class MemoryBackend:
    """Its durability is that of the process: reopening changes nothing."""

    def __init__(self, trust: Trust | None) -> None:
        self.store = MemoryStore(YULIN, incarnation(), trust)

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        return self.store.begin()

    def waiting(self) -> frozenset[str]:
        return self.store.waiting()

    def reopen(self) -> None:
        pass

    def positions(self) -> list[tuple[int, str]]:
        return [(place, leaf.subject) for place, leaf in enumerate(self.store.rows.ledger.leaves)]

    def quarantined(self) -> dict[str, int]:
        return {row.sha256: row.times for row in self.store.rows.quarantine.rows.values()}

    def close(self) -> None:
        pass


class SqlBackend:
    """A database that the migrations have built; ``trust`` None: nobody has made a node of it."""

    def __init__(self, url: str, trust: Trust | None) -> None:
        if trust is not None:
            create_node(
                url,
                member=YULIN,
                incarnation=incarnation(),
                fingerprint=decode(trust.root_raw).hash,
                root_raw=trust.root_raw,
                roster_raw=trust.roster_raw,
                agreement_raw=trust.agreement_raw,
                now=NOW,
            )
        self.url = url
        self.store = open_store(url, YULIN, FIELDS)

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        return self.store.begin()

    def waiting(self) -> frozenset[str]:
        return self.store.waiting()

    def reopen(self) -> None:
        self.store.close()
        self.store = open_store(self.url, YULIN, FIELDS)

    def positions(self) -> list[tuple[int, str]]:
        with self.store.read() as view:
            found = view.execute(text("SELECT position, subject FROM leaves ORDER BY position"))
            return [(place, subject) for place, subject in found]

    def quarantined(self) -> dict[str, int]:
        with self.store.read() as view:
            return {row.sha256: row.times for row in view.execute(text("SELECT sha256, times FROM quarantine"))}

    def close(self) -> None:
        self.store.close()


Opener = Callable[[Trust | None], Backend]
