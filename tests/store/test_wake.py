"""The next arrow starts at once, and only when there is something for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.flows.rows import DeliveryStatus
from hub.store.session import SqlStore
from hub.store.wake import Wake, open_wake
from tests.builders import delivery, draft, frame, leaf_of, message, moment


@pytest.fixture
def wake(url: str) -> Iterator[Wake]:
    """Waits for what ``store`` records."""
    opened = open_wake(url)
    yield opened
    opened.close()


def test_who_waits_is_woken_within_fifty_milliseconds_of_the_commit(store: SqlStore, url: str):
    delays: list[float] = []

    def listen(ready: list[Wake]) -> float:
        ready.append(opened := open_wake(url))
        assert opened.wait(60)
        woken = time.perf_counter()
        opened.close()
        return woken

    with ThreadPoolExecutor(1) as pool:
        # How soon the operating system lets a woken thread run is no matter of ours: on a busy machine it takes longer
        # now and then, but a wake that itself takes longer does so every time.
        while len(delays) < 5 or (min(delays) >= 0.05 and len(delays) < 200):
            ready: list[Wake] = []
            future = pool.submit(listen, ready)
            while not ready:
                assert not future.done()
            with store.begin() as uow:
                uow.outbox.add([draft()])
            committed = time.perf_counter()
            delays.append(future.result(60) - committed)
    assert min(delays) < 0.05, delays


def test_what_was_committed_before_the_wait_is_not_missed_and_is_forgotten_once_heard(store: SqlStore, wake: Wake):
    for _ in range(3):
        with store.begin() as uow:
            uow.outbox.add([draft()])
    assert wake.wait(60)
    heard = [wake.wait(0.05) for _ in range(3)]
    assert heard[-1] is False, "three commits were heard more than three times"


def test_what_is_rolled_back_wakes_nobody(store: SqlStore, wake: Wake):
    with pytest.raises(ZeroDivisionError), store.begin() as uow:  # noqa: PT012
        uow.outbox.add([draft()])
        raise ZeroDivisionError
    assert not wake.wait(0.05)


def test_a_worker_that_does_everything_itself_wakes_nobody(pg_store: SqlStore, pg_url: str):
    wake = open_wake(pg_url)
    for rings in (False, True):
        pg_store.rings = rings
        with pg_store.begin() as uow:
            uow.outbox.add([draft()])
        assert wake.wait(60 if rings else 0.2) is rings
    wake.close()


def test_everything_that_must_go_out_wakes_and_the_rest_does_not(pg_store: SqlStore, pg_url: str):
    """PostgreSQL only: a file cannot say what has changed in it."""
    wake = open_wake(pg_url)
    row, sent = message(), frame(keep=True, pending=False)
    waiting, done = delivery(row), delivery(row, member="450500-ps", status=DeliveryStatus.ON_WIRE, on_wire_at=moment())
    steps = [
        (lambda uow: uow.ledger.add([leaf_of()]), False),
        (lambda uow: uow.messages.add([row]), False),
        (lambda uow: uow.deliveries.add([done]), False),
        (lambda uow: uow.deliveries.add([waiting]), True),
        (lambda uow: uow.deliveries.again("450500-ps", [row.hash], before=moment(9)), True),
        (lambda uow: uow.deliveries.again("450500-ps", [row.hash], before=moment(9)), False),
        (lambda uow: uow.frames.add([sent]), False),
        (lambda uow: uow.frames.send_again([sent.id]), True),
        (lambda uow: uow.frames.add([frame()]), True),
        (lambda uow: uow.outbox.add([]), False),
        (lambda uow: uow.outbox.add([draft()]), True),
    ]
    for number, (step, expected) in enumerate(steps):
        with pg_store.begin() as uow:
            step(uow)
        assert wake.wait(60 if expected else 0.05) is expected, number
    wake.close()
