"""Held → judged in a real database: worker, walk, rows and receipts together."""

from __future__ import annotations

from random import Random  # noqa: TID251  a seeded network; nothing here is left to chance

from hub.flows.rows import MessageStatus
from hub.flows.send import Request, send
from hub.store.session import SqlStore
from hub.worker import Worker
from tests.builders import BEIHAI, YULIN, Clock, federation, ids, keys_for, salts
from tests.builders_office import fitting
from tests.fakes_transport import MemoryNetwork
from tests.flows.desk import Desk
from tests.flows.test_reopening import before_the_upgrade
from tests.simulator.bodies import body


def test_what_a_database_held_is_stored_by_the_worker_after_the_upgrade(store: SqlStore):
    pen, clock = Desk(BEIHAI, federation()), Clock()
    with pen.store.begin() as uow:
        asked = Request("assistance_request", body("assistance_request", "request"), to=(YULIN,))
        send(uow, fitting(uow, asked), actor="officer", now=clock(), new_id=ids(), salt=salts())
    pen.worker.seal_once()
    [sent] = pen.rows.messages.rows.values()
    old, new = (
        Worker(store, MemoryNetwork(Random(1)).transport(YULIN), keys_for(YULIN), clock, ids(), salts())
        for _ in range(2)
    )
    with before_the_upgrade("assistance_request"):
        assert [one.outcome for one in old.record(pen.incoming(sent.raw))] == ["held"]
        old.count_once()
    clock.advance(minutes=5)
    assert new.count_once()
    with store.begin() as uow:
        [row] = uow.messages.get([sent.hash])
        assert (row.status, row.code, row.title, row.stored_at) == (MessageStatus.STORED, None, sent.title, clock())
        assert [one.id for one in uow.frames.get([str(row.receipt_frame)])] == [row.receipt_frame]
        assert uow.matters.get([sent.matter])[sent.matter].state == "requested"
        assert uow.held.walk(0, 99, 9) == ([], None)
    assert new.count_once() == 1, "its title and figures follow"
