"""RabbitMQ as a pipe between nodes: one durable quorum queue per member, publisher confirms, manual acknowledgement.

The database is the truth; the broker may be wiped at any time (DESIGN D1). Publishing and consuming have connections
of their own, because a broker in memory or disk alarm stops reading from publishers only. A connection that ends is
made anew by the next call, after a pause that grows with every failure and differs between members.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable, Sequence
from typing import Final, Generic, Protocol, TypeVar

from hub.core.errors import TransportAway
from hub.flows.ports import Incoming, Outgoing, Posted, Sent, SentStatus, Told
from hub.transport.rabbitmq_consume import PREFETCH, ConsumeLine
from hub.transport.rabbitmq_loop import Link, parameters
from hub.transport.rabbitmq_publish import PublishLine

_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 10.0


class _Line(Protocol):
    link: Link


_L = TypeVar("_L", bound=_Line)


class _Dial(Generic[_L]):
    """Keeps one line open: returns the living one or dials again, not too often."""

    def __init__(self, seed: str, make: Callable[[], _L]) -> None:
        self._seed = seed
        self._make = make
        self._lock = threading.Lock()
        self._line: _L | None = None
        self._failures = 0
        self._not_before = 0.0
        self._reason = ""

    def line(self) -> _L:
        """The living line; raises :class:`TransportAway` when there is none and it is too early to try again."""
        with self._lock:
            if self._line is not None and self._line.link.alive:
                return self._line
            if self.pause() > 0:
                raise TransportAway(self._reason)
            self._line = self._dial()
            return self._line

    def living(self) -> _L | None:
        """The line if it lives; never dials."""
        line = self._line
        return line if line is not None and line.link.alive else None

    def pause(self) -> float:
        """Seconds until the next attempt is allowed."""
        return self._not_before - time.monotonic()

    def close(self) -> None:
        """Hang up; the next call to :meth:`line` dials at once."""
        with self._lock:
            line, self._line = self._line, None
            self._failures, self._not_before = 0, 0.0
        if line is not None:
            line.link.close()

    def _dial(self) -> _L:
        line = self._make()
        try:
            line.link.open()
        except TransportAway as error:
            self._reason = error.detail
            self._not_before = time.monotonic() + self._next_pause()
            raise
        self._failures = 0
        return line

    def _next_pause(self) -> float:
        """Doubles up to the longest; a hash of member and attempt spreads the members of a restarted broker."""
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**self._failures)
        self._failures = min(self._failures + 1, 16)
        spread = zlib.crc32(f"{self._seed}:{self._failures}".encode()) / 0xFFFFFFFF
        return longest * (0.5 + 0.5 * spread)


class RabbitTransport:
    """The ``Transport`` port over RabbitMQ 3.10 to 4.x. Connects on the first call; several threads may use it."""

    def __init__(
        self,
        url: str,
        member: str,
        members: Sequence[str] = (),
        *,
        on_arrival: Callable[[], None] | None = None,
        prefetch: int = PREFETCH,
    ) -> None:
        """``members``: peers whose inboxes are declared too, so that mail can wait for one that never connected.

        ``on_arrival`` is called in a foreign thread when something arrives in the empty buffer, when the broker has
        spoken of all that was published in one go, or when a line dies; it must only wake somebody. For arrivals it
        works from the first ``receive`` on.
        """
        self._member = member
        self._generation = 0
        self._hung_up = threading.Event()
        declared = (member, *(other for other in members if other != member))
        sending = parameters(url, f"{member} publish")
        receiving = parameters(url, f"{member} consume")

        def consume_line() -> ConsumeLine:
            self._generation += 1
            return ConsumeLine(receiving, member, declared, self._generation, on_arrival, prefetch)

        self._publisher = _Dial(f"{member} publish", lambda: PublishLine(sending, member, declared, on_arrival))
        self._consumer = _Dial(f"{member} consume", consume_line)

    def publish(self, items: Sequence[Outgoing]) -> Posted:
        """Publish in a pipeline; without a broker every item has failed."""
        try:
            line = self._publisher.line()
        except TransportAway as error:
            return Told([Sent(item.key, SentStatus.FAILED, error.detail) for item in items])
        return line.publish(items)

    def receive(self, limit: int, wait: float) -> list[Incoming]:
        """Hand out what the broker has pushed; a pause before redialling counts towards ``wait``."""
        deadline = time.monotonic() + wait
        if self._consumer.living() is None and (pause := self._consumer.pause()) > 0:
            self._hung_up.wait(max(0.0, min(pause, wait)))
        return self._consumer.line().take(limit, deadline)

    def ack(self, tags: Sequence[str]) -> None:
        """Acknowledge on the channel that delivered; tags of an earlier channel mean nothing any more."""
        line = self._consumer.living()
        if line is not None:
            line.ack(tags)

    def probe(self) -> str:
        """Server, version and how much waits."""
        line = self._publisher.line()
        return f"{line.link.server} 已连接，收件箱待取 {line.waiting()} 包"

    def close(self) -> None:
        """Hang up both lines; what is not acknowledged stays in the queue."""
        self._hung_up.set()
        self._publisher.close()
        self._consumer.close()
        self._hung_up.clear()
