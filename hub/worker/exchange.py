"""Documents and control frames from the outbox to the wire and from the wire into the records (DESIGN D1).

What is published was committed before; what the pipe said of it is noted with whatever is recorded next, at the end of
the step at the latest. A crash in between publishes again, and the addressee drops the duplicate.
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
from hub.flows.ports import Incoming, Sent, SentStatus, UnitOfWork
from hub.flows.relay import Load, collect, collect_frames, collect_messages, refused_by_pipe, settle, wanted
from hub.flows.rows import Verdict
from hub.flows.seal import seal
from hub.flows.sync import take_frames
from hub.worker.hands import Hands

REST = timedelta(seconds=5)
"""How long a member is left alone after the pipe returned something for it."""
MOST_BYTES = 8 * 2**20
"""Bytes of deliveries recorded in one transaction: memory stays small while large attachments arrive."""
SKIPPING = ("withheld", "base")
"""Frames after which a stream may go on past slots that stay empty."""
_FILES = (wire.ROOT, wire.ROSTER, wire.AGREEMENT, wire.BASE)


@dataclass
class Exchange(Hands):
    """The steps that carry."""

    quotas: dict[str, Bucket] = field(default_factory=dict)
    resting: dict[str, datetime] = field(default_factory=dict)
    untold: list[Incoming] = field(default_factory=list)
    """Deliveries taken from the pipe whose recording failed for want of the database."""
    unsettled: list[tuple[list[Load], list[Sent]]] = field(default_factory=list)
    """What the pipe said of loads, not noted yet."""

    def send_once(self, waiting: Collection[str]) -> int:
        """Recorded → signed → on the wire, as far as it is ``waiting``: one transaction, published after its commit."""
        with self._begin() as uow:
            sealed = self._seal(uow) if "seal" in waiting else 0
            loads: list[Load] = []
            if "relay" in waiting:
                loads = self._collect(uow)
            elif sealed and "relay" in self.arrows:
                now, keys = self.clock(), self.using(uow)
                loads = collect_messages(uow, keys=keys, now=now, limit=self.batch, resting=self._resting())
        return sealed + self._sent(loads)

    def seal_once(self) -> int:
        """Recorded → signed."""
        with self._begin() as uow:
            return self._seal(uow)

    def relay_once(self) -> int:
        """Signed → on the wire."""
        with self._begin() as uow:
            loads = self._collect(uow)
        taken = self._sent(loads)
        self.settle_once()
        return taken

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

    def settle_once(self) -> None:
        """Note what the pipe said, unless something recorded since took that along."""
        if self.unsettled:
            with self._begin():
                pass

    @contextmanager
    def _begin(self) -> Iterator[UnitOfWork]:
        """A transaction that first notes what the pipe said: what is collected in it was not published before."""
        with self.store.begin() as uow:
            for loads, sent in self.unsettled:
                settle(uow, loads, sent, self.clock())
            yield uow
        self.unsettled.clear()

    def _seal(self, uow: UnitOfWork) -> int:
        return seal(uow, keys=self.using(uow), now=self.clock(), salt=self.salt, limit=self.batch)

    def _collect(self, uow: UnitOfWork) -> list[Load]:
        now, keys, resting = self.clock(), self.using(uow), self._resting()
        loads = collect(uow, keys=keys, now=now, limit=self.batch, resting=resting)
        return loads + wanted(uow, keys=keys, now=now, resting=resting)

    def _answers(self, uow: UnitOfWork) -> list[Load]:
        return collect_frames(uow, limit=self.batch, resting=self._resting())

    def _resting(self) -> Collection[str]:
        now = self.clock()
        self.resting = {member: until for member, until in self.resting.items() if until > now}
        return self.resting.keys()

    def _sent(self, loads: list[Load]) -> int:
        """Published; small attachments follow their message at once."""
        taken = self._publish(loads)
        if any(load.follow for load in loads):
            with self._begin() as uow:
                more = self._collect(uow)
            taken += self._publish(more)
        return taken

    def _publish(self, loads: list[Load]) -> int:
        """After the commit; returns how many the pipe confirmed."""
        if not loads:
            return 0
        sent = self.transport.publish([load.out for load in loads])
        self.unsettled.append((loads, sent))
        until = self.clock() + REST
        self.resting.update(dict.fromkeys(refused_by_pipe(loads, sent), until))
        return sum(1 for one in sent if one.status is SentStatus.CONFIRMED)


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
