"""The clock over real databases: two workers, a killed worker, a long sleep."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import text

from hub.core.ids import uuid7
from hub.flows.clock import remind
from hub.store.session import SqlStore, open_store
from tests.builders import BEIHAI, NOW, YULIN, ids, matter_row, message, salts, thread
from tests.builders_fields import FIELDS

DUE = 60
SEEN = ("SELECT matter FROM outbox", "SELECT matter FROM reminder_stages", "SELECT subject FROM leaves")


def register(store: SqlStore, count: int) -> list[str]:
    """Open matters on whose last day, 2026-05-08, the clock must look at them from ``NOW`` on."""
    found = [thread() for _ in range(count)]
    with store.begin() as uow:
        uow.messages.add([message(matter=one, seq=1 + turn) for turn, one in enumerate(found)])
        uow.matters.save([matter_row(id=one, remind_at=NOW) for one in found])
    return found


def tick(store: SqlStore, now: datetime, limit: int = 500, start: int = 1) -> int:
    with store.begin() as uow:
        return remind(uow, now=now, new_id=ids(start), salt=salts(start), limit=limit)


def reminded(store: SqlStore) -> list[list[str]]:
    """What each table of a reminder names."""
    with store.read() as view:
        return [sorted(view.execute(text(query)).scalars()) for query in SEEN]


def day(number: int) -> datetime:
    """Ten o'clock in Beijing, so many days after the last day."""
    return datetime.fromisoformat("2026-05-08T02:00:00Z") + timedelta(days=number)


def test_two_workers_at_once_remind_each_matter_once(url: str, store: SqlStore):
    due = register(store, DUE)
    start = Barrier(2)

    def work(number: int) -> int:
        own = open_store(url, YULIN, FIELDS)
        start.wait(timeout=30)
        done = sum(tick(own, day(0), limit=7, start=1 + turn * 100 + number * 10_000) for turn in range(DUE))
        own.close()
        return done

    with ThreadPoolExecutor(2) as pool:
        shares = list(pool.map(work, range(2)))

    assert sum(shares) == DUE
    matters, claimed, leaves = reminded(store)
    assert matters == claimed == sorted(due)
    assert len(leaves) == DUE


def test_a_worker_skips_what_another_is_reminding_of_and_does_not_wait(pg_store: SqlStore):
    register(pg_store, 4)
    with pg_store.begin() as first:
        mine = first.matters.to_remind(day(0), 3)
        with pg_store.begin() as second:
            theirs = second.matters.to_remind(day(0), 9)
    assert (len(mine), len(theirs)) == (3, 1)
    assert not {row.id for row in mine} & {row.id for row in theirs}


def test_a_matter_whose_duty_was_done_while_the_clock_looked_keeps_its_new_state(pg_store: SqlStore):
    (matter,) = register(pg_store, 1)
    with pg_store.begin() as uow:
        uow.messages.entries([matter])
        uow.matters.save([matter_row(id=matter, clock="met", state="fed_back", remind_at=None)])
        assert tick(pg_store, day(0)) == 0, "who folds it holds it"
    assert tick(pg_store, day(0)) == 0
    with pg_store.begin() as uow:
        assert uow.matters.get([matter])[matter].clock == "met"


def _die_at_the_third(url: str) -> None:
    made = iter(range(1, 99))

    def new_id(now: datetime) -> str:
        number = next(made)
        if number == 3:
            os._exit(9)
        return uuid7(now, number.to_bytes(10, "big"))

    with open_store(url, YULIN, FIELDS).begin() as uow:
        remind(uow, now=day(0), new_id=new_id, salt=salts(), limit=500)


def test_a_worker_killed_between_claim_and_decision_leaves_neither(url: str, store: SqlStore):
    due = register(store, 5)
    victim = multiprocessing.get_context("spawn").Process(target=_die_at_the_third, args=(url,))
    victim.start()
    victim.join(60)

    assert victim.exitcode == 9
    assert reminded(store) == [[], [], []]
    assert tick(store, day(0)) == 5
    assert reminded(store)[:2] == [sorted(due)] * 2


def test_after_a_long_sleep_each_matter_is_reminded_of_once_and_the_schedule_goes_on(store: SqlStore):
    """Asleep since before the first stage: five of them passed. Then every third working day, as agreed."""
    due = register(store, 3)
    assert tick(store, day(10)) == 3
    assert tick(store, day(10)) == 0
    with store.begin() as uow:
        looks = {row.remind_at for row in uow.matters.get(due).values()}
    assert looks == {datetime.fromisoformat("2026-05-20T01:00:00Z")}, "Tuesday 05-12, Friday 05-15, Wednesday 05-20 …"
    counts = [tick(store, day(number)) for number in range(10, 25)]
    assert [number for number, count in zip(range(10, 25), counts, strict=True) if count] == [12, 17, 20]
    assert set(counts) == {0, 3}


@pytest.mark.parametrize("told", [BEIHAI, "out-460200-1"])
def test_who_has_no_node_is_not_reminded_on_the_wire_but_the_schedule_goes_on(store: SqlStore, told: str):
    (matter,) = register(store, 1)
    with store.begin() as uow:
        uow.matters.save([matter_row(id=matter, other=told, remind_at=NOW)])
    assert tick(store, day(0)) == (1 if told == BEIHAI else 0)
    with store.begin() as uow:
        later = uow.matters.get([matter])[matter].remind_at
    assert later is not None
    assert later > day(0)
