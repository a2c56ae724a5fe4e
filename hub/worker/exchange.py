"""Documents and control frames from the outbox to the wire and from the wire into the records (DESIGN D1).

What is published was committed before, and nobody waits for the pipe's word on it: one batch may be under way while the
next is made or what came in is recorded. The word is noted with whatever is recorded next once it is known, or by
itself when nothing is; until then nothing more is collected, for what is under way would be collected once more. A
crash in between publishes again, and the addressee drops the duplicate (decision 21).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.core import envelope as wire
from hub.core.delivery import Bucket
from hub.flows.fetch import fetch
from hub.flows.intake import release, take_in
from hub.flows.ports import Incoming, Posted, SentStatus, UnitOfWork
from hub.flows.relay import Load, collect, collect_frames, collect_messages, refused_by_pipe, settle, wanted
from hub.flows.rows import Verdict
from hub.flows.seal import seal
from hub.flows.sync import take_frames
from hub.worker.hands import Hands

REST = timedelta(seconds=5)
"""How long a member is left alone after the pipe returned something for it."""
MOST_BYTES = 8 * 2**20
"""Bytes of deliveries recorded in one transaction: memory stays small while large attachments arrive."""
PATIENCE = 60.0
"""Seconds within which every pipe has given up what it does not get rid of."""
SKIPPING = ("withheld", "base")
"""Frames after which a stream may go on past slots that stay empty."""
_FILES = (wire.ROOT, wire.ROSTER, wire.AGREEMENT, wire.BASE)


@dataclass
class UnderWay:
    """What was handed to the pipe, and what its word on it has led to."""

    loads: list[Load]
    posted: Posted
    noted: int | None = None
    """How many were confirmed, once that is written down in the transaction under way."""


@dataclass
class Exchange(Hands):
    """The steps that carry."""

    quotas: dict[str, Bucket] = field(default_factory=dict)
    resting: dict[str, datetime] = field(default_factory=dict)
    untold: list[Incoming] = field(default_factory=list)
    """Deliveries taken from the pipe whose recording failed for want of the database."""
    under_way: UnderWay | None = None
    """What the pipe has been handed, as long as its word is not noted."""
    relayed: int = 0
    """How many things the pipe has confirmed, as far as that is noted."""

    def send_once(self, waiting: Collection[str]) -> int:
        """Recorded → signed → on the wire, as far as it is ``waiting``: one transaction, published after its commit.

        Returns how many were signed; what the pipe takes is counted once it says so.
        """
        with self._begin() as uow:
            sealed = self._seal(uow) if "seal" in waiting else 0
            loads: list[Load] = []
            if "relay" in waiting:
                loads = self._collect(uow)
            elif sealed and "relay" in self.arrows:
                loads = self._collect(uow, messages=True)
        self._publish(loads)
        return sealed

    def seal_once(self) -> int:
        """Recorded → signed."""
        with self._begin() as uow:
            return self._seal(uow)

    def relay_once(self) -> int:
        """Signed → on the wire; waits for the pipe, and returns how many it took."""
        self.settle_once(PATIENCE)
        before = self.relayed
        with self._begin() as uow:
            loads = self._collect(uow)
        self._publish(loads)
        self.settle_once(PATIENCE)
        return self.relayed - before

    def receive_once(self, wait: float = 0.0, *, answer: bool = False) -> int:
        """Deliveries → recorded facts; ``answer``: and their receipts on the wire. The pipe forgets them after that."""
        deliveries = self.untold or self.transport.receive(self.batch, wait)
        if not deliveries:
            return 0
        self.untold = list(deliveries)
        self.record(deliveries, answer=answer)
        self.untold = []
        self.transport.ack([one.tag for one in deliveries])
        return len(deliveries)

    def record(self, deliveries: list[Incoming], *, answer: bool = False) -> list[Verdict]:
        """Take in messages and control frames; one verdict per delivery, in order. Safe to repeat.

        ``answer``: the receipts go out at once. Else, and if the pipe does not confirm them, the relay sends them.
        """
        verdicts: dict[str, Verdict] = {}
        for step, some in [(step, lot) for step, alike in _sorted(deliveries) for lot in _lots(alike)]:
            with self._begin() as uow:
                keys, now = self.using(uow), self.clock()
                made = step(uow, some, keys=keys, now=now, salt=self.salt, quotas=self.quotas)
                if any(one.code == "parts" or one.outcome == "part" for one in made):
                    fetch(uow, keys=keys, now=now, salt=self.salt)
                loads = self._answers(uow) if answer and step is take_in else []
            self._publish(loads)
            verdicts.update(zip((one.tag for one in some), made, strict=True))
            if any(one.outcome == "frame" and one.reason in SKIPPING for one in made):
                with self._begin() as uow:
                    release(uow, keys=self.using(uow), now=self.clock(), salt=self.salt, reasons=("gap",))
        return [verdicts[one.tag] for one in deliveries]

    def settle_once(self, wait: float = 0.0) -> None:
        """Note what the pipe said, if it is known within ``wait`` seconds and nothing recorded since took it along."""
        if self.under_way and self.under_way.posted.known(wait):
            with self._begin():
                pass

    @contextmanager
    def _begin(self) -> Iterator[UnitOfWork]:
        """A transaction that first notes what the pipe said."""
        if self.under_way:
            self.under_way.noted = None
        with self.store.begin() as uow:
            self._note(uow)
            yield uow
        if self.under_way and self.under_way.noted is not None:
            self.relayed += self.under_way.noted
            self.under_way = None

    def _note(self, uow: UnitOfWork) -> bool:
        """Write down the pipe's word if it is known; whether nothing is under way any more."""
        now, batch = self.clock(), self.under_way
        if batch is None or batch.noted is not None:
            return True
        if not batch.posted.known():
            return False
        sent = batch.posted.sent()
        settle(uow, batch.loads, sent, now)
        self.resting.update(dict.fromkeys(refused_by_pipe(batch.loads, sent), now + REST))
        batch.noted = sum(1 for one in sent if one.status is SentStatus.CONFIRMED)
        return True

    def _seal(self, uow: UnitOfWork) -> int:
        return seal(uow, keys=self.using(uow), now=self.clock(), salt=self.salt, limit=self.batch)

    def _collect(self, uow: UnitOfWork, *, messages: bool = False) -> list[Load]:
        """What is to go out, or of it the ``messages`` alone; nothing while something is under way."""
        if not self._note(uow):
            return []
        now, keys, resting = self.clock(), self.using(uow), self._resting()
        if messages:
            return collect_messages(uow, keys=keys, now=now, limit=self.batch, resting=resting)
        loads = collect(uow, keys=keys, now=now, limit=self.batch, resting=resting)
        return loads + wanted(uow, keys=keys, now=now, resting=resting)

    def _answers(self, uow: UnitOfWork) -> list[Load]:
        return collect_frames(uow, limit=self.batch, resting=self._resting()) if self._note(uow) else []

    def _resting(self) -> Collection[str]:
        now = self.clock()
        self.resting = {member: until for member, until in self.resting.items() if until > now}
        return self.resting.keys()

    def _publish(self, loads: list[Load]) -> None:
        """After the commit; whatever was under way has been noted in it."""
        if loads:
            self.under_way = UnderWay(loads, self.transport.publish([load.out for load in loads]))


def _sorted(deliveries: Sequence[Incoming]) -> list[tuple[Callable[..., list[Verdict]], list[Incoming]]]:
    """Signed files, messages, other frames: what was signed by a key that a file lists may stand right behind it."""
    files: list[Incoming] = []
    messages: list[Incoming] = []
    frames: list[Incoming] = []
    for one in deliveries:
        if not wire.is_frame(one.raw):
            messages.append(one)
        else:
            (files if wire.is_frame(one.raw, _FILES) else frames).append(one)
    return [(step, some) for step, some in ((take_frames, files), (take_in, messages), (take_frames, frames)) if some]


def _lots(deliveries: list[Incoming]) -> Iterator[list[Incoming]]:
    """The deliveries in order, in lots of bounded bytes."""
    lot: list[Incoming] = []
    size = 0
    for one in deliveries:
        if lot and size + len(one.raw) > MOST_BYTES:
            yield lot
            lot, size = [], 0
        lot.append(one)
        size += len(one.raw)
    if lot:
        yield lot
