"""Second signatures asked for while much is under way: nothing is lost, and nothing passes without (D2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hub.core.envelope import Signature, decode, encode
from hub.core.ids import parse_time
from hub.flows.ports import Incoming
from hub.flows.send import Request
from tests.builders import BEIHAI, YULIN, Federation, asking_second, second_for, signer_for
from tests.flows.test_rotation import take
from tests.simulator.bodies import body
from tests.simulator.world import Node, World

POLICE = "440800-ps"
OVER = parse_time("2026-05-01T00:00:00.000Z") + timedelta(hours=1)
"""After the grace."""


def ask(node: Node, to: str = BEIHAI) -> None:
    node.send(Request("assistance_request", body("assistance_request", "request"), to=(to,)))


def world_with(size: int = 2) -> tuple[World, Federation]:
    """Every node has a second key; none is asked for yet."""
    world = World(1, size=size)
    for node in world.nodes.values():
        node.keys = node.worker.keys = replace(node.worker.keys, seconds=[second_for(node.member)])
    return world, asking_second(world.federation)


def signatures(node: Node, sender: str = YULIN) -> list[list[str]]:
    """Key ids of what ``sender`` signed, as it is recorded here, by number."""
    found = sorted((m for m in node.store.rows.messages.rows.values() if m.sender == sender), key=lambda m: m.seq)
    return [[one.keyid for one in decode(message.raw).signatures] for message in found]


ONE, BOTH = [signer_for(YULIN).keyid], [signer_for(YULIN).keyid, second_for(YULIN).keyid]


def undelivered(node: Node) -> list[str]:
    return [row.status.value for row in node.store.rows.deliveries.rows.values() if row.status.value != "stored"]


def test_nobody_signs_twice_before_it_is_asked_for() -> None:
    world, _ = world_with()
    ask(world.nodes[YULIN])
    world.settle()
    assert signatures(world.nodes[BEIHAI]) == [ONE]


def test_what_was_under_way_when_it_was_asked_for_arrives_and_all_after_it_is_signed_twice() -> None:
    world, fed = world_with()
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    ask(yulin)
    yulin.worker.seal_once()
    yulin.worker.relay_once()
    ask(yulin)
    yulin.worker.seal_once()
    for node in (yulin, beihai):
        take(world, node, fed)
    ask(yulin)
    world.settle()
    assert signatures(beihai) == [ONE, BOTH, BOTH], "the second was still here, and went out signed again"
    assert signatures(yulin) == [ONE, ONE, BOTH], "what was signed stays as it was signed"
    assert [m.hash for m in beihai.store.rows.messages.rows.values()] == [
        m.hash for m in yulin.store.rows.messages.rows.values()
    ]
    assert undelivered(yulin) == []
    assert yulin.store.rows.quarantine.rows == beihai.store.rows.quarantine.rows == {}
    last = [frame for frame in beihai.store.rows.frames.rows.values() if frame.keep][-1]
    assert [one.keyid for one in decode(last.raw).signatures] == [signer_for(BEIHAI).keyid, second_for(BEIHAI).keyid]


def test_what_comes_after_the_grace_is_signed_again_on_its_way_and_its_receipt_too() -> None:
    world, fed = world_with()
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    ask(yulin)
    yulin.worker.seal_once()
    for node in (yulin, beihai):
        take(world, node, fed)
    world.now = OVER
    world.settle()
    assert (signatures(yulin), signatures(beihai)) == ([ONE], [BOTH])
    assert undelivered(yulin) == []


def test_what_a_broker_strips_is_refused_and_comes_again() -> None:
    world, fed = world_with()
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    for node in (yulin, beihai):
        take(world, node, fed)
    ask(yulin)
    yulin.worker.seal_once()
    [message] = yulin.store.rows.messages.rows.values()
    one = decode(message.raw)
    stripped = encode(one.type, one.payload, one.signatures[:1], one.body)
    swapped = encode(one.type, one.payload, (one.signatures[0], Signature(BOTH[1], b"x" * 3309)), one.body)
    for raw in (stripped, swapped):
        [verdict] = beihai.worker.record([Incoming("t", raw, "amqp")])
        assert (verdict.outcome, verdict.code) == ("quarantined", "bad-signature")
    world.settle()
    assert signatures(beihai) == [BOTH]


def test_a_node_without_a_second_key_signs_nothing_until_it_has_one() -> None:
    world, fed = world_with()
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    for node in (yulin, beihai):
        take(world, node, fed)
    yulin.worker.keys = replace(yulin.worker.keys, seconds=())
    ask(yulin)
    assert yulin.worker.seal_once() == 0
    yulin.worker.keys = replace(yulin.worker.keys, seconds=[second_for(YULIN, 7)])
    assert yulin.worker.seal_once() == 0, "one the roster does not list is none"
    yulin.worker.keys = yulin.keys
    world.settle()
    assert signatures(beihai) == [BOTH]


def test_a_message_that_waits_for_the_roster_is_judged_by_it() -> None:
    world, fed = world_with()
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    take(world, yulin, fed)
    yulin.store.rows.frames.waiting.clear()  # The roster got lost on its way.
    ask(yulin)
    yulin.worker.seal_once()
    [message] = yulin.store.rows.messages.rows.values()
    one = decode(message.raw)
    stripped = encode(one.type, one.payload, one.signatures[:1], one.body)
    [verdict] = beihai.worker.record([Incoming("t", stripped, "amqp")])
    assert (verdict.outcome, verdict.code) == ("parked", "roster")
    take(world, beihai, fed)
    world.settle()
    assert signatures(beihai) == [BOTH]


def test_a_receipt_of_before_that_got_lost_is_signed_again_by_both_once_the_grace_is_over() -> None:
    world, fed = world_with()
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    ask(yulin)
    yulin.worker.seal_once()
    yulin.worker.relay_once()
    beihai.worker.receive_once()
    beihai.store.rows.frames.waiting.clear()
    for node in (yulin, beihai):
        take(world, node, fed)
    world.now = OVER
    world.settle()
    assert undelivered(yulin) == []
    [delivery] = yulin.store.rows.deliveries.rows.values()
    frame = yulin.store.rows.frames.rows[delivery.receipt_frame]
    assert [one.keyid for one in decode(frame.raw).signatures] == [signer_for(BEIHAI).keyid, second_for(BEIHAI).keyid]
    assert delivery.stored_at < OVER - timedelta(days=10), "and it came when it came"
