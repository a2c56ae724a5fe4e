"""What only the broker has: delivery tags, returns, connections that die in every way."""

from __future__ import annotations

import gc
import math
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from deploy.services import PrivateRabbit
from hub.core.errors import Misconfigured, TransportAway
from hub.flows.ports import Incoming, Outgoing, Sent, SentStatus
from hub.transport.rabbitmq import RabbitTransport
from tests.contracts.pipes import eventually

ME, PEER = "450900-mr", "440800-ps"


@pytest.fixture
def ends(broker: PrivateRabbit) -> Iterator[tuple[RabbitTransport, RabbitTransport]]:
    """Two members on an empty broker."""
    sender, receiver = RabbitTransport(broker.url, ME), RabbitTransport(broker.url, PEER)
    for end in (sender, receiver):
        end.probe()
        drain(end)
    yield sender, receiver
    sender.close()
    receiver.close()


def drain(receiver: RabbitTransport) -> list[Incoming]:
    """Take and acknowledge until nothing more comes."""
    found: list[Incoming] = []
    while some := receiver.receive(500, 0.5):
        receiver.ack([item.tag for item in some])
        found.extend(some)
    return found


def outlives_a_power_cut(broker: PrivateRabbit, member: str) -> bool:
    """Whether the broker's list of queues on disk has the inbox already.

    RabbitMQ 3.10 writes that list half a second after a queue is declared; an inbox younger than that comes back from
    a kill without a leader and confirms nothing until it is deleted (deploy/RUNBOOK.md, 消息服务器).
    """
    lists = broker.folder.glob("mnesia/*/quorum/*/names.dets")
    return any(f"inbox.{member}".encode() in each.read_bytes() for each in lists)


def statuses(sent: list[Sent]) -> set[SentStatus]:
    return {one.status for one in sent}


@pytest.mark.slow
def test_a_broker_killed_in_the_middle_has_everything_it_confirmed(
    broker: PrivateRabbit, ends: tuple[RabbitTransport, RabbitTransport]
) -> None:
    sender, receiver = ends
    eventually(lambda: all(outlives_a_power_cut(broker, member) for member in (ME, PEER)))
    total = 30_000
    results: list[Sent] = []
    started = threading.Event()

    def flood() -> None:
        for start in range(0, total, 500):
            batch = [Outgoing(str(n), PEER, b"%d" % n + b"." * 1000) for n in range(start, start + 500)]
            results.extend(sender.publish(batch).sent())
            started.set()

    flooding = threading.Thread(target=flood)
    flooding.start()
    try:
        assert started.wait(90)
        broker.kill()
        flooding.join(90)
    finally:
        broker.start()
    assert not flooding.is_alive()
    assert [one.key for one in results] == [str(n) for n in range(total)]
    assert statuses(results) == {SentStatus.CONFIRMED, SentStatus.FAILED}
    eventually(lambda: statuses(sender.publish([Outgoing("end", PEER, b"end.")]).sent()) == {SentStatus.CONFIRMED})
    receiver.close()
    arrived = {item.raw.split(b".")[0].decode() for item in drain(receiver)}
    assert {one.key for one in results if one.status is SentStatus.CONFIRMED} <= arrived


@pytest.mark.slow
def test_a_wiped_broker_is_furnished_again_by_whoever_calls(
    broker: PrivateRabbit, ends: tuple[RabbitTransport, RabbitTransport]
) -> None:
    sender, receiver = ends
    broker.wipe()
    broker.start()
    eventually(lambda: statuses(sender.publish([Outgoing("k", ME, b"to self")]).sent()) == {SentStatus.CONFIRMED})
    assert statuses(sender.publish([Outgoing("k", PEER, b"early")]).sent()) == {SentStatus.RETURNED}
    receiver.close()
    receiver.probe()
    assert statuses(sender.publish([Outgoing("k", PEER, b"late")]).sent()) == {SentStatus.CONFIRMED}
    assert [item.raw for item in drain(receiver)] == [b"late"]


def test_inboxes_of_listed_members_are_declared_for_them(broker: PrivateRabbit) -> None:
    sender = RabbitTransport(broker.url, ME, ["330100-mr"])
    assert statuses(sender.publish([Outgoing("k", "330100-mr", b"waits")]).sent()) == {SentStatus.CONFIRMED}
    sender.close()


def test_own_copies_of_broadcasts_leave_the_queue_unseen(ends: tuple[RabbitTransport, RabbitTransport]) -> None:
    sender, receiver = ends
    sender.receive(1, 0)
    broadcasts = [Outgoing(str(n), "all", b"%d" % n) for n in range(1200)]
    assert statuses(sender.publish(broadcasts).sent()) == {SentStatus.CONFIRMED}
    assert len(drain(receiver)) == 1200
    assert sender.receive(1, 0.3) == []
    sender.close()
    assert "待取 0 包" in sender.probe()
    # Not even after a reconnect: they were acknowledged, not only hidden.
    assert sender.receive(1, 0.3) == []


