"""Handing over to RabbitMQ without waiting: its word wakes the worker, and comes or is told to be lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from deploy.services import PrivateRabbit
from hub.flows.ports import Outgoing, SentStatus
from hub.transport.rabbitmq import RabbitTransport

ME, PEER = "450900-mr", "440800-ps"


@pytest.fixture
def sender(broker: PrivateRabbit) -> Iterator[RabbitTransport]:
    """One member on a broker that knows the other's inbox."""
    end = RabbitTransport(broker.url, ME, [PEER])
    end.probe()
    yield end
    end.close()


def test_the_broker_s_word_on_a_whole_batch_wakes_the_worker_once(broker: PrivateRabbit) -> None:
    rings: list[float] = []
    woken = threading.Event()

    def ring() -> None:
        rings.append(time.monotonic())
        woken.set()

    worker = RabbitTransport(broker.url, ME, [PEER], on_arrival=ring)
    posted = worker.publish([Outgoing(str(n), PEER, b"x") for n in range(300)])
    assert woken.wait(60)
    assert posted.known()
    assert len(rings) == 1
    worker.close()


@pytest.mark.slow
def test_handing_over_to_a_frozen_broker_does_not_wait_and_its_end_is_told(
    broker: PrivateRabbit, sender: RabbitTransport
) -> None:
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        late = sender.publish([Outgoing("k", PEER, b"late")])
        assert not late.known()
        assert not late.known(0.2)
        assert time.monotonic() - started < 5
    finally:
        os.kill(broker.pid, signal.SIGCONT)
    assert {one.status for one in late.sent()} == {SentStatus.CONFIRMED}
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        lost = sender.publish([Outgoing("k", PEER, b"perhaps")])
        sender.close()
        assert lost.known()
        assert [(one.status, bool(one.reason)) for one in lost.sent()] == [(SentStatus.FAILED, True)]
    finally:
        os.kill(broker.pid, signal.SIGCONT)
