"""What every store promises about the question which arrow has something to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hub.flows.ports import UnitOfWork
from hub.flows.ports.parts import Want
from tests.builders import BEIHAI, NOW, delivery, digest, draft, frame, message
from tests.contracts.stores import Backend


def _sent(uow: UnitOfWork) -> None:
    (frame_,) = uow.frames.pending(9, ferry=())
    uow.frames.sent([frame_.id])


def _delivered(uow: UnitOfWork) -> None:
    uow.deliveries.on_wire([one.id for one in uow.deliveries.pending(9, ferry=())], NOW)


def _with_delivery(uow: UnitOfWork) -> None:
    row = message()
    uow.messages.add([row])
    uow.deliveries.add([delivery(row)])


QUEUES: dict[str, tuple[str, Callable[[UnitOfWork], object], Callable[[UnitOfWork], object]]] = {
    "draft": ("seal", lambda uow: uow.outbox.add([draft()]), lambda uow: uow.outbox.take(9)),
    "frame": ("relay", lambda uow: uow.frames.add([frame(pending=True, keep=True)]), _sent),
    "delivery": ("relay", _with_delivery, _delivered),
    "want": (
        "relay",
        lambda uow: uow.wants.add([Want(BEIHAI, digest(), digest(), 0, 9)]),
        lambda uow: uow.wants.drop([BEIHAI]),
    ),
}


@pytest.mark.parametrize("queue", QUEUES)
def test_an_arrow_waits_exactly_while_something_lies_in_its_queue(backend: Backend, queue: str):
    arrow, fill, empty = QUEUES[queue]
    assert backend.waiting() == frozenset()
    with backend.begin() as uow:
        fill(uow)
    assert backend.waiting() == {arrow}
    with backend.begin() as uow:
        empty(uow)
    assert backend.waiting() == frozenset()


def test_what_is_recorded_after_the_question_is_told_by_the_next_one(backend: Backend):
    for turn in range(3):
        with backend.begin() as uow:
            uow.outbox.add([draft()])
        assert backend.waiting() == {"seal"}, turn
        with backend.begin() as uow:
            assert len(uow.outbox.take(9)) == 1
        assert backend.waiting() == frozenset()