def test_arrival_in_an_empty_buffer_wakes_the_worker(
    broker: PrivateRabbit, ends: tuple[RabbitTransport, RabbitTransport]
) -> None:
    woken = threading.Event()
    worker = RabbitTransport(broker.url, PEER, on_arrival=woken.set)
    ends[1].close()
    assert worker.receive(1, 0) == []
    assert not woken.is_set()
    ends[0].publish([Outgoing("k", PEER, b"x")]).sent()
    assert woken.wait(60)
    woken.clear()
    drain(worker)
    worker.close()
    assert woken.wait(60), "the worker must also hear that the line is gone"


def test_a_queue_deleted_under_the_consumer_is_declared_again(
    broker: PrivateRabbit, ends: tuple[RabbitTransport, RabbitTransport]
) -> None:
    import pika

    sender, receiver = ends
    receiver.receive(1, 0)
    with pika.BlockingConnection(pika.URLParameters(broker.url)) as administrator:
        administrator.channel().queue_delete(f"inbox.{PEER}")

    def noticed() -> bool:
        try:
            return receiver.receive(1, 0.05) != []
        except TransportAway:
            return True

    eventually(noticed)
    receiver.receive(1, 0)
    assert statuses(sender.publish([Outgoing("k", PEER, b"x")]).sent()) == {SentStatus.CONFIRMED}
    assert [item.raw for item in drain(receiver)] == [b"x"]


def test_several_threads_may_publish_and_receive_at_once(ends: tuple[RabbitTransport, RabbitTransport]) -> None:
    sender, receiver = ends
    outcomes: list[Sent] = []

    def publish(number: int) -> None:
        for batch in range(5):
            raws = [b"%d-%d-%d" % (number, batch, n) for n in range(100)]
            outcomes.extend(sender.publish([Outgoing(raw.decode(), PEER, raw) for raw in raws]).sent())

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert statuses(outcomes) == {SentStatus.CONFIRMED}
    assert {item.raw.decode() for item in drain(receiver)} == {one.key for one in outcomes}
    assert len(outcomes) == 2000


def test_closing_wakes_whoever_waits(ends: tuple[RabbitTransport, RabbitTransport]) -> None:
    receiver = ends[1]
    outcome: list[str] = []

    def wait() -> None:
        try:
            receiver.receive(1, 60)
        except TransportAway as error:
            outcome.append(error.detail)

    receiver.receive(1, 0)
    waiting = threading.Thread(target=wait)
    waiting.start()

    def woken() -> bool:
        receiver.close()
        waiting.join(0.2)
        return not waiting.is_alive()

    eventually(woken)
    assert outcome


@pytest.mark.parametrize("url", ["", "http://127.0.0.1", "amqp://127.0.0.1:notaport", "amqp://h?heartbeat=x"])
def test_an_address_nobody_can_read_stops_the_node_from_starting(url: str) -> None:
    with pytest.raises(Misconfigured):
        RabbitTransport(url, ME)


def test_a_refused_password_is_said_in_plain_words(broker: PrivateRabbit) -> None:
    stranger = RabbitTransport(broker.url.replace("guest:guest", "guest:wrong"), ME)
    with pytest.raises(TransportAway, match="用户名、口令"):
        stranger.probe()
    (sent,) = stranger.publish([Outgoing("k", PEER, b"x")]).sent()
    assert (sent.status, "用户名、口令" in sent.reason) == (SentStatus.FAILED, True)


def test_without_a_broker_attempts_are_spaced_out() -> None:
    attempts = 0
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)

        def hang_up() -> None:
            nonlocal attempts
            while not over.is_set():
                try:
                    server.accept()[0].close()
                except TimeoutError:
                    continue
                attempts += 1

        over = threading.Event()
        hanging_up = threading.Thread(target=hang_up)
        hanging_up.start()
        lonely = RabbitTransport(f"amqp://127.0.0.1:{server.getsockname()[1]}", ME)
        since = time.monotonic()
        for _ in range(50):
            assert statuses(lonely.publish([Outgoing("k", PEER, b"x")]).sent()) == {SentStatus.FAILED}
            with pytest.raises(TransportAway):
                lonely.receive(1, 0.01)
        seconds = time.monotonic() - since
        lonely.close()
        over.set()
        hanging_up.join()
    # One per connection at first, the next a tenth of a second later or more; from then on the pauses double. Half a
    # second of calls leaves room for three, and a busy machine takes longer over them.
    assert 2 <= attempts <= 2 * int(1 + math.log2(1 + seconds / 0.1))


@pytest.mark.slow
def test_hanging_up_on_a_frozen_broker_ends_and_leaves_no_socket(broker: PrivateRabbit) -> None:
    member = RabbitTransport(broker.url, ME)
    member.receive(1, 0)
    member.probe()
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        member.close()
        assert time.monotonic() - started < 20
        del member
        # An open socket would complain here, and warnings are errors.
        gc.collect()
    finally:
        os.kill(broker.pid, signal.SIGCONT)


@pytest.mark.slow
def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        silent = RabbitTransport(f"amqp://127.0.0.1:{server.getsockname()[1]}", ME)
        with pytest.raises(TransportAway):
            silent.probe()
        silent.close()
