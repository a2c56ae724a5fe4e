"""A node to which bytes are handed as the pipe would, and peers that can sign anything."""

from __future__ import annotations

from random import Random  # noqa: TID251  a seeded network; nothing here is left to chance
from typing import Any

from hub.core.envelope import RECEIPTS
from hub.flows.ports import Incoming
from hub.flows.rows import Frame, Verdict
from hub.worker import Worker
from tests.builders import (
    BEIHAI,
    JOINT,
    YULIN,
    Clock,
    Federation,
    federation,
    hash_of,
    ids,
    incarnation,
    keys_for,
    salts,
    thread,
    uuid,
)
from tests.core.badinput import GOOD_BODY, message
from tests.fakes_store import MemoryStore
from tests.fakes_transport import MemoryNetwork


class Desk:
    """One office's intake; ``counts`` is everything a delivery may change."""

    def __init__(self, member: str = BEIHAI, fed: Federation | None = None, clock: Clock | None = None) -> None:
        self.member = member
        self.federation = fed or federation()
        self.clock = clock or Clock()
        self.store = MemoryStore(member, incarnation(50), self.federation.trust)
        self.network = MemoryNetwork(Random(1))
        self.transport = self.network.transport(member)
        self._tags = 0
        self._ids, self._salts = ids(), salts()
        self.restart()

    @property
    def rows(self) -> Any:
        return self.store.rows

    def restart(self) -> None:
        self.worker = Worker(self.store, self.transport, keys_for(self.member), self.clock, self._ids, self._salts)

    def incoming(self, *raws: bytes, channel: str = "amqp", claimed: str | None = None) -> list[Incoming]:
        """These bytes as the pipe hands them out."""
        deliveries = []
        for raw in raws:
            self._tags += 1
            deliveries.append(Incoming(str(self._tags), raw, channel, claimed))
        return deliveries

    def hand(self, *raws: bytes, channel: str = "amqp", claimed: str | None = None) -> list[Verdict]:
        """Deliver; the invariants of the store hold afterwards."""
        verdicts = self.worker.record(self.incoming(*raws, channel=channel, claimed=claimed))
        self.store.check()
        return verdicts

    def receipts(self) -> list[Frame]:
        """Receipts to the senders themselves, without the joint-meeting office's copies."""
        return [frame for frame in self.rows.frames.rows.values() if frame.type == RECEIPTS and frame.audience != JOINT]

    def counts(self) -> dict[str, int]:
        rows = self.rows
        return {
            "messages": len(rows.messages.rows),
            "matters": len(rows.matters.rows),
            "parked": len(rows.waiting.rows),
            "quarantined": len(rows.quarantine.rows),
            "leaves": len(rows.ledger.leaves),
            "receipts": len(self.receipts()),
            "streams": len(rows.streams.received),
            "parts": len(rows.parts.rows),
        }

    def change(self, *raws: bytes, **how: Any) -> tuple[list[Verdict], dict[str, int]]:
        """The verdicts and what they changed, by name."""
        before = self.counts()
        verdicts = self.hand(*raws, **how)
        after = self.counts()
        return verdicts, {name: after[name] - before[name] for name in after if after[name] != before[name]}


def series(length: int, **fields: Any) -> list[bytes]:
    """``length`` good messages of one stream from 玉林 to 北海, chained."""
    made: list[bytes] = []
    for seq in range(1, length + 1):
        prev = hash_of(made[-1]) if made else None
        made.append(message(seq=seq, prev=prev, document=uuid(1000 + seq), matter=thread(2000 + seq), **fields))
    return made


__all__ = ["BEIHAI", "GOOD_BODY", "JOINT", "YULIN", "Desk", "series"]
