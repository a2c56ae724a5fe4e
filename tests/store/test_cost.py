"""Cost grows with the work done, not with the history kept, and a batch costs as many statements as a single row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from hub.core.streams import StreamId
from hub.flows.growing import grow
from hub.flows.ports import UnitOfWork
from hub.flows.rows import DeliveryStatus, MessageStatus
from hub.store.session import SqlStore
from tests.builders import (
    BEIHAI,
    HAIKOU,
    JOINT,
    NOW,
    chain,
    delivery,
    digest,
    draft,
    frame,
    incarnation,
    leaf_of,
    matter_row,
    message,
    moment,
    parked,
    quarantined,
    salts,
    uuid,
)

HISTORY = {
    "messages",
    "deliveries",
    "leaves",
    "tree_nodes",
    "checkpoints",
    "witnessed",
    "matters",
    "frames",
    "quarantine",
    "reminder_stages",
    "matter_notes",
    "parts",
    "requests",
}


@contextmanager
def watched(store: SqlStore) -> Iterator[list[tuple[str, Any]]]:
    """Collect what is sent to the database."""
    seen: list[tuple[str, Any]] = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        seen.append((statement, parameters))

    event.listen(store._engine, "before_cursor_execute", note)
    yield seen
    event.remove(store._engine, "before_cursor_execute", note)


STREAM = StreamId(BEIHAI, "450900-mr", incarnation())
HOT: dict[str, Callable[[UnitOfWork], object]] = {
    "take": lambda uow: uow.outbox.take(5),
    "of matter": lambda uow: uow.outbox.of_matter(uuid(1)),
    "heads": lambda uow: (uow.streams.lock_out([BEIHAI]), uow.streams.lock_in([STREAM]), uow.streams.in_heads(BEIHAI)),
    "known": lambda uow: uow.messages.receipts_of([digest()]),
    "places": lambda uow: uow.messages.hashes_at([(STREAM, 3)]),
    "entries": lambda uow: uow.messages.entries([uuid(1)]),
    "matters of": lambda uow: uow.messages.matters_of([digest()]),
    "get": lambda uow: uow.messages.get([digest()]),
    "range": lambda uow: uow.messages.range_of(StreamId("450900-mr", BEIHAI, incarnation()), 1, 9),
    "document": lambda uow: uow.messages.find_document(uuid(1)),
    "add copy": lambda uow: uow.messages.add([message(status=MessageStatus.COPY, audience=HAIKOU, sender=BEIHAI)]),
    "pending": lambda uow: uow.deliveries.pending(9, ferry=()),
    "pending online": lambda uow: uow.deliveries.pending(9, ferry=[HAIKOU]),
    "pending ferry": lambda uow: uow.deliveries.pending(9, ferry=[], only=HAIKOU),
    "on wire": lambda uow: uow.deliveries.on_wire([1, 2], moment()),
    "answered": lambda uow: uow.deliveries.answered(
        BEIHAI, [(digest(), DeliveryStatus.STORED, None, moment())], digest()
    ),
    "again": lambda uow: uow.deliveries.again(BEIHAI, [digest()], before=moment()),
    "again copies": lambda uow: uow.deliveries.again(JOINT, None, before=moment()),
    "unanswered": lambda uow: uow.deliveries.unanswered(BEIHAI, 9),
    "unseen": lambda uow: uow.deliveries.unseen(9),
    "held": lambda uow: (uow.held.walk(3, 9, 9), uow.held.answers(BEIHAI, 9)),
    "count": lambda uow: uow.deliveries.count(DeliveryStatus.PENDING),
    "frames": lambda uow: (uow.frames.pending(9, ferry=[HAIKOU]), uow.frames.pending(9, ferry=[], only=HAIKOU)),
    "frames sent": lambda uow: (uow.frames.sent([digest()]), uow.frames.send_again([digest()])),
    "parked": lambda uow: (uow.waiting.of([STREAM]), uow.waiting.drop([digest()])),
    "parts": lambda uow: (uow.parts.have([digest()]), uow.parts.piece(digest(), 0), uow.arrivals.of(BEIHAI, 9)),
    "matters": lambda uow: uow.matters.get([uuid(1)]),
    "reminders": lambda uow: uow.matters.to_remind(moment(), 9),
    "claim": lambda uow: uow.matters.claim_stages([(uuid(1), "due")], moment()),
    "look again": lambda uow: uow.matters.look_again([(uuid(1), moment())]),
    "open": lambda uow: uow.matters.open_ids(9, uuid(1)),
    "notes": lambda uow: uow.notes.of(uuid(1)),
    "log": lambda uow: (uow.ledger.add([leaf_of() for _ in range(9)]), uow.ledger.size()),
    "tree": lambda uow: (uow.tree.read([(0, 1), (4, 1)]), uow.tree.size(), uow.tree.leaves(1, 3)),
    "grow": lambda uow: (uow.tree.hashes(1, 3), uow.tree.grow(0, 3, [])),
    "news": lambda uow: uow.tree.has_news(3, 9, {"receipt"}),
    "checkpoint": lambda uow: uow.checkpoints.newest("log"),
    "witness": lambda uow: (uow.witness.held("log"), uow.witness.at("log", 1)),
    "request": lambda uow: uow.requests.find("officer", "key"),
}


@pytest.mark.parametrize("work", HOT.values(), ids=HOT.keys())
def test_nothing_that_a_worker_does_reads_a_whole_table_of_history(
    sqlite_store: SqlStore, work: Callable[[UnitOfWork], object]
):
    with watched(sqlite_store) as seen, sqlite_store.begin() as uow:
        work(uow)
    plans = []
    with sqlite_store.read() as view:
        for statement, parameters in seen:
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
                plan = view.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                plans += [row.detail for row in plan]
    assert plans
    scans = [line for line in plans if line.startswith("SCAN") and " USING " not in line]
    assert [line for line in scans if line.split()[1] in HISTORY] == []


def _batch(uow: UnitOfWork, size: int) -> None:
    rows = chain(size, audience=BEIHAI)
    uow.outbox.add([draft() for _ in rows])
    uow.outbox.take(size)
    uow.messages.add(rows)
    uow.deliveries.add([delivery(row) for row in rows])
    grow(uow, now=NOW, salt=salts(), limit=size)
    uow.matters.save([matter_row(id=row.matter) for row in rows])
    uow.messages.entries([row.matter for row in rows])
    uow.matters.claim_stages([(row.matter, "due") for row in rows], moment())
    uow.matters.look_again([(row.matter, moment()) for row in rows])
    sent = uow.deliveries.pending(size, ferry=())
    uow.deliveries.on_wire([item.id for item in sent], moment())
    outcomes = [(row.hash, DeliveryStatus.STORED, None, moment()) for row in rows]
    assert uow.deliveries.answered(BEIHAI, outcomes, digest()).news == size
    uow.frames.add([frame() for _ in rows])
    uow.waiting.add([parked(seq=n + 1) for n in range(size)])
    uow.quarantine.add([quarantined(b"%d" % n) for n in range(size)])


def test_a_batch_costs_as_many_statements_as_a_single_row(store: SqlStore):
    counts = []
    with store.begin() as uow:
        uow.ledger.add([leaf_of() for _ in range(40)])  # the first transaction of a process also asks who it is
    for size in (1, 40):
        with watched(store) as seen, pytest.raises(ZeroDivisionError), store.begin() as uow:  # noqa: PT012
            _batch(uow, size)
            raise ZeroDivisionError
        counts.append(len(seen))
    assert counts[0] == counts[1]


KNOWN: dict[str, tuple[Callable[[UnitOfWork], object], int]] = {
    "streams of ours": (lambda uow: uow.streams.lock_out([BEIHAI, HAIKOU]), 1),
    "received streams": (lambda uow: uow.streams.lock_in([STREAM]), 1),
    "matters": (lambda uow: uow.messages.entries([uuid(1)]), 2),
    "frames": (lambda uow: uow.frames.sent([digest()]), 1),
}


@pytest.mark.parametrize(("work", "most"), KNOWN.values(), ids=KNOWN.keys())
def test_what_is_there_already_is_locked_or_done_with_by_one_statement(
    pg_store: SqlStore, work: Callable[[UnitOfWork], object], most: int
):
    with pg_store.begin() as uow:
        work(uow)
        uow.matters.save([matter_row(id=uuid(1))])
    with watched(pg_store) as seen, pg_store.begin() as uow:
        work(uow)
    assert len(seen) == most


def test_what_a_transaction_has_just_sealed_it_need_not_read_to_publish_it(store: SqlStore):
    rows = chain(3, audience=BEIHAI)
    with watched(store) as seen, store.begin() as uow:
        uow.messages.add(rows)
        uow.deliveries.add([delivery(row) for row in rows])
        seen.clear()
        found = uow.deliveries.pending(9, ferry=())
    assert [item.raw for item in found] == [row.raw for row in rows]
    assert [statement for statement, _ in seen if "FROM messages" in statement] == []


def test_a_batch_is_not_bound_by_the_number_of_variables(store: SqlStore):
    rows = chain(1200, audience=BEIHAI)
    with store.begin() as uow:
        uow.messages.add(rows)
        assert len(uow.messages.receipts_of([row.hash for row in rows])) == 1200
        places = [(StreamId(row.sender, row.audience, row.incarnation), row.seq) for row in rows]
        assert len(uow.messages.hashes_at(places)) == 1200
