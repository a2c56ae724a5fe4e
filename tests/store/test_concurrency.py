"""Several workers of one node at once: nobody takes what another holds, nobody overwrites what another has written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from deploy.processes import wait_until
from hub.core.streams import Head, StreamId, advance
from hub.flows.growing import grow
from hub.flows.ports import UnitOfWork
from hub.flows.rows import MessageStatus, OutHead
from hub.store.ledger import write_leaves
from hub.store.session import SqlStore
from hub.store.work import Work
from tests.builders import (
    BEIHAI,
    HAIKOU,
    NOW,
    YULIN,
    digest,
    draft,
    incarnation,
    leaf_of,
    matter_row,
    message,
    salts,
    uuid,
)

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


class Second:
    """A second worker that must wait for the first one's transaction."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.pool = ThreadPoolExecutor(1)

    def starts(self, work: Callable[[UnitOfWork], object]) -> None:
        self.result = self.pool.submit(self._run, work)
        assert wait_until(self._waits, 60), "the second worker did not wait for the first"

    def saw(self) -> object:
        return self.result.result(60)

    def _run(self, work: Callable[[UnitOfWork], object]) -> object:
        with self.store.begin() as uow:
            return work(uow)

    def _waits(self) -> bool:
        with self.store.read() as view:
            return bool(view.execute(WAITING).scalar_one())


@pytest.fixture
def second(pg_store: SqlStore) -> Iterator[Second]:
    """The second worker of the node in PostgreSQL."""
    worker = Second(pg_store)
    yield worker
    worker.pool.shutdown()


def test_two_workers_never_take_the_same_draft_and_neither_waits(pg_store: SqlStore):
    with pg_store.begin() as uow:
        uow.outbox.add([draft(document=uuid(n)) for n in range(4)])
    with pg_store.begin() as first, pg_store.begin() as second:
        mine, theirs = first.outbox.take(3), second.outbox.take(3)
    assert [row.document for row in mine] == [uuid(0), uuid(1), uuid(2)]
    assert [row.document for row in theirs] == [uuid(3)]


def test_drafts_taken_by_a_worker_that_fails_are_there_for_the_next(pg_store: SqlStore):
    with pg_store.begin() as uow:
        uow.outbox.add([draft(), draft()])
    with pytest.raises(ZeroDivisionError), pg_store.begin() as first:  # noqa: PT012
        first.outbox.take(2)
        raise ZeroDivisionError
    with pg_store.begin() as second:
        assert len(second.outbox.take(9)) == 2


@pytest.mark.parametrize("known", [0, 7])
def test_two_workers_never_number_one_stream_at_once(pg_store: SqlStore, second: Second, known: int):
    with pg_store.begin() as uow:
        uow.streams.save_out([OutHead(BEIHAI, incarnation(), known, digest("known"))] if known else [])
    with pg_store.begin() as first:
        head = first.streams.lock_out([HAIKOU, BEIHAI])[BEIHAI]
        second.starts(lambda uow: uow.streams.lock_out([BEIHAI, HAIKOU])[BEIHAI])
        first.streams.save_out([OutHead(BEIHAI, head.incarnation, head.seq + 1, digest("next"))])
    assert second.saw() == OutHead(BEIHAI, incarnation(), known + 1, digest("next"))


def test_two_workers_never_advance_one_received_stream_at_once(pg_store: SqlStore, second: Second):
    stream = StreamId(BEIHAI, YULIN, incarnation())
    with pg_store.begin() as first:
        head = first.streams.lock_in([stream])[stream]
        second.starts(lambda uow: uow.streams.lock_in([stream])[stream])
        first.streams.save_in([advance(head, 1, digest("one"))])
    assert second.saw() == Head(stream, 1, digest("one"))


LOCKS: dict[str, Callable[[UnitOfWork, list[str]], object]] = {
    "ours": lambda uow, names: uow.streams.lock_out(names),
    "received": lambda uow, names: uow.streams.lock_in([StreamId(name, YULIN, incarnation()) for name in names]),
}


@pytest.mark.parametrize("lock", LOCKS.values(), ids=LOCKS.keys())
def test_who_waits_for_a_stream_that_another_begins_holds_none_that_comes_later(
    pg_store: SqlStore, second: Second, lock: Callable[[UnitOfWork, list[str]], object]
):
    """With the later one in hand it would be waited for by the one for whom it waits."""
    new, known = sorted([BEIHAI, HAIKOU])
    with pg_store.begin() as uow:
        lock(uow, [known])
    with pg_store.begin() as first:
        lock(first, [new])
        second.starts(lambda uow: lock(uow, [new, known]))
        lock(first, [known])
    second.saw()


def test_a_stream_that_was_only_locked_does_not_exist(pg_store: SqlStore):
    stream = StreamId(BEIHAI, YULIN, incarnation())
    with pg_store.begin() as uow:
        assert uow.streams.lock_out([BEIHAI])[BEIHAI].seq == 0
        assert uow.streams.lock_in([stream]) == {stream: Head(stream)}
    with pg_store.begin() as uow:
        assert (uow.streams.out_heads([BEIHAI]), uow.streams.in_heads(BEIHAI)) == ([], [])


