"""The sending half: publishes parcels in a pipeline and keeps the account of what the broker said about each item.

``mandatory`` is always set: the broker confirms an unroutable message too, after ``basic.return``. The return carries
no delivery tag, so every message carries its tag as ``message_id``.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

from pika import BasicProperties, URLParameters
from pika.spec import Basic

from hub.core.errors import TransportAway
from hub.core.ids import ALL, is_member_id
from hub.flows.ports import Outgoing, Sent, SentStatus
from hub.transport.limits import MAX_RECORD, NO_SUCH_INBOX, TOO_LONG
from hub.transport.rabbitmq_loop import EXCHANGE, Link, check_topology, declare_topology, inbox_of, is_own_login
from hub.transport.rabbitmq_parcel import PARCEL, Parcel, parcels

WINDOW: Final = 1000
"""Most parcels in flight; beyond this the broker's answers set the pace."""

_WINDOW_BYTES: Final = 32 * 1024 * 1024
_SLICE: Final = 100
"""Parcels per turn of the loop, so that the socket is served (and heartbeats answered) between turns."""

_PATIENCE: Final = 40.0
"""Longest silence with messages in flight; longer than the blocked-connection patience, whose reason is better."""


class Batch:
    """The items of one call, in parcels, and what is known of each: a ``Posted``. Written by the loop's thread."""

    __slots__ = ("_heard", "_left", "_link", "done", "items", "left", "outcomes", "parcels")

    def __init__(self, items: Sequence[Outgoing], link: Link) -> None:
        """Not handed over yet."""
        self.items = items
        self.outcomes: list[tuple[SentStatus, str] | None] = [_refusal(item) for item in items]
        self.left = self.outcomes.count(None)
        self.parcels = deque(parcels(items, [place for place, known in enumerate(self.outcomes) if known is None]))
        """Those not published yet."""
        self.done = threading.Event()
        self._link = link
        self._left, self._heard = self.left, time.monotonic()

    def known(self, wait: float = 0.0) -> bool:
        """Whether nothing more will be said of it: all is, or the line is gone."""
        deadline = time.monotonic() + wait
        while self._link.alive and not self.done.is_set():
            now = time.monotonic()
            if self.left != self._left:
                self._left, self._heard = self.left, now
            elif now - self._heard > _PATIENCE:
                # Late confirms would belong to messages already reported as failed: the channel must go with them.
                self._link.close(1.0, "消息服务器长时间没有确认收件")
            if now >= deadline:
                return False
            self.done.wait(min(1.0, deadline - now))
        return True

    def sent(self) -> list[Sent]:
        """One result per item; what the broker never spoke about has failed with the line."""
        while not self.known(_PATIENCE):
            pass
        failed = (SentStatus.FAILED, self._link.reason)
        return [Sent(item.key, *(known or failed)) for item, known in zip(self.items, self.outcomes, strict=True)]


def _refusal(item: Outgoing) -> tuple[SentStatus, str] | None:
    """What need not be tried: no peer could read it, or no such address can exist."""
    if len(item.raw) > MAX_RECORD:
        return SentStatus.FAILED, TOO_LONG
    if item.to != ALL and not is_member_id(item.to):
        return SentStatus.RETURNED, NO_SUCH_INBOX
    return None


class Numbered(BasicProperties):  # type: ignore[misc]
    """Properties that differ in their ``message_id`` alone, written once; pika writes them when it is handed them."""

    def __init__(self, member: str, user: str | None, content_type: str | None = None) -> None:
        """``user``: as whom the broker knows us, if it vouches for it."""
        place = "{number}"
        super().__init__(content_type, delivery_mode=2, app_id=member, user_id=user, message_id=place)
        written = b"".join(super().encode())
        self._before, _, self._behind = written.partition(bytes([len(place)]) + place.encode())
        self._number = b""

    def numbered(self, number: int) -> Numbered:
        """These, with this number, until the next."""
        self._number = b"%d" % number
        return self

    def encode(self) -> list[bytes]:
        """The same bytes as pika's own."""
        return [self._before, bytes([len(self._number)]), self._number, self._behind]


