"""The faults of the fake network, which simulations rely on."""

from __future__ import annotations

import random  # noqa: TID251  the network asks for a generator
from collections.abc import Sequence

import pytest

from hub.flows.ports import Outgoing, SentStatus
from tests.fakes_transport import Faults, MemoryNetwork, MemoryTransport

ME, PEER, THIRD = "450900-mr", "440800-ps", "450900-jm"
SENT = [b"message %d" % number for number in range(200)]


def network(**faults: float) -> tuple[MemoryNetwork, MemoryTransport, MemoryTransport]:
    made = MemoryNetwork(random.Random(1), Faults(**faults))
    return made, made.transport(ME), made.transport(PEER)


def publish(sender: MemoryTransport, raws: Sequence[bytes], to: str = PEER) -> list[SentStatus]:
    return [one.status for one in sender.publish([Outgoing("k", to, raw) for raw in raws]).sent()]


def received(receiver: MemoryTransport) -> list[bytes]:
    return [item.raw for item in receiver.receive(10_000, 0)]


def test_dropped_copies_are_confirmed_and_gone() -> None:
    _, sender, receiver = network(drop=0.5)
    assert set(publish(sender, SENT)) == {SentStatus.CONFIRMED}
    assert 50 < len(received(receiver)) < 150


def test_duplicates_come_twice() -> None:
    _, sender, receiver = network(duplicate=1)
    publish(sender, SENT)
    assert received(receiver) == [raw for raw in SENT for _ in range(2)]


def test_reordered_copies_are_the_same_copies() -> None:
    _, sender, receiver = network(reorder=1)
    publish(sender, SENT)
    found = received(receiver)
    assert found != SENT
    assert sorted(found) == sorted(SENT)


def test_delayed_copies_wait_until_they_are_let_through() -> None:
    made, sender, receiver = network(delay=1)
    publish(sender, SENT)
    assert received(receiver) == []
    assert made.deliver_some(30) == 30
    assert len(received(receiver)) == 30
    assert made.deliver_some() == 170
    assert made.in_flight() == 170


def test_a_corrupt_copy_differs_in_one_byte() -> None:
    _, sender, receiver = network(corrupt=1)
    publish(sender, SENT)
    for before, after in zip(SENT, received(receiver), strict=True):
        assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_a_lost_confirm_is_a_failure_that_arrives() -> None:
    _, sender, receiver = network(unconfirmed=1)
    assert set(publish(sender, SENT)) == {SentStatus.FAILED}
    assert received(receiver) == SENT


def test_a_refused_publication_does_not_arrive() -> None:
    _, sender, receiver = network(fail=1)
    assert set(publish(sender, SENT)) == {SentStatus.FAILED}
    assert received(receiver) == []


def test_a_cut_works_in_one_direction_until_it_is_healed() -> None:
    made, sender, receiver = network()
    made.cut(ME, PEER)
    assert publish(sender, [b"x"]) == [SentStatus.FAILED]
    assert publish(receiver, [b"y"], ME) == [SentStatus.CONFIRMED]
    made.heal()
    assert publish(sender, [b"z"]) == [SentStatus.CONFIRMED]
    assert received(receiver) == [b"z"]


def test_a_broadcast_over_a_cut_link_reaches_the_others() -> None:
    made, sender, receiver = network()
    third = made.transport(THIRD)
    made.cut(ME, PEER)
    assert publish(sender, [b"news"], "all") == [SentStatus.CONFIRMED]
    assert received(receiver) == []
    assert received(third) == [b"news"]


def test_what_is_on_the_way_does_not_pass_a_cut() -> None:
    made, sender, receiver = network(delay=1)
    publish(sender, [b"x"])
    made.cut(ME, PEER)
    assert made.deliver_some() == 0
    made.heal()
    assert made.deliver_some() == 1
    assert received(receiver) == [b"x"]


def test_a_wiped_network_has_lost_what_waited() -> None:
    made, sender, receiver = network()
    publish(sender, SENT)
    made.wipe()
    assert received(receiver) == []
    assert publish(sender, [b"again"]) == [SentStatus.CONFIRMED]


def test_what_a_restart_brings_back_stands_before_what_came_later() -> None:
    _, sender, receiver = network()
    publish(sender, [b"1", b"2", b"3"])
    first, second, third = receiver.receive(3, 0)
    receiver.ack([second.tag])
    publish(sender, [b"4"])
    receiver.restart()
    receiver.ack([first.tag, third.tag])
    assert received(receiver) == [b"1", b"3", b"4"]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_seed_repeats_the_whole_run(seed: int) -> None:
    def run() -> list[bytes]:
        faults = Faults(drop=0.2, duplicate=0.2, reorder=0.5, delay=0.3, corrupt=0.1)
        made = MemoryNetwork(random.Random(seed), faults)
        sender, receiver = made.transport(ME), made.transport(PEER)
        publish(sender, SENT)
        made.deliver_some(10)
        return received(receiver)

    assert run() == run()
