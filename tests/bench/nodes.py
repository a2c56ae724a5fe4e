"""Nodes as processes of their own: real worker, real key, real pipe and database, with a clock on every step."""

from __future__ import annotations

import cProfile
import gc
import multiprocessing
import resource
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import text

from hub.app import new_id, salt
from hub.cli.loop import COLLECT_AFTER
from hub.cli.rhythm import Rhythm
from hub.core import envelope as wire
from hub.flows.ports import Incoming
from hub.flows.rows import Verdict
from hub.keystore.sealer import KeySealer
from hub.store.session import SqlStore, create_node, open_store
from hub.store.wake import open_wake
from hub.transport.rabbitmq import RabbitTransport
from hub.worker import Worker
from hub.worker.hands import AT_ONCE
from schemas.wire.frames import Receipts
from tests.bench.profiling import digest
from tests.builders import Federation, keys_for, seal_key_for
from tests.builders_fields import FIELDS

IDLE = 0.25
"""Longest sleep of an idle worker: the timed work is due every second."""
_BUSY = text(
    "SELECT EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM deliveries WHERE status = 'pending')"
    " OR EXISTS (SELECT 1 FROM deliveries WHERE status = 'on-wire' AND form = 'full')"
)


def clock() -> datetime:
    """The machine's."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Spec:
    """What a node's process needs to know."""

    member: str
    database: str
    rabbit: str
    peers: tuple[str, ...]


def make_node(spec: Spec, federation: Federation) -> None:
    """Build its database by the migrations."""
    create_node(
        spec.database,
        member=spec.member,
        incarnation=new_id(clock()),
        fingerprint=federation.fingerprint,
        root_raw=federation.root_raw,
        roster_raw=federation.roster_raw,
        agreement_raw=federation.agreement_raw,
        now=clock(),
    )


@dataclass
class Measured(Worker):
    """A worker that notes the processor time of its own thread by step, and when it carried and each receipt came."""

    spent: Counter[str] = field(default_factory=Counter)
    receipted: list[tuple[str, float]] = field(default_factory=list)
    watching: bool = False
    carried: float = 0.0
    """When the last step that carried something ended."""

    def carry(self, wait: float = 0.0) -> int:
        if done := super().carry(wait):
            self.carried = time.monotonic()
        return done

    def send_once(self, waiting: Collection[str]) -> int:
        with self._step("seal" if "seal" in waiting else "relay"):
            return super().send_once(waiting)

    def settle_once(self, wait: float = 0.0) -> None:
        if self.under_way:
            with self._step("settle"):
                super().settle_once(wait)

    def tick(self) -> int:
        with self._step("tick"):
            return super().tick()

    def count_once(self) -> int:
        with self._step("figures, index"):
            return super().count_once()

    def record(self, deliveries: list[Incoming], *, answer: bool = False) -> list[Verdict]:
        frames = [one for one in deliveries if wire.is_frame(one.raw)]
        messages = [one for one in deliveries if not wire.is_frame(one.raw)]
        verdicts: list[Verdict] = []
        if messages:
            with self._step("intake"):
                verdicts += super().record(messages, answer=answer)
            for verdict in verdicts:
                self.spent["#" + verdict.outcome] += 1
        if frames:
            with self._step("receipts"):
                verdicts += super().record(frames, answer=answer)
            self._watch(frames)
        return verdicts

    def _watch(self, frames: list[Incoming]) -> None:
        if not self.watching:
            return
        now = time.monotonic()
        for frame in frames:
            envelope = wire.decode(frame.raw)
            if envelope.type == wire.RECEIPTS:
                answered = wire.parse(Receipts, envelope.payload).receipts
                self.receipted += [(one.message, now) for one in answered]

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.thread_time()
        yield
        self.spent[name] += time.thread_time() - began
        self.spent[f"#{name}"] += 1