class PublishLine:
    """One publishing connection; several threads may call :meth:`publish` at once."""

    def __init__(
        self,
        url_parameters: URLParameters,
        member: str,
        declared: Sequence[str],
        on_word: Callable[[], None] | None,
    ) -> None:
        """``declared``: members whose inboxes are declared on connecting (at least our own).

        ``on_word`` runs in the link's thread when the broker has spoken of a whole batch, or the line dies.
        """
        self._member = member
        self._declared = declared
        # The broker checks user_id against the login and refuses any other value: only claim what it will vouch for.
        self._user = member if is_own_login(url_parameters, member) else None
        self._bare = Numbered(member, self._user)
        self._parcel = Numbered(member, self._user, PARCEL)
        self._channel: Any = None
        self._tag = 0
        self._on_word = on_word
        self._flying: dict[int, tuple[Batch, Parcel]] = {}
        self._flying_bytes = 0
        self._returned: dict[int, str] = {}
        self._queue: deque[Batch] = deque()
        self._pumping = False
        self.link = Link(url_parameters, self._setup, self._down)

    def publish(self, items: Sequence[Outgoing]) -> Batch:
        """Hand the whole batch to the loop at once."""
        batch = Batch(items, self.link)
        if batch.left:
            self.link.submit(lambda: self._enqueue(batch))
        else:
            batch.done.set()
        return batch

    def waiting(self) -> int:
        """Parcels waiting in our own inbox, as the broker counts them."""
        answer: list[int] = []
        answered = threading.Event()

        def note(frame: Any) -> None:
            answer.append(int(frame.method.message_count))
            answered.set()

        def ask() -> None:
            if self._channel.is_open:
                self._channel.queue_declare(inbox_of(self._member), passive=True, callback=note)

        if not self.link.submit(ask) or not answered.wait(5.0):
            raise TransportAway(self.link.reason or "消息服务器没有应答")
        return answer[0]

    def _setup(self, channel: Any, ready: Any) -> None:
        self._channel = channel
        if self._user is None:
            declare_topology(channel, self._declared)
        else:
            check_topology(channel, self._member)
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, callback=lambda _frame: ready())

    def _down(self) -> None:
        for batch in {*self._queue, *(batch for batch, _ in self._flying.values())}:
            batch.done.set()
        self._ring()

    def _ring(self) -> None:
        if self._on_word is not None:
            self._on_word()

    def _enqueue(self, batch: Batch) -> None:
        self._queue.append(batch)
        if not self._pumping:
            self._pump()

    def _pump(self) -> None:
        """Publish until the window is full or the turn is over; confirms and the next turn carry on."""
        self._pumping = False
        with self.link.together():
            for _ in range(_SLICE):
                if not self._queue or len(self._flying) >= WINDOW or self._flying_bytes >= _WINDOW_BYTES:
                    return
                if not self._channel.is_open:
                    return
                self._publish_next(self._queue[0])
        self._pumping = self.link.submit(self._pump)

    def _publish_next(self, batch: Batch) -> None:
        parcel = batch.parcels.popleft()
        if not batch.parcels:
            self._queue.popleft()
        self._tag += 1
        self._flying[self._tag] = (batch, parcel)
        self._flying_bytes += parcel.size
        properties = (self._parcel if len(parcel.places) > 1 else self._bare).numbered(self._tag)
        self._channel.basic_publish(EXCHANGE, parcel.to, parcel.body(batch.items), properties, mandatory=True)

    def _on_return(self, _channel: Any, method: Any, properties: Any, _body: bytes) -> None:
        reason = NO_SUCH_INBOX if method.reply_code == 312 else f"被退回：{method.reply_code} {method.reply_text}"
        self._returned[int(properties.message_id)] = reason

    def _on_confirm(self, frame: Any) -> None:
        method = frame.method
        accepted = isinstance(method, Basic.Ack)
        for tag in self._tags_of(method.delivery_tag, method.multiple):
            self._settle(tag, accepted)
        if not self._pumping:
            self._pump()

    def _tags_of(self, tag: int, multiple: bool) -> list[int]:
        """The tags one confirm speaks about; ours are handed out in rising order, so the oldest come first."""
        if not multiple:
            return [tag]
        tags = []
        for flying in self._flying:
            if 0 < tag < flying:
                break
            tags.append(flying)
        return tags

    def _settle(self, tag: int, accepted: bool) -> None:
        entry = self._flying.pop(tag, None)
        if entry is None:
            return
        batch, parcel = entry
        self._flying_bytes -= parcel.size
        outcome = _outcome(accepted, self._returned.pop(tag, None))
        for place in parcel.places:
            batch.outcomes[place] = outcome
        batch.left -= len(parcel.places)
        if batch.left == 0:
            batch.done.set()
            self._ring()


def _outcome(accepted: bool, returned: str | None) -> tuple[SentStatus, str]:
    """A return comes before its confirm and outweighs it."""
    if returned is not None:
        return SentStatus.RETURNED, returned
    if accepted:
        return SentStatus.CONFIRMED, ""
    return SentStatus.FAILED, "消息服务器拒绝收件（nack）"
