"""The node's worker: one step of every arrow, over ports only (DESIGN section 2).

A step does what waits and returns how much it did; loops and waiting live in ``hub.cli``. The same object runs in
production, in the federation simulator and in the benchmarks. Nothing a crash could lose is kept here: quotas and
resting members start afresh, deliveries that were taken from the pipe but not recorded come again after a restart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hub.core import envelope as wire
from hub.core.delivery import HEADS_EVERY, Bucket
from hub.core.errors import TransportAway
from hub.flows.checkpoint import look_over, mark, offer, scrub
from hub.flows.clock import remind
from hub.flows.erasing import carry_out
from hub.flows.fetch import fetch
from hub.flows.handover import hand_over
from hub.flows.indexing import index
from hub.flows.intake import release, take_in
from hub.flows.looking import AGAIN, tell
from hub.flows.ports import Incoming, Keys, NewId, Salt, Signer, Store, Transport, UnitOfWork
from hub.flows.recount import recount
from hub.flows.relay import Load, collect, refused_by_pipe, settle, wanted
from hub.flows.reopening import judge_again
from hub.flows.rereading import reread
from hub.flows.retention import list_due
from hub.flows.rows import Verdict
from hub.flows.seal import seal
from hub.flows.sequence import sequence
from hub.flows.sync import exchange_heads, take_frames

BATCH = 500
"""Most rows of one transaction: enough to spread its fixed cost, few enough to keep latency (about 0.2 s)."""
REST = timedelta(seconds=5)
"""How long a member is left alone after the pipe returned something for it."""
TICK = timedelta(seconds=1)
LOOK = timedelta(hours=1)
"""Between two looks for matters whose content is due for review."""
ARROWS = ("seal", "relay", "sync", "clock", "intake", "sequence")
"""What a worker does; a large office may give each arrow a process of its own."""
PER_PEER = 0.2
"""Seconds of heads interval per member: five heads a second and node, however many members."""


MOST_BYTES = 8 * 2**20
"""Bytes of deliveries recorded in one transaction: memory stays small while large attachments arrive."""

_AT_ONCE = datetime.min.replace(tzinfo=UTC)


SKIPPING = ("withheld", "base")
"""Frames after which a stream may go on past slots that stay empty."""
_FILES = (wire.ROOT, wire.ROSTER, wire.AGREEMENT, wire.BASE)


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


def _newest(uow: UnitOfWork, purpose: str, keys: Sequence[Signer], now: datetime) -> Signer:
    if len(keys) == 1:
        return keys[0]
    known = {one.keyid: one for one in keys}
    newest = uow.trusts.current().newest_key(uow.member, purpose, known, now)
    return known.get(newest or "", keys[0])


@dataclass
class Worker:
    """Performs the arrows of one node."""

    store: Store
    transport: Transport
    keys: Keys
    clock: Callable[[], datetime]
    new_id: NewId
    salt: Salt
    batch: int = BATCH
    arrows: Collection[str] = ARROWS
    quotas: dict[str, Bucket] = field(default_factory=dict)
    resting: dict[str, datetime] = field(default_factory=dict)
    untold: list[Incoming] = field(default_factory=list)
    """Deliveries taken from the pipe whose recording failed for want of the database."""
    ticked: datetime | None = None
    counts_from: datetime = _AT_ONCE
    """When figures are looked after again: at once while many wait, else after a second."""
    looks_from: datetime = _AT_ONCE
    """When it is looked again whose period has ended."""
    tells_from: datetime = _AT_ONCE
    """When owners hear next of personal data that was looked at here."""
    repeats_from: datetime = _AT_ONCE
    """When they are told again what they did not say they heard."""
    judges_from: datetime = _AT_ONCE
    """When it is looked again whether what is held can be judged now."""
    offers_from: datetime = _AT_ONCE
    """When peers that have not cosigned the newest checkpoint are shown it again."""

    def step(self, wait: float = 0.0) -> int:
        """Do once what waits on every arrow; ``wait`` seconds at most for a delivery when there was nothing else."""
        waiting = self.store.waiting() & set(self.arrows)
        done = self.seal_once() if "seal" in waiting else 0
        try:
            done += self.relay_once() if "relay" in waiting or (done and "relay" in self.arrows) else 0
            done += self.receive_once(0.0 if done else wait) if "intake" in self.arrows else 0
        except TransportAway:
            self.tick()  # A clock does not stop because a line is down.
            raise
        done += self.tick()
        return done or self.count_once()

    def count_once(self) -> int:
        """Moved matters → figures, new messages → index: what waits for nobody is done when nothing else waits."""
        now = self.clock()
        if "clock" not in self.arrows or timedelta(0) < self.counts_from - now <= TICK:
            return 0
        with self.store.begin() as uow:
            counted = uow.figures.count(uow.trusts.current(), self.batch)
            done = max(counted, index(uow, limit=self.batch), self._keep(uow, now))
        judged = self._judge(now)
        self.counts_from = now if judged or done == self.batch else now + TICK
        return done + judged

    def _judge(self, now: datetime) -> int:
        """What came before this node knew its kind is opened once it does."""
        if timedelta(0) < self.judges_from - now <= LOOK:
            return 0
        with self.store.begin() as uow:
            judged = judge_again(uow, keys=self.using(uow), now=now, salt=self.salt)
        self.judges_from = now + LOOK if judged is None else now
        return judged or 0

    def _keep(self, uow: UnitOfWork, now: datetime) -> int:
        """Approved erasures are carried out; once an hour, what has become due for review is listed."""
        done = carry_out(uow, signer=self.signing(uow), now=now, salt=self.salt, limit=1)
        if timedelta(0) < self.looks_from - now <= LOOK:
            return done
        looked = list_due(uow, now, self.batch)
        self.looks_from = now if looked == self.batch else now + LOOK
        return max(done, looked)

    def seal_once(self) -> int:
        """Recorded → signed."""
        with self.store.begin() as uow:
            return seal(uow, keys=self.using(uow), now=self.clock(), salt=self.salt, limit=self.batch)

    def relay_once(self) -> int:
        """Signed → on the wire; small attachments follow their message at once."""
        loads, taken = self._relay()
        return taken + (self._relay()[1] if any(load.follow for load in loads) else 0)

    def _relay(self) -> tuple[list[Load], int]:
        now = self.clock()
        self.resting = {member: until for member, until in self.resting.items() if until > now}
        with self.store.begin() as uow:
            keys = self.using(uow)
            loads = collect(uow, keys=keys, now=now, limit=self.batch, resting=self.resting.keys())
            loads += wanted(uow, keys=keys, now=now, resting=self.resting.keys())
        if not loads:
            return [], 0
        sent = self.transport.publish([load.out for load in loads])
        for member in refused_by_pipe(loads, sent):
            self.resting[member] = now + REST
        with self.store.begin() as uow:
            settle(uow, loads, sent, self.clock())
        return loads, sum(1 for one in sent if one.status == "confirmed")

    def receive_once(self, wait: float = 0.0) -> int:
        """Deliveries → recorded facts; the pipe forgets them only after the commit."""
        deliveries = self.untold or self.transport.receive(self.batch, wait)
        if not deliveries:
            return 0
        self.untold = list(deliveries)
        self.record(deliveries)
        self.untold = []
        self.transport.ack([one.tag for one in deliveries])
        return len(deliveries)

    def record(self, deliveries: list[Incoming]) -> list[Verdict]:
        """Take in messages and control frames; one verdict per delivery, in order. Safe to repeat."""
        verdicts: dict[str, Verdict] = {}
        for step, some in [(step, lot) for step, alike in _sorted(deliveries) for lot in _lots(alike)]:
            with self.store.begin() as uow:
                keys, now = self.using(uow), self.clock()
                made = step(uow, some, keys=keys, now=now, salt=self.salt, quotas=self.quotas)
                if any(one.code == "parts" or one.outcome == "part" for one in made):
                    fetch(uow, keys=keys, now=now, salt=self.salt)
            verdicts.update(zip((one.tag for one in some), made, strict=True))
            if any(one.outcome == "frame" and one.reason in SKIPPING for one in made):
                with self.store.begin() as uow:
                    release(uow, keys=self.using(uow), now=self.clock(), salt=self.salt, reasons=("gap",))
        return [verdicts[one.tag] for one in deliveries]

    def signing(self, uow: UnitOfWork) -> Signer:
        """The key to sign with now; without any that the roster still lists, the first: peers will say why not."""
        return _newest(uow, "sign", (self.keys.signer, *self.keys.spare), self.clock())

    def witnessing(self, uow: UnitOfWork) -> Signer:
        """The key to sign checkpoints with now, chosen alike."""
        return _newest(uow, "witness", (self.keys.witness, *self.keys.spare_witnesses), self.clock())

    def using(self, uow: UnitOfWork) -> Keys:
        """All keys of this node, with those to sign with now."""
        return replace(self.keys, signer=self.signing(uow), witness=self.witnessing(uow), second=self._second(uow))

    def _second(self, uow: UnitOfWork) -> Signer | None:
        """The key for second signatures, where the roster asks for them and lists one of ours."""
        if not self.keys.seconds:
            return None
        trust = uow.trusts.current()
        if trust.roster.second_signature is None:
            return None
        known = {one.keyid: one for one in self.keys.seconds}
        return known.get(trust.newest_key(uow.member, "sign", known, self.clock()) or "")

    def tick(self) -> int:
        """Timed work, at most once a second: heads, reminders, parked messages, audit positions."""
        now = self.clock()
        if self.ticked is not None and timedelta(0) <= now - self.ticked < TICK:
            return 0
        self.ticked = now
        return sum(self._timed(arrow, now) for arrow in self.arrows)

    def _timed(self, arrow: str, now: datetime) -> int:
        """The timed part of one arrow; what the audit log does for itself is no work that asks for more work."""
        if arrow == "sequence":
            self.log_once(now)
        if arrow not in ("sync", "clock", "intake"):
            return 0
        with self.store.begin() as uow:
            if arrow == "sync":
                every = max(HEADS_EVERY.total_seconds(), PER_PEER * len(uow.trusts.current().members))
                self._tell(uow, now)
                return exchange_heads(uow, keys=self.using(uow), now=now, salt=self.salt, every=every)
            if arrow == "clock":
                again = recount(uow, now=now, salt=self.salt, limit=self.batch)
                again += hand_over(uow, now=now, salt=self.salt, limit=self.batch)
                return again + remind(uow, now=now, new_id=self.new_id, salt=self.salt, limit=self.batch)
            if arrow == "intake":
                released = release(uow, keys=self.using(uow), now=now, salt=self.salt)
                return released + fetch(uow, keys=self.using(uow), now=now, salt=self.salt)
        return 0

    def _tell(self, uow: UnitOfWork, now: datetime) -> None:
        """At most one frame an owner and interval; a clock that was set back makes nothing wait."""
        if timedelta(0) < self.tells_from - now <= HEADS_EVERY:
            return
        again = not timedelta(0) < self.repeats_from - now <= AGAIN
        tell(uow, keys=self.using(uow), now=now, salt=self.salt, since=None if again else now - HEADS_EVERY - TICK)
        self.tells_from = now + HEADS_EVERY
        self.repeats_from = now + AGAIN if again else self.repeats_from

    def log_once(self, now: datetime) -> None:
        """Positions in the audit log, its checkpoint if one is due, peers that are shown it, a piece of the scrub."""
        with self.store.begin() as uow:
            sequence(uow, now=now, salt=self.salt, limit=20 * self.batch)
        with self.store.begin() as uow:
            if self.offers_from is _AT_ONCE:
                look_over(uow, now=now, salt=self.salt)
            made = mark(uow, witness=self.witnessing(uow), now=now, salt=self.salt)
            scrub(uow, now=now, salt=self.salt, limit=self.batch)
            reread(uow, now=now, salt=self.salt)
            if made or not timedelta(0) < self.offers_from - now <= HEADS_EVERY:
                offer(uow, keys=self.using(uow), now=now, salt=self.salt)
                self.offers_from = now + HEADS_EVERY

    def finish(self) -> None:
        """Before the process ends: the log is signed up to here."""
        if "sequence" in self.arrows:
            now = self.clock()
            with self.store.begin() as uow:
                while sequence(uow, now=now, salt=self.salt, limit=20 * self.batch):
                    pass
                mark(uow, witness=self.witnessing(uow), now=now, salt=self.salt, at_once=True)


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