class NodeProcess:
    """A node's worker in a process of its own, paused until told to go."""

    def __init__(self, spec: Spec, *, profile: bool = False) -> None:
        context = multiprocessing.get_context("spawn")
        self._end, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, spec, profile), daemon=True)
        self._process.start()
        assert self._end.recv() == "ready"

    def go(self, *, until_done: bool = False, watch: bool = False) -> None:
        """Begin to work; ``until_done``: until every message of ours has its receipt."""
        self._end.send(("go", until_done, watch))

    def sign_log(self) -> None:
        """Have it sign its audit log up to here, as a node does each minute and when it stops."""
        self._end.send(("sign",))
        self.result()

    def rest(self) -> dict[str, Any]:
        """Have it do what waited for nobody meanwhile, and sign its log; what that took."""
        self._end.send(("rest",))
        return self.result()

    def pause(self) -> None:
        """Ask it to stop working; :meth:`result` waits until it has."""
        self._end.send(("pause",))

    def result(self, patience: float = 300.0) -> dict[str, Any]:
        """What it did since it went: seconds by step, end, and the receipts it saw."""
        assert self._end.poll(patience), "the node does not finish"
        found: dict[str, Any] = self._end.recv()
        return found

    def close(self) -> None:
        """End the process."""
        with suppress(OSError):
            self._end.send(("quit",))
        self._process.join(10)
        self._process.kill()


def _work(end: Connection, spec: Spec, profile: bool) -> None:
    """The process: obeys one order after another."""
    bell = threading.Event()
    gc.set_threshold(COLLECT_AFTER)
    store = open_store(spec.database, spec.member, FIELDS)
    store.rings = False
    pipe = RabbitTransport(spec.rabbit, spec.member, spec.peers, on_arrival=bell.set)
    pipe.receive(1, 0.0)
    pipe.publish([]).known(1.0)
    keys = replace(keys_for(spec.member), sealer=KeySealer(seal_key_for(spec.member).key))
    worker = Measured(store, pipe, keys, clock, new_id, salt)
    threading.Thread(target=_listen, args=(spec.database, bell), daemon=True).start()
    end.send("ready")
    while (order := end.recv())[0] != "quit":
        if order[0] == "go":
            end.send(_serve(worker, store, bell, end, until_done=order[1], watch=order[2], profile=profile))
        if order[0] == "sign":
            worker.finish()
            end.send({})
        if order[0] == "rest":
            end.send(_catch_up(worker))
    pipe.close()
    store.close()


def _serve(
    worker: Measured,
    store: SqlStore,
    bell: threading.Event,
    end: Connection,
    *,
    until_done: bool,
    watch: bool,
    profile: bool,
) -> dict[str, Any]:
    """Step until told otherwise; an idle worker sleeps until its database or its pipe has something.

    Whether everything is done, the database is asked only after a turn that carried nothing: the bench's own question
    would else stand in the chain of what is measured. ``finished`` is when the last step that carried something ended,
    so neither that question nor figures that are caught up with afterwards count as exchange.
    """
    worker.carried = time.monotonic()
    worker.spent.clear()
    worker.receipted.clear()
    worker.watching = watch
    profiler = cProfile.Profile(time.thread_time) if profile else None
    before = time.process_time()
    rhythm = Rhythm()
    if profiler:
        profiler.enable()
    while not end.poll():
        bell.clear()
        last = worker.carried
        sleep = rhythm.turn(worker)
        if worker.carried > last:
            continue
        if until_done and not _busy(store):
            break
        bell.wait(min(sleep, IDLE))
    if profiler:
        profiler.disable()
    spent = dict(worker.spent)
    steps = sum(seconds for name, seconds in spent.items() if not name.startswith("#"))
    spent["pipe"] = time.process_time() - before - steps
    told = {
        "spent": spent,
        "finished": worker.carried,
        "receipted": list(worker.receipted),
        "profile": digest(profiler),
    }
    return told | {"peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _catch_up(worker: Measured) -> dict[str, float]:
    """Figures, index and a piece of the re-reading, as the rhythm has it once nothing comes any more."""
    began = time.process_time()
    worker.counts_from = AT_ONCE
    while worker.count_once():
        pass
    worker.finish()
    return {"seconds": time.process_time() - began}


def _busy(store: SqlStore) -> bool:
    with store.read() as view:
        return bool(view.execute(_BUSY).scalar_one())


def _listen(database: str, bell: threading.Event) -> None:
    wake = open_wake(database)
    while True:
        if wake.wait(IDLE):
            bell.set()
