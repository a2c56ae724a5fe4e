"""What must hold in every store between two transactions (RELIABILITY I3, I6; and that the indexes tell the truth)."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from hub.core.streams import StreamId
from hub.flows.rows import DeliveryStatus, Message, MessageStatus

if TYPE_CHECKING:
    from tests.memory.store import MemoryUnitOfWork

ANSWERS = frozenset({DeliveryStatus.STORED, DeliveryStatus.REFUSED, DeliveryStatus.HELD})


def check(rows: MemoryUnitOfWork, skipped: frozenset[tuple[StreamId, int]]) -> None:
    streams = _full_messages(rows)
    for stream, messages in streams.items():
        _check_chain(stream, messages, skipped)
    _check_heads(rows, streams)
    _check_deliveries(rows)
    _check_indexes(rows)


def _full_messages(rows: MemoryUnitOfWork) -> dict[StreamId, list[Message]]:
    found: dict[StreamId, list[Message]] = {}
    for row in rows.messages.rows.values():
        if row.status is not MessageStatus.COPY:
            found.setdefault(StreamId(row.sender, row.audience, row.incarnation), []).append(row)
    return found


def _check_chain(stream: StreamId, messages: list[Message], skipped: frozenset[tuple[StreamId, int]]) -> None:
    messages.sort(key=lambda row: row.seq)
    numbers = [row.seq for row in messages]
    assert len(set(numbers)) == len(numbers), f"I3: {stream} holds two messages in one place: {numbers}"
    for before, row in pairwise(messages):
        gap = range(before.seq + 1, row.seq)
        assert all((stream, seq) in skipped for seq in gap), f"I6: {stream} has a hole before {row.seq}"
        assert gap or row.prev == before.hash, f"I6: {stream} number {row.seq} is not chained to the one before it"
    assert messages[0].seq != 1 or messages[0].prev is None, f"I6: {stream} begins with a predecessor"


def _check_heads(rows: MemoryUnitOfWork, streams: dict[StreamId, list[Message]]) -> None:
    heads = {stream: (head.seq, head.hash) for stream, head in rows.streams.received.items()}
    for head in rows.streams.out.values():
        heads[StreamId(rows.member, head.audience, head.incarnation)] = (head.seq, head.hash)
    for stream, (seq, name) in heads.items():
        top = streams[stream][-1] if stream in streams else None
        if top is None:
            continue
        assert top.seq <= seq, f"I6: {stream} holds number {top.seq} beyond its head {seq}"
        assert top.seq < seq or top.hash == name, f"I6: the head of {stream} is not its last message"


def _check_deliveries(rows: MemoryUnitOfWork) -> None:
    for row in rows.deliveries.rows.values():
        assert row.form == "seen" or row.message in rows.messages.rows, f"delivery of nothing: {row}"
        assert row.status not in ANSWERS or row.receipt_frame is not None, f"I2: answered without a receipt: {row}"
        wired = row.status is DeliveryStatus.ON_WIRE
        assert not wired or row.on_wire_at is not None, f"I2: on the wire since when? {row}"


def _check_indexes(rows: MemoryUnitOfWork) -> None:
    deliveries = rows.deliveries
    statuses = Counter(row.status for row in deliveries.rows.values())
    assert statuses == Counter({status: n for status, n in deliveries.totals.items() if n}), "delivery counts are off"
    assert sum(map(len, deliveries.waiting.values())) == statuses[DeliveryStatus.PENDING], "pending index is off"
    assert sum(map(len, deliveries.on_the_wire.values())) == statuses[DeliveryStatus.ON_WIRE], "on-wire index is off"
    queued = sum(map(len, rows.frames.waiting.values()))
    assert queued == sum(frame.pending for frame in rows.frames.rows.values()), "frame index is off"
    assert sum(map(len, rows.waiting.by_stream.values())) == len(rows.waiting.rows), "parked index is off"
    assert sum(map(len, rows.messages.by_matter.values())) == len(rows.messages.rows), "matter index is off"
    assert sum(row.clock in {"waiting", "running"} for row in rows.matters.rows.values()) == len(rows.matters.open)
    assert sorted(rows.outbox.rows) == rows.outbox.order, "outbox index is off"
    assert rows.tree.size() <= rows.ledger.size(), "the tree stands over more leaves than there are"
    assert not rows.ledger.new, "leaves that no transaction wrote"
