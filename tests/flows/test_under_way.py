"""Nobody waits for the pipe's word: what is under way is neither published again nor claimed, whatever happens."""

from __future__ import annotations

import pytest

from hub.core.errors import TransportAway
from hub.flows.rows import DeliveryStatus
from hub.flows.send import Request
from tests.builders import BEIHAI, JOINT, YULIN
from tests.fakes_transport import Faults
from tests.simulator.bodies import body
from tests.simulator.rest import check_rest
from tests.simulator.world import Node, World

SILENT = Faults(late=1.0)
"""The pipe takes everything, and its word does not come until somebody waits for it."""


@pytest.fixture
def world() -> World:
    """Two messages of 玉林's are under way: one request, to 北海 and as a header copy to the joint-meeting office."""
    made = World(1)
    ask(made)
    made.network.faults = SILENT
    made.nodes[YULIN].worker.carry()
    return made


def ask(world: World, sender: str = YULIN, to: str = BEIHAI) -> None:
    world.nodes[sender].send(Request("assistance_request", body("assistance_request", "request"), to=(to,)))


def statuses(node: Node) -> set[DeliveryStatus]:
    return {row.status for row in node.store.rows.deliveries.rows.values()}


def messages_published(node: Node) -> int:
    return sum(count for kind, count in node.tap.published.items() if "message" in kind)


def test_what_is_under_way_is_still_pending_and_not_published_again(world: World) -> None:
    asker = world.nodes[YULIN]
    assert messages_published(asker) == 2
    assert statuses(asker) == {DeliveryStatus.PENDING}
    assert [asker.worker.carry() for _ in range(3)] == [0, 0, 0], "there is nothing to do but to wait for the pipe"
    assert messages_published(asker) == 2
    world.network.faults = Faults()
    assert asker.worker.carry() > 0, "what was confirmed asks for another step"
    assert statuses(asker) == {DeliveryStatus.ON_WIRE}
    assert messages_published(asker) == 2


def test_meanwhile_it_seals_and_takes_in_and_what_it_sealed_goes_out_after_that(world: World) -> None:
    asker, other = world.nodes[YULIN], world.nodes[BEIHAI]
    ask(world)
    ask(world, BEIHAI, YULIN)
    other.worker.carry()
    assert asker.worker.carry() > 0
    rows = asker.store.rows
    assert (rows.outbox.count(), len(rows.messages.rows)) == (0, 3), "two of its own and one that came"
    assert messages_published(asker) == 2
    world.network.faults = Faults()
    while asker.worker.carry():
        pass
    assert messages_published(asker) == 4
    assert statuses(asker) == {DeliveryStatus.ON_WIRE}
    world.settle()
    check_rest(world)


def test_a_receipt_may_come_before_the_pipe_s_own_word(world: World) -> None:
    asker = world.nodes[YULIN]
    world.nodes[BEIHAI].worker.carry()
    asker.worker.carry()
    status = {row.member: row.status for row in asker.store.rows.deliveries.rows.values()}
    assert status == {BEIHAI: DeliveryStatus.STORED, JOINT: DeliveryStatus.PENDING}
    world.network.faults = Faults()
    asker.worker.carry()
    status = {row.member: row.status for row in asker.store.rows.deliveries.rows.values()}
    assert status == {BEIHAI: DeliveryStatus.STORED, JOINT: DeliveryStatus.ON_WIRE}


def test_who_dies_before_the_word_publishes_again_and_the_addressee_has_it_once(world: World) -> None:
    asker = world.nodes[YULIN]
    asker.restart()
    world.network.faults = Faults()
    asker.worker.carry()
    assert messages_published(asker) == 4
    world.settle()
    assert len(world.nodes[BEIHAI].store.rows.messages.rows) == 1
    check_rest(world)


def test_what_comes_back_is_pending_again_and_its_addressee_rests(world: World) -> None:
    asker = world.nodes[YULIN]
    ask(world)
    world.network.faults = Faults(late=1.0, fail=1.0)
    asker.worker.settle_once(1.0)
    asker.worker.carry()
    assert asker.worker.resting == {}
    world.network.faults = Faults()
    asker.worker.carry()
    assert asker.worker.resting.keys() >= {BEIHAI, JOINT}
    assert statuses(asker) == {DeliveryStatus.ON_WIRE, DeliveryStatus.PENDING}
    world.pass_time(6)
    world.settle()
    check_rest(world)


def test_a_line_that_is_down_keeps_nobody_from_noting_what_it_said_before(world: World) -> None:
    asker = world.nodes[YULIN]
    world.network.faults = Faults()
    world.network.stop()
    with pytest.raises(TransportAway):
        asker.worker.carry()
    assert statuses(asker) == {DeliveryStatus.ON_WIRE}


def test_before_it_stops_it_waits_for_the_word(world: World) -> None:
    asker = world.nodes[YULIN]
    asker.worker.settle_once()
    assert statuses(asker) == {DeliveryStatus.PENDING}
    asker.worker.settle_once(1.0)
    assert statuses(asker) == {DeliveryStatus.ON_WIRE}
