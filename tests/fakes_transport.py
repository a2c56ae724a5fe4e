"""The transport port in memory, obeying the same contract as the real pipes, with faults on demand.

One :class:`MemoryNetwork` is the pipe between all nodes of a simulation. Without faults it delivers at once and in
order. Every choice comes from the generator it is given, so a run repeats exactly from its seed. There are no threads:
``receive`` never waits, whoever drives the simulation decides what happens next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.core.errors import TransportAway
from hub.core.ids import ALL
from hub.flows.ports import Incoming, Outgoing, Posted, Sent, SentStatus, Told
from hub.transport.limits import MAX_RECORD, NO_SUCH_INBOX, TOO_LONG

if TYPE_CHECKING:
    from random import Random  # noqa: TID251  the generator is an argument: this is only its type


@dataclass(slots=True)
class Faults:
    """Probabilities from 0 to 1, judged per copy (``fail`` and ``unconfirmed`` per item, ``late`` per look)."""

    drop: float = 0.0
    """Confirmed, yet lost: a broker that lost its disk."""
    duplicate: float = 0.0
    reorder: float = 0.0
    """Put at a random place of the inbox instead of the end."""
    delay: float = 0.0
    """Kept on the way until :meth:`MemoryNetwork.deliver_some`."""
    corrupt: float = 0.0
    """One byte flipped."""
    fail: float = 0.0
    """Refused: failed and not delivered."""
    unconfirmed: float = 0.0
    """Delivered, but the confirm was lost: reported as failed."""
    late: float = 0.0
    """The word on what was handed over is not known yet."""


@dataclass(frozen=True, slots=True)
class _Copy:
    sender: str
    to: str
    raw: bytes


class MemoryNetwork:
    """The pipe. ``faults`` may be changed at any time; links are cut per direction."""

    def __init__(self, rng: Random, faults: Faults | None = None) -> None:
        """``rng`` decides everything that is left to chance."""
        self.rng = rng
        self.faults = faults or Faults()
        self.running = True
        self._inboxes: dict[str, list[_Copy]] = {}
        self._on_the_way: list[_Copy] = []
        self._cuts: set[tuple[str, str]] = set()

    def transport(self, member: str) -> MemoryTransport:
        """The pipe's end at ``member``; from now on others can write to it."""
        self._inboxes.setdefault(member, [])
        return MemoryTransport(self, member)

    def cut(self, sender: str, receiver: str) -> None:
        """From now on what ``sender`` publishes to ``receiver`` fails, and what is on the way stays there."""
        self._cuts.add((sender, receiver))

    def heal(self) -> None:
        """Mend all links."""
        self._cuts.clear()

    def stop(self) -> None:
        """Stop the pipe: nobody reaches it, nothing in it is lost."""
        self.running = False

    def start(self) -> None:
        """Let the pipe run again."""
        self.running = True

    def wipe(self) -> None:
        """Lose everything that waits, as a broker does whose data directory is deleted."""
        self._on_the_way.clear()
        for inbox in self._inboxes.values():
            inbox.clear()

    def deliver_some(self, most: int | None = None) -> int:
        """Let delayed copies arrive, at most ``most``, chosen at random; how many arrived."""
        free = [copy for copy in self._on_the_way if (copy.sender, copy.to) not in self._cuts]
        chosen = self.rng.sample(free, min(len(free), len(free) if most is None else most))
        for copy in chosen:
            self._on_the_way.remove(copy)
            self._put(copy)
        return len(chosen)

    def in_flight(self) -> int:
        """Copies on the way or waiting in an inbox: zero when the pipe is quiet."""
        return len(self._on_the_way) + sum(map(len, self._inboxes.values()))

    def publish(self, sender: str, item: Outgoing) -> Sent:
        """Take one item from ``sender``. A broadcast over a cut link loses that copy and is confirmed all the same."""
        targets = self._targets(sender, item.to)
        if problem := self._problem(sender, item):
            return Sent(item.key, SentStatus.FAILED, problem)
        if not targets:
            return Sent(item.key, SentStatus.RETURNED, NO_SUCH_INBOX)
        for target in targets:
            if (sender, target) not in self._cuts:
                self._send(_Copy(sender, target, item.raw))
        if self._happens(self.faults.unconfirmed):
            return Sent(item.key, SentStatus.FAILED, "模拟确认丢失")
        return Sent(item.key, SentStatus.CONFIRMED)

    def is_late(self) -> bool:
        """Whether the word on something is not known at this look."""
        return self._happens(self.faults.late)

    def take(self, member: str, limit: int) -> list[_Copy]:
        """Remove and return the oldest copies in ``member``'s inbox."""
        if not self.running:
            raise TransportAway("模拟通道已停止")
        inbox = self._inboxes[member]
        taken, inbox[:limit] = inbox[:limit], []
        return taken

    def put_back(self, member: str, copies: Sequence[_Copy]) -> None:
        """What a lost connection had not acknowledged stands first again."""
        self._inboxes[member][:0] = copies

    def waiting(self, member: str) -> int:
        """Copies waiting for ``member``."""
        return len(self._inboxes[member])

    def _problem(self, sender: str, item: Outgoing) -> str:
        if not self.running:
            return "模拟通道已停止"
        if len(item.raw) > MAX_RECORD:
            return TOO_LONG
        if item.to != ALL and (sender, item.to) in self._cuts:
            return "模拟线路中断"
        return "模拟拒收" if self._happens(self.faults.fail) else ""

    def _targets(self, sender: str, to: str) -> list[str]:
        if to == ALL:
            return sorted(member for member in self._inboxes if member != sender)
        return [to] if to in self._inboxes else []

    def _send(self, copy: _Copy) -> None:
        if self._happens(self.faults.drop):
            return
        copies = [copy, copy] if self._happens(self.faults.duplicate) else [copy]
        for each in copies:
            arrived = self._damaged(each) if self._happens(self.faults.corrupt) else each
            if self._happens(self.faults.delay):
                self._on_the_way.append(arrived)
            else:
                self._put(arrived)

    def _put(self, copy: _Copy) -> None:
        inbox = self._inboxes[copy.to]
        place = self.rng.randint(0, len(inbox)) if self._happens(self.faults.reorder) else len(inbox)
        inbox.insert(place, copy)

    def _damaged(self, copy: _Copy) -> _Copy:
        raw = bytearray(copy.raw)
        if raw:
            raw[self.rng.randrange(len(raw))] ^= self.rng.randint(1, 255)
        return _Copy(copy.sender, copy.to, bytes(raw))

    def _happens(self, probability: float) -> bool:
        # No dice for what is certain: a fault that is off does not disturb the choices of the others.
        return probability > 0 and self.rng.random() < probability


