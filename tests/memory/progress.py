"""Deliveries, control frames and parked messages in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from hub.core.delivery import Answered
from hub.core.ids import ALL
from hub.core.streams import StreamId
from hub.flows.rows import Delivery, DeliveryStatus, Frame, Message, MessageStatus, Parked, ToPublish
from tests.memory.journal import Concern, Count, Journal, write

if TYPE_CHECKING:
    from tests.memory.sending import MemoryMessages

T = TypeVar("T")

Outcome = tuple[str, DeliveryStatus, str | None, datetime]


class MemoryDeliveries(Concern):
    name = "deliveries"
    messages: MemoryMessages
    """Set by the store: the two know each other as two joined tables do."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[int, Delivery] = {}
        self.by_pair: dict[tuple[str, str], int] = {}
        self.waiting: dict[str, list[int]] = {}
        self.on_the_wire: dict[tuple[str, str], list[int]] = {}
        self.blind: list[tuple[int, str]] = []
        self.totals: dict[DeliveryStatus, int] = {}
        self._next = Count()

    @write
    def add(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            assert (delivery.message, delivery.member) not in self.by_pair, "one delivery per message and member"
            self._insert(delivery)

    def pending(self, limit: int, *, ferry: Collection[str], only: str | None = None) -> list[ToPublish]:
        return [self._to_publish(self.rows[row]) for row in oldest(self.waiting, limit, ferry, only)]

    @write
    def on_wire(self, ids: Sequence[int], at: datetime) -> None:
        for row in (self.rows[number] for number in ids if number in self.rows):
            if row.status is DeliveryStatus.PENDING:
                self._change(row, status=DeliveryStatus.ON_WIRE, on_wire_at=at, attempts=row.attempts + 1)

    def receipted(self, member: str, messages: Collection[str]) -> dict[str, str]:
        rows = (self.find(message, member) for message in messages)
        return {row.message: row.receipt_frame for row in rows if row is not None and row.receipt_frame is not None}

    @write
    def renew(self, member: str, messages: Collection[str], frame: str) -> None:
        for row in [self.find(message, member) for message in self.receipted(member, messages)]:
            assert row is not None
            self._change(row, receipt_frame=frame)

    @write
    def withhold(self, ids: Sequence[int], code: str) -> None:
        for row in (self.rows[number] for number in ids if number in self.rows):
            if row.status is DeliveryStatus.PENDING:
                self._change(row, status=DeliveryStatus.WITHHELD, code=code)

    def known(self, member: str, messages: Collection[str]) -> set[str]:
        return {message for message in messages if self.find(message, member) is not None}

    @write
    def readmit(self, member: str, code: str) -> set[str]:
        rows = [row for row in self.rows.values() if row.member == member]
        back = [row for row in rows if (row.status, row.code) == (DeliveryStatus.WITHHELD, code)]
        for row in back:
            self._change(row, status=DeliveryStatus.PENDING, code=None)
        return {row.message for row in back}

    @write
    def answered(self, member: str, outcomes: Sequence[Outcome], frame: str) -> Answered:
        news, moving = 0, set[str]()
        for message, status, code, stored_at in outcomes:
            row = self.find(message, member)
            withheld = row is not None and row.status is DeliveryStatus.WITHHELD
            if row is None:
                self._insert(Delivery(message, member, "seen", status, None, stored_at, code, frame))
            elif row.receipt_frame is None or (row.status is DeliveryStatus.HELD and status is not DeliveryStatus.HELD):
                self._change(row, status=status, stored_at=stored_at, code=code, receipt_frame=frame)
            else:
                continue
            news += 1
            if withheld or status is DeliveryStatus.REFUSED:
                moving.add(message)
        return Answered(news, frozenset(moving))

    @write
    def again(self, member: str, messages: Collection[str] | None, *, before: datetime) -> int:
        if messages is None:
            rows = [self.rows[row] for row in self.on_the_wire.get((member, "header"), ())]
        else:
            rows = [row for row in (self.find(message, member) for message in set(messages)) if row is not None]
        late = [row for row in rows if row.status is DeliveryStatus.ON_WIRE and is_before(row.on_wire_at, before)]
        for row in late:
            self._change(row, status=DeliveryStatus.PENDING)
        return len(late)

    def unanswered(self, member: str, limit: int) -> list[tuple[str, str, str, int]]:
        rows = [self.rows[row] for row in self.on_the_wire.get((member, "full"), [])[:limit]]
        full = [self.messages.rows[row.message] for row in rows]
        return [(m.hash, m.audience, m.incarnation, m.seq) for m in full]

    def unseen(self, limit: int) -> list[tuple[str, str]]:
        return [(name, self.messages.rows[name].audience) for _, name in self.blind[:limit]]

    def count(self, status: DeliveryStatus) -> int:
        return self.totals.get(status, 0)

    def find(self, message: str, member: str) -> Delivery | None:
        row = self.by_pair.get((message, member))
        return None if row is None else self.rows[row]

    def note_copy(self, copy: Message) -> None:
        """A header copy came: unless its addressee's receipt came before it, that is still to be learnt."""
        if copy.audience != ALL and not is_answered(self.find(copy.hash, copy.audience)):
            self.journal.insert(self.blind, (copy.id, copy.hash))

    def _insert(self, delivery: Delivery) -> None:
        row = replace(delivery, id=self._next())
        self.journal.put(self.by_pair, (row.message, row.member), row.id)
        self.journal.put(self.rows, row.id, row)
        self._index(row)
        self._note_answer(row, before=None)

    def _change(self, old: Delivery, **changes: Any) -> None:
        row = replace(old, **changes)
        self.journal.put(self.rows, row.id, row)
        self._unindex(old)
        self._index(row)
        self._note_answer(row, before=old)

    def _note_answer(self, row: Delivery, *, before: Delivery | None) -> None:
        message = self.messages.rows.get(row.message)
        if message is None or message.status is not MessageStatus.COPY or message.audience != row.member:
            return
        if is_answered(row) and not is_answered(before):
            self.journal.remove(self.blind, (message.id, message.hash))

    def _index(self, row: Delivery) -> None:
        self.journal.put(self.totals, row.status, self.totals.get(row.status, 0) + 1)
        index = self._queue(row)
        if index is not None:
            self.journal.insert(index, row.id)

    def _unindex(self, row: Delivery) -> None:
        self.journal.put(self.totals, row.status, self.totals[row.status] - 1)
        index = self._queue(row)
        if index is not None:
            self.journal.remove(index, row.id)

    def _queue(self, row: Delivery) -> list[int] | None:
        if row.status is DeliveryStatus.PENDING:
            return self.waiting.setdefault(row.member, [])
        if row.status is DeliveryStatus.ON_WIRE:
            return self.on_the_wire.setdefault((row.member, row.form), [])
        return None

    def _to_publish(self, row: Delivery) -> ToPublish:
        message = self.messages.rows[row.message]
        parts, erased = message.parts, message.erased is not None
        return ToPublish(
            row.id, row.message, row.member, message.audience, row.form, message.raw, parts, message.expires, erased
        )


class MemoryFrames(Concern):
    name = "frames"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[str, Frame] = {}
        self.numbers: dict[str, int] = {}
        self.waiting: dict[str, list[tuple[int, str]]] = {}
        self._next = Count()

    @write
    def add(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            if frame.id in self.rows:
                continue
            self.journal.put(self.numbers, frame.id, self._next())
            self.journal.put(self.rows, frame.id, frame)
            if frame.pending:
                self._enqueue(frame)

    def pending(self, limit: int, *, ferry: Collection[str], only: str | None = None) -> list[Frame]:
        return [self.rows[frame] for _, frame in oldest(self.waiting, limit, ferry, only)]

    def get(self, ids: Collection[str]) -> list[Frame]:
        found = [self.rows[name] for name in set(ids) if name in self.rows and self.rows[name].keep]
        return sorted(found, key=lambda frame: self.numbers[frame.id])

    @write
    def sent(self, ids: Sequence[str]) -> None:
        for frame in [self.rows[name] for name in ids if name in self.rows]:
            if frame.pending:
                self.journal.remove(self.waiting[frame.audience], (self.numbers[frame.id], frame.id))
            if frame.keep:
                self.journal.put(self.rows, frame.id, replace(frame, pending=False))
            else:
                self.journal.drop(self.rows, frame.id)
                self.journal.drop(self.numbers, frame.id)

    @write
    def send_again(self, ids: Collection[str]) -> None:
        for frame in [self.rows[name] for name in set(ids) if name in self.rows]:
            if frame.keep and not frame.pending:
                self.journal.put(self.rows, frame.id, replace(frame, pending=True))
                self._enqueue(frame)

    def _enqueue(self, frame: Frame) -> None:
        queue = self.waiting.setdefault(frame.audience, [])
        self.journal.insert(queue, (self.numbers[frame.id], frame.id))


class MemoryWaiting(Concern):
    name = "waiting"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[tuple[StreamId, int, str], Parked] = {}
        self.by_stream: dict[StreamId, list[tuple[int, str]]] = {}
        self.by_hash: dict[str, tuple[tuple[StreamId, int, str], ...]] = {}
        self.reasons: dict[tuple[str, StreamId], int] = {}

    @write
    def add(self, parked: Sequence[Parked]) -> None:
        for row in parked:
            stream = StreamId(row.sender, row.audience, row.incarnation)
            key = (stream, row.seq, row.hash)
            if key in self.rows:
                continue
            self.journal.put(self.rows, key, row)
            self.journal.insert(self.by_stream.setdefault(stream, []), key[1:])
            self.journal.put(self.by_hash, row.hash, (*self.by_hash.get(row.hash, ()), key))
            reason = (row.waits_for, stream)
            self.journal.put(self.reasons, reason, self.reasons.get(reason, 0) + 1)

    def of(self, streams: Collection[StreamId]) -> list[Parked]:
        return [self.rows[(s, seq, name)] for s in dict.fromkeys(streams) for seq, name in self.by_stream.get(s, ())]

    def get(self, hashes: Collection[str]) -> list[Parked]:
        return [self.rows[key] for name in sorted(hashes) for key in self.by_hash.get(name, ())]

    def have(self, hashes: Collection[str]) -> set[str]:
        return {name for name in hashes if self.by_hash.get(name)}

    @write
    def drop(self, hashes: Collection[str]) -> None:
        for name in set(hashes) & self.by_hash.keys():
            for key in self.by_hash[name]:
                reason = (self.rows[key].waits_for, key[0])
                self.journal.drop(self.rows, key)
                self.journal.remove(self.by_stream[key[0]], key[1:])
                self.journal.put(self.reasons, reason, self.reasons[reason] - 1)
            self.journal.drop(self.by_hash, name)

    def streams_waiting_for(self, what: str) -> list[StreamId]:
        return [stream for (reason, stream), rows in self.reasons.items() if reason == what and rows]


def oldest(queues: dict[str, list[T]], limit: int, ferry: Collection[str], only: str | None) -> Iterable[T]:
    """The first ``limit`` of several ascending queues; nothing is sorted again."""
    if only is not None:
        return queues.get(only, [])[:limit]
    return islice(merge(*(queue[:limit] for name, queue in queues.items() if name not in ferry)), limit)  # type: ignore[type-var]


def is_before(moment: datetime | None, limit: datetime) -> bool:
    return moment is not None and moment < limit


def is_answered(row: Delivery | None) -> bool:
    return row is not None and row.receipt_frame is not None
