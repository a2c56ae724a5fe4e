"""Nodes that can die at any write, the pipe between them, and what was seen on that pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random  # noqa: TID251  every choice of a run comes from one seeded generator

from hub.core import envelope as wire
from hub.core.errors import Rejected, Unavailable
from hub.core.ids import sha256
from hub.core.terms import host_at
from hub.flows.ports import Incoming, Outgoing, Posted, SentStatus
from hub.flows.send import Recorded, Request, send
from hub.worker import Worker
from tests.builders import Federation, federation, ids, incarnation, keys_for, salts
from tests.builders_office import fitting
from tests.fakes_store import Crash, MemoryStore
from tests.fakes_transport import MemoryNetwork, MemoryTransport

START = datetime(2026, 4, 13, 1, 0, 0, 123_456, tzinfo=UTC)
"""Monday, 09:00 in Beijing; microseconds included, for they do not survive the wire."""
MEMBERS = ("450900-mr", "450500-mr", "440800-ps", "450900-jm", "460100-mr")
Note = Callable[[str], None]


class Tap:
    """A node's end of the pipe; it remembers what was confirmed and checks what is acknowledged (I2, I4)."""

    def __init__(self, node: Node, inner: MemoryTransport) -> None:
        self.node = node
        self.inner = inner
        self.confirmed: set[tuple[str, bytes]] = set()
        self.published: Counter[str] = Counter()
        self._out: dict[str, bytes] = {}

    def publish(self, items: Sequence[Outgoing]) -> Posted:
        posted = self.inner.publish(items)
        for item, word in zip(items, posted.sent(), strict=True):
            self.published[wire.decode(item.raw).type] += 1
            if word.status is SentStatus.CONFIRMED:
                self.confirmed.add((item.to, item.raw))
        return posted

    def receive(self, limit: int, wait: float) -> list[Incoming]:
        found = self.inner.receive(limit, wait)
        self._out.update((one.tag, one.raw) for one in found)
        return found

    def ack(self, tags: Sequence[str]) -> None:
        for tag in tags:
            self._is_recorded(self._out.pop(tag))
        self.inner.ack(tags)

    def probe(self) -> str:
        return self.inner.probe()

    def close(self) -> None:
        self.restart()

    def restart(self) -> None:
        self._out.clear()
        self.inner.restart()

    def _is_recorded(self, raw: bytes) -> None:
        """The pipe may forget only what the committed rows show (I4)."""
        rows = self.node.store.rows
        assert not self.node.store.busy, "I4: acknowledged inside a transaction"
        if wire.is_frame(raw) or sha256(raw) in rows.quarantine.rows:
            return
        try:
            envelope = wire.decode(raw)
        except Rejected:
            raise AssertionError("I4: acknowledged damaged bytes that are kept nowhere") from None
        if envelope.type == wire.KEYED:
            envelope = wire.decode(envelope.body or b"")
        known = envelope.hash in rows.messages.rows or envelope.hash in rows.waiting.by_hash
        assert known or envelope.type == wire.PART, f"I4: acknowledged, but not recorded: {envelope.hash}"


class Store(MemoryStore):
    """A store that says whether a transaction is open."""

    @property
    def busy(self) -> bool:
        return self._journal.active


class Node:
    """One office: its records survive a crash, its process does not."""

    def __init__(self, world: World, number: int, member: str) -> None:
        self.world = world
        self.member = member
        self.skew = timedelta()
        self.store = Store(member, incarnation(number + 1), world.federation.trust)
        self.tap = Tap(self, world.network.transport(member))
        self.keys = keys_for(member)
        self.crashes = 0
        self.worker = self._process()

    def clock(self) -> datetime:
        return self.world.now + self.skew

    def restart(self) -> None:
        """A new process over the same records: quotas, rests and what was taken but not recorded are gone."""
        self.store.fail_at = None
        self.tap.restart()
        self.worker = self._process()

    def send(self, request: Request) -> Recorded:
        with self.store.begin() as uow:
            world = self.world
            request = fitting(uow, request)
            return send(uow, request, actor="officer", now=self.clock(), new_id=world.new_id, salt=world.salt)

    def live(self, arrow: Callable[[], int]) -> int:
        """Run one arrow; the process may die in it, the database or the pipe may be away."""
        try:
            return arrow()
        except Unavailable as away:
            self.world.note(f"{self.member} {type(away).__name__}")
        except Crash as death:
            self.crashes += 1
            self.world.note(f"{self.member} died at {death}")
            self.restart()
        return 0

    def die_after(self, writes: int) -> None:
        """Die at the ``writes``-th crash point from now."""
        left = writes

        def hook(point: str) -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                raise Crash(point)

        self.store.fail_at = hook

    def _process(self) -> Worker:
        return Worker(self.store, self.tap, self.keys, self.clock, self.world.new_id, self.world.salt)


class World:
    """The federation, its time, its dice and its diary."""

    def __init__(self, seed: int, size: int = 4, members: tuple[str, ...] = MEMBERS) -> None:
        self.seed = seed
        self.rng = Random(seed)
        self.federation: Federation = federation(members[:size])
        self.network = MemoryNetwork(self.rng)
        self.now = START
        self.new_id = ids()
        self.salt = salts()
        self.diary: list[str] = []
        self.nodes = {member: Node(self, number, member) for number, member in enumerate(members[:size])}

    @property
    def office(self) -> str:
        return "450900-jm"

    def note(self, line: str) -> None:
        self.diary.append(f"{self.now:%d %H:%M:%S} {line}")

    def node(self) -> Node:
        return self.rng.choice(list(self.nodes.values()))

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def round(self) -> int:
        """Every node does once what waits; delayed copies arrive."""
        done = sum(node.live(node.worker.step) for node in self.nodes.values())
        return done + self.network.deliver_some()

    def settle(self, rounds: int = 60) -> int:
        """Rounds of 16 seconds until nothing is under way any more; how many were needed."""
        for number in range(rounds):
            self.round()
            for _ in range(30):
                if not self._stir():
                    break
            if self.at_rest():
                return number + 1
            self.pass_time(16)
        raise AssertionError(f"not at rest after {rounds} rounds: {self.unfinished()}")

    def _stir(self) -> bool:
        busy = sum(node.live(node.worker.step) for node in self.nodes.values())
        return busy > 0 or self.network.in_flight() > 0

    def at_rest(self) -> bool:
        return not self.unfinished()

    def unfinished(self) -> dict[str, dict[str, int]]:
        """What still waits, by node."""
        found = {}
        for member, node in self.nodes.items():
            rows = node.store.rows
            # A former host of the joint meeting learns no receipts more.
            host = host_at(rows.trusts.current(), self.now)
            unseen = rows.deliveries.unseen(1000) if host == member else ()
            waits = {
                "drafts": rows.outbox.count(),
                "pending": rows.deliveries.count("pending"),  # type: ignore[arg-type]
                "on wire": rows.deliveries.count("on-wire"),  # type: ignore[arg-type]
                "parked": len(rows.waiting.rows),
                "frames": sum(map(len, rows.frames.waiting.values())),
                "unseen": len(unseen),
                "inbox": self.network.waiting(member),
                "untold": len(node.worker.untold),
            }
            if any(waits.values()):
                found[member] = {name: count for name, count in waits.items() if count}
        return found