@pytest.mark.parametrize("exists", [False, True])
def test_of_two_workers_with_a_message_each_the_second_folds_both(pg_store: SqlStore, second: Second, exists: bool):
    """Each would otherwise fold the matter without the other's message, and the later would win."""
    ours = message(matter=uuid(1))
    theirs = message(matter=uuid(1), sender=BEIHAI, audience=YULIN, status=MessageStatus.STORED)
    with pg_store.begin() as uow:
        uow.matters.save([matter_row(id=uuid(1))] if exists else [])

    def fold(uow: UnitOfWork) -> set[str]:
        uow.messages.add([theirs])
        found = {entry.hash for entry in uow.messages.entries([uuid(1)])}
        uow.matters.save([matter_row(id=uuid(1), messages=len(found))])
        return found

    with pg_store.begin() as first:
        first.messages.add([ours])
        assert {entry.hash for entry in first.messages.entries([uuid(1)])} == {ours.hash}
        second.starts(fold)
        first.matters.save([matter_row(id=uuid(1), messages=1)])
    assert second.saw() == {ours.hash, theirs.hash}
    with pg_store.begin() as uow:
        assert uow.matters.get([uuid(1)])[uuid(1)].messages == 2


def test_rows_of_matters_are_locked_before_the_names_of_those_without_and_looked_for_again_after(
    pg_store: SqlStore, second: Second
):
    """Whoever holds a name while it waits for a row would be waited for; and what was absent may be there by then."""
    known, new = uuid(2), uuid(1)
    with pg_store.begin() as uow:
        uow.matters.save([matter_row(id=known)])

    def fold(uow: UnitOfWork) -> None:
        uow.messages.entries([new, known])
        uow.matters.save([matter_row(id=name, messages=2) for name in (new, known)])

    with pg_store.begin() as first:
        first.messages.entries([known])
        second.starts(fold)
        first.messages.entries([new])
        first.matters.save([matter_row(id=new, messages=1)])
    second.saw()
    with pg_store.begin() as uow:
        assert {row.id: row.messages for row in uow.matters.get([new, known]).values()} == {new: 2, known: 2}


@pytest.mark.parametrize("many", [1, 40])
def test_positions_are_given_in_the_order_of_the_commits_and_what_failed_leaves_no_hole(
    pg_store: SqlStore, second: Second, many: int
):
    """The first holds the counter as at the end of its transaction; the second, which was begun before, waits."""
    with pytest.raises(ZeroDivisionError), pg_store.begin() as uow:  # noqa: PT012
        work = open_work(uow)
        write_leaves(work, [leaf_of(f"gone {n}") for n in range(many)])
        second.starts(lambda other: other.ledger.add([leaf_of(f"kept {n}") for n in range(many)]))
        raise ZeroDivisionError
    second.saw()
    with pg_store.begin() as uow:
        work = open_work(uow)
        write_leaves(work, [leaf_of("first")])
        second.starts(lambda other: other.ledger.add([leaf_of("second")]))
    second.saw()
    with pg_store.read() as view:
        found = view.execute(text("SELECT position, subject FROM leaves ORDER BY position")).all()
    names = [*(f"kept {n}" for n in range(many)), "first", "second"]
    assert [tuple(row) for row in found] == list(enumerate(names))


def open_work(uow: UnitOfWork) -> Work:
    found: Work = uow.ledger._work  # type: ignore[attr-defined]
    return found


def test_two_that_let_the_tree_grow_at_once_are_one(pg_store: SqlStore, second: Second):
    with pg_store.begin() as uow:
        uow.ledger.add([leaf_of() for _ in range(40)])
    with pg_store.begin() as first:
        assert grow(first, now=NOW, salt=salts(), limit=20) == 20
        second.starts(lambda uow: (grow(uow, now=NOW, salt=salts(), limit=33), uow.tree.size()))
    assert second.saw() == (0, 20)


def test_a_reminder_stage_is_claimed_by_one_of_two_workers(pg_store: SqlStore, second: Second):
    now = draft().issued
    with pg_store.begin() as first:
        assert first.matters.claim_stages([(uuid(1), "due")], now) == {(uuid(1), "due")}
        second.starts(lambda uow: uow.matters.claim_stages([(uuid(1), "due")], now))
    assert second.saw() == set()


def test_a_recount_is_done_by_one_worker_at_a_time_and_the_other_goes_on_with_its_work(pg_store: SqlStore):
    with pg_store.begin() as uow:
        uow.notes.begin_recount(1)
    with pg_store.begin() as first, pg_store.begin() as second:
        assert first.notes.recount() is not None
        assert second.notes.recount() is None


def test_writers_of_one_file_come_one_after_the_other(sqlite_store: SqlStore):
    def add(_number: int) -> None:
        with sqlite_store.begin() as uow:
            before = uow.outbox.count()
            uow.outbox.add([draft()])
            assert uow.outbox.count() == before + 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(20)))
    with sqlite_store.begin() as uow:
        assert uow.outbox.count() == 20


def test_who_reads_waits_for_nobody(store: SqlStore):
    with store.begin() as uow:
        uow.outbox.add([draft()])
        with store.read() as view:
            assert view.execute(text("SELECT count(*) FROM outbox")).scalar_one() == 0
