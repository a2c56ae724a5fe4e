"""Several workers of one node on one database: nothing is taken twice, numbered twice or lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any

import pytest

from hub.core import merkle
from hub.core.streams import Head, StreamId
from hub.flows.growing import grow
from hub.flows.ports import UnitOfWork
from hub.flows.rows import OutHead
from tests.builders import (
    BEIHAI,
    HAIKOU,
    NOW,
    YULIN,
    digest,
    draft,
    federation,
    frame,
    incarnation,
    leaf_of,
    matter_row,
    moment,
    quarantined,
    salts,
    user,
)
from tests.contracts.stores import SqlBackend

WORKERS = 4


@pytest.fixture
def node(sql_url: str) -> Iterator[SqlBackend]:
    """One database of each kind."""
    opened = SqlBackend(sql_url, federation().trust)
    yield opened
    opened.close()


@pytest.fixture
def server(pg_database: str) -> Iterator[SqlBackend]:
    """The one kind on which several transactions write at the same time."""
    opened = SqlBackend(pg_database, federation().trust)
    yield opened
    opened.close()


def together(work: Callable[[int], Any]) -> list[Any]:
    """The results of all workers, who start at the same moment."""
    start = Barrier(WORKERS)

    def run(number: int) -> Any:
        start.wait(timeout=30)
        return work(number)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(run, range(WORKERS)))


def test_each_draft_is_taken_by_one_worker(node: SqlBackend):
    drafts = [draft() for _ in range(40)]
    with node.begin() as uow:
        uow.outbox.add(drafts)

    def work(_: int) -> list[str]:
        mine: list[str] = []
        while True:
            with node.begin() as uow:
                taken = uow.outbox.take(3)
                if not taken and uow.outbox.count() == 0:
                    return mine
            mine += [row.document for row in taken]

    taken = [name for mine in together(work) for name in mine]
    assert sorted(taken) == sorted(row.document for row in drafts)


def test_drafts_another_worker_holds_are_skipped_and_not_waited_for(server: SqlBackend):
    with server.begin() as uow:
        uow.outbox.add([draft(title=f"第{n}份") for n in range(4)])
    with server.begin() as first:
        assert [row.title for row in first.outbox.take(2)] == ["第0份", "第1份"]
        with server.begin() as second:
            assert [row.title for row in second.outbox.take(9)] == ["第2份", "第3份"]


def test_numbers_of_a_stream_are_given_once_also_its_first(node: SqlBackend):
    def work(_: int) -> list[int]:
        mine = []
        for _round in range(5):
            with node.begin() as uow:
                head = uow.streams.lock_out([BEIHAI, "all"])[BEIHAI]
                mine.append(head.seq + 1)
                uow.streams.save_out([OutHead(BEIHAI, head.incarnation, head.seq + 1, digest(str(head.seq)))])
        return mine

    given = sorted(number for mine in together(work) for number in mine)
    assert given == list(range(1, 5 * WORKERS + 1))


def test_a_received_stream_goes_on_from_one_head(node: SqlBackend):
    stream = StreamId(BEIHAI, YULIN, incarnation())

    def work(_: int) -> list[int]:
        mine = []
        for _round in range(5):
            with node.begin() as uow:
                head = uow.streams.lock_in([stream])[stream]
                mine.append(head.seq + 1)
                uow.streams.save_in([Head(stream, head.seq + 1, digest(str(head.seq)))])
        return mine

    seen = sorted(number for mine in together(work) for number in mine)
    assert seen == list(range(1, 5 * WORKERS + 1))


def test_a_worker_that_asked_for_streams_in_another_order_does_not_block_the_others(node: SqlBackend):
    orders = [(BEIHAI, HAIKOU, "all"), ("all", HAIKOU, BEIHAI)]

    def work(number: int) -> int:
        for _ in range(5):
            with node.begin() as uow:
                heads = uow.streams.lock_out(orders[number % 2])
                uow.streams.save_out([OutHead(h.audience, h.incarnation, h.seq + 1, digest()) for h in heads.values()])
        return 5

    assert sum(together(work)) == 5 * WORKERS
    with node.begin() as uow:
        assert {head.seq for head in uow.streams.out_heads(orders[0])} == {5 * WORKERS}


def test_workers_that_begin_streams_while_others_lock_them_do_not_block_one_another(node: SqlBackend):
    """Half begin them in the order of their names, half against it: early ones lack where late ones are there."""
    names = [f"member-{n:02}" for n in range(40)]
    windows = [names[first : first + 4] for first in range(len(names) - 3)]

    def work(number: int) -> None:
        for window in windows if number % 2 else windows[::-1]:
            with node.begin() as uow:
                heads = uow.streams.lock_out(window).values()
                uow.streams.save_out([OutHead(h.audience, h.incarnation, h.seq + 1, digest()) for h in heads])

    together(work)
    with node.begin() as uow:
        given = {head.audience: head.seq for head in uow.streams.out_heads(names)}
    assert given == {name: WORKERS * sum(name in window for window in windows) for name in names}


def test_leaves_of_workers_that_write_at_once_stand_without_hole_or_double_and_those_of_one_act_together(
    node: SqlBackend,
):
    """Few go in by one statement, many by another, and every third transaction fails.

    Half of the workers add before they lock, the others afterwards: were leaves written when they are added, they would
    wait for each other in a ring.
    """

    def work(number: int) -> list[list[str]]:
        kept = []
        for turn, count in enumerate((1, 3, 40, 2, 5, 1)):
            names = [f"{number}/{turn}/{n}" for n in range(count)]
            acts = [lambda uow, names=names: uow.ledger.add([leaf_of(name) for name in names]), _advance]
            with suppress(ZeroDivisionError), node.begin() as uow:
                for act in acts if number % 2 else reversed(acts):
                    act(uow)
                if turn % 3 == 2:
                    raise ZeroDivisionError
                kept.append(names)
        return kept

    acts = [names for one in together(work) for names in one]
    positions = node.positions()
    subjects = [subject for _, subject in positions]
    assert [place for place, _ in positions] == list(range(sum(map(len, acts))))
    for names in acts:
        first = subjects.index(names[0])
        assert subjects[first : first + len(names)] == names


def _advance(uow: UnitOfWork) -> None:
    [head] = uow.streams.lock_out([BEIHAI]).values()
    uow.streams.save_out([OutHead(BEIHAI, head.incarnation, head.seq + 1, digest())])


def test_the_tree_grows_over_every_leaf_once_when_several_let_it_grow(node: SqlBackend):
    def work(number: int) -> int:
        grown = 0
        for turn in range(5):
            with node.begin() as uow:
                uow.ledger.add([leaf_of(f"{number}/{turn}/{n}") for n in range(7)])
            with node.begin() as uow:
                grown += grow(uow, now=NOW, salt=salts(), limit=20)
        return grown

    grown = sum(together(work))
    with node.begin() as uow:
        grown += grow(uow, now=NOW, salt=salts(), limit=1000)
        assert (grown, uow.tree.size()) == (35 * WORKERS, 35 * WORKERS)
        hashes = [one for _, one in sorted(uow.tree.hashes(0, 35 * WORKERS).items())]
        made = {(level, n): one for level, n, one in merkle.grow(0, hashes, {})}
        assert uow.tree.read(list(made)) == made
        assert uow.alarms.open(YULIN) == []


def test_one_of_many_workers_claims_a_reminder_stage(node: SqlBackend):
    row = matter_row()
    with node.begin() as uow:
        uow.matters.save([row])

    def work(_: int) -> list[str]:
        mine = []
        for stage in ("before-3", "before-1", "due", "overdue"):
            with node.begin() as uow:
                mine += [name for _, name in uow.matters.claim_stages([(row.id, stage)], NOW)]
        return mine

    claimed = [stage for mine in together(work) for stage in mine]
    assert sorted(claimed) == ["before-1", "before-3", "due", "overdue"]


def test_one_of_many_browsers_uses_a_sign_in_link(node: SqlBackend):
    with node.begin() as uow:
        uow.users.put(user("officer"))
        uow.users.add_link(digest("link"), "officer", moment(60))

    def work(_: int) -> str | None:
        with node.begin() as uow:
            return uow.users.use_link(digest("link"), NOW)

    assert sorted(together(work), key=str) == [None] * (WORKERS - 1) + ["officer"]


def test_equal_bytes_and_frames_from_many_workers_are_one_row(node: SqlBackend):
    item, heads = quarantined(b"the same"), frame(keep=True)

    def work(_: int) -> None:
        with node.begin() as uow:
            uow.quarantine.add([item])
            uow.frames.add([heads])

    together(work)
    assert node.quarantined() == {item.sha256: WORKERS}
    with node.begin() as uow:
        assert uow.frames.pending(9, ferry=()) == [heads]


def test_what_one_process_commits_another_sees(node: SqlBackend, sql_url: str):
    other = SqlBackend(sql_url, None)
    try:
        newer = federation().renewed().trust
        with node.begin() as uow:
            assert uow.trusts.current().roster.version == 1
            uow.outbox.add([draft()])
        with other.begin() as uow:
            assert len(uow.outbox.take(9)) == 1
            uow.trusts.replace(newer)
        with node.begin() as uow:
            assert uow.outbox.count() == 0
            assert uow.trusts.current().roster.version == 2
    finally:
        other.close()
