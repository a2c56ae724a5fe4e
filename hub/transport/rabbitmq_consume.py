"""The receiving half: buffers what the broker pushes and acknowledges what the caller has recorded."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

from pika import URLParameters

from hub.core.errors import Malformed, TransportAway
from hub.core.ids import ALL
from hub.flows.ports import Incoming
from hub.transport.rabbitmq_loop import Link, check_topology, declare_topology, inbox_of, is_own_login
from hub.transport.rabbitmq_parcel import PARCEL, unpacked

PREFETCH: Final = 200
"""Most AMQP messages handed to us unacknowledged: 24 MB of parcels, or as many single envelopes."""
_OWN_COPIES_AT_ONCE: Final = 50
_OWN_COPIES_DELAY: Final = 0.05


class AckLedger:
    """Which delivery tags of one channel are settled; turns a set of tags into the fewest ``basic.ack``.

    The broker closes the channel on a tag it does not know, so every tag goes out at most once.
    """

    def __init__(self) -> None:
        """Nothing delivered yet; a channel counts from 1."""
        self.top = 0
        """Highest tag delivered on this channel."""
        self._floor = 0
        self._done: set[int] = set()

    def settle(self, tags: Sequence[int]) -> list[tuple[int, bool]]:
        """Mark ``tags``; return the ``(delivery_tag, multiple)`` pairs to send, without unknown and repeated tags."""
        new = {tag for tag in tags if self._floor < tag <= self.top and tag not in self._done}
        commands: list[tuple[int, bool]] = []
        last = 0
        while (tag := self._floor + 1) in new or tag in self._done:
            if tag in new:
                last = tag
            new.discard(tag)
            self._done.discard(tag)
            self._floor = tag
        if last:
            # Everything up to ``last`` is settled, and ``last`` itself is still outstanding, as the broker requires.
            commands.append((last, True))
        commands.extend((tag, False) for tag in sorted(new))
        self._done |= new
        return commands


class ConsumeLine:
    """One consuming connection. Deliveries of a dead line are never handed out: the broker will send them again."""

    def __init__(
        self,
        url_parameters: URLParameters,
        member: str,
        declared: Sequence[str],
        generation: int,
        on_arrival: Callable[[], None] | None,
        prefetch: int,
    ) -> None:
        """``on_arrival`` runs in the link's thread when something arrives in the empty buffer or the line dies."""
        self._member = member
        self._declared = declared
        self._own_login = is_own_login(url_parameters, member)
        self._generation = str(generation)
        self._on_arrival = on_arrival
        self._prefetch = prefetch
        self._channel: Any = None
        self._ledger = AckLedger()
        self._unsettled: dict[int, set[int]] = {}
        """By delivery tag: the places of a parcel that are not acknowledged yet, for as long as there are any."""
        self._own_copies: list[int] = []
        self._buffer: deque[Incoming] = deque()
        self._bell = threading.Condition()
        self._hungry = 0
        self.link = Link(url_parameters, self._setup, self._down)

    def take(self, limit: int, deadline: float) -> list[Incoming]:
        """Up to ``limit`` deliveries, waiting for the first until ``deadline`` (monotonic)."""
        with self._bell:
            # Set before the buffer is looked at: the loop appends first and then looks whether anybody is hungry.
            self._hungry += 1
            while not self._buffer and self.link.alive and (left := deadline - time.monotonic()) > 0:
                self._bell.wait(left)
            self._hungry -= 1
            if not self.link.alive:
                raise TransportAway(self.link.reason)
            return [self._buffer.popleft() for _ in range(min(limit, len(self._buffer)))]

    def ack(self, tags: Sequence[str]) -> None:
        """Acknowledge those of ``tags`` that this line handed out; one hand-over for all of them."""
        parted = (tag.split(":") for tag in tags)
        mine = [(int(one[1]), int(one[2])) for one in parted if self._owns(one)]
        if mine:
            self.link.submit(lambda: self._settle(self._emptied(mine)))

    def _owns(self, parts: list[str]) -> bool:
        """Generation, number of the delivery and place in it."""
        return len(parts) == 3 and parts[0] == self._generation and all(_is_number(each) for each in parts[1:])

    def _emptied(self, taken: Sequence[tuple[int, int]]) -> list[int]:
        """The deliveries of which nothing is left to acknowledge."""
        emptied = []
        for tag, place in taken:
            left = self._unsettled.get(tag)
            if left is not None:
                left.discard(place)
                if not left:
                    del self._unsettled[tag]
                    emptied.append(tag)
        return emptied

    def _setup(self, channel: Any, ready: Any) -> None:
        self._channel = channel
        if self._own_login:
            check_topology(channel, self._member)
        else:
            declare_topology(channel, self._declared)
        # Per consumer (not global): quorum queues refuse global QoS.
        channel.basic_qos(prefetch_count=self._prefetch, callback=lambda _frame: None)
        channel.add_on_cancel_callback(lambda _frame: self.link.fail(None))
        channel.basic_consume(inbox_of(self._member), self._on_message, callback=lambda _frame: ready())

    def _on_message(self, _channel: Any, method: Any, properties: Any, body: bytes) -> None:
        tag = method.delivery_tag
        self._ledger.top = tag
        if method.routing_key == ALL and properties.app_id == self._member:
            self._drop_own_copy(tag)
            return
        raws = _envelopes(body, properties.content_type)
        self._unsettled[tag] = set(range(len(raws)))
        before = f"{self._generation}:{tag}:"
        was_empty = not self._buffer
        self._buffer.extend(
            Incoming(f"{before}{place}", raw, "amqp", properties.user_id) for place, raw in enumerate(raws)
        )
        if self._hungry:
            with self._bell:
                self._bell.notify()
        if was_empty and self._on_arrival is not None:
            self._on_arrival()

    def _drop_own_copy(self, tag: int) -> None:
        """A broadcast reaches its sender's inbox too: acknowledge it unseen, in batches, but soon."""
        if not self._own_copies:
            self._channel.connection.ioloop.call_later(_OWN_COPIES_DELAY, self._settle_own_copies)
        self._own_copies.append(tag)
        if len(self._own_copies) >= _OWN_COPIES_AT_ONCE:
            self._settle_own_copies()

    def _settle_own_copies(self) -> None:
        tags, self._own_copies = self._own_copies, []
        self._settle(tags)

    def _settle(self, tags: Sequence[int]) -> None:
        if not self._channel.is_open:
            return
        for tag, multiple in self._ledger.settle(tags):
            self._channel.basic_ack(tag, multiple)

    def _down(self) -> None:
        with self._bell:
            self._bell.notify_all()
        if self._on_arrival is not None:
            self._on_arrival()


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 20


def _envelopes(body: bytes, content_type: str | None) -> list[bytes]:
    """The envelopes of one AMQP message; a parcel nobody can read is handed on whole, for quarantine."""
    try:
        return unpacked(body) if content_type == PARCEL else [body]
    except Malformed:
        return [body]