class _Late(Told):
    """A word that may be late; whoever waits for it gets it, and once heard it stays."""

    def __init__(self, word: list[Sent], network: MemoryNetwork) -> None:
        super().__init__(word)
        self._network = network
        self._heard = False

    def known(self, wait: float = 0.0) -> bool:
        """As the dice have it."""
        self._heard = self._heard or wait > 0 or not self._network.is_late()
        return self._heard


class MemoryTransport:
    """One member's end of a :class:`MemoryNetwork`; ``on_arrival`` is unused, the simulator does the waking."""

    def __init__(self, network: MemoryNetwork, member: str) -> None:
        """Made by :meth:`MemoryNetwork.transport`."""
        self._network = network
        self._member = member
        self._generation = 1
        self._count = 0
        self._out: dict[str, _Copy] = {}

    def publish(self, items: Sequence[Outgoing]) -> Posted:
        """Hand over one by one."""
        return _Late([self._network.publish(self._member, item) for item in items], self._network)

    def receive(self, limit: int, wait: float) -> list[Incoming]:
        """Hand out what has arrived; never waits."""
        found = []
        for copy in self._network.take(self._member, limit):
            self._count += 1
            tag = f"{self._generation}:{self._count}"
            self._out[tag] = copy
            found.append(Incoming(tag, copy.raw, "amqp"))
        return found

    def ack(self, tags: Sequence[str]) -> None:
        """Forget deliveries of the present connection."""
        for tag in tags:
            self._out.pop(tag, None)

    def probe(self) -> str:
        """Whether the network runs, and what waits."""
        if not self._network.running:
            raise TransportAway("模拟通道已停止")
        return f"模拟通道已连接，收件箱待取 {self._network.waiting(self._member)} 件"

    def restart(self) -> None:
        """Lose the connection: what is not acknowledged comes again, old tags mean nothing."""
        self._network.put_back(self._member, list(self._out.values()))
        self._out.clear()
        self._generation += 1
        self._count = 0

    def close(self) -> None:
        """Hang up."""
        self.restart()
