"""A stolen key is revoked by the last good position of each stream (DESIGN D5, RELIABILITY X37)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.core.envelope import MESSAGE, decode
from hub.core.inspection import examine
from hub.flows.doubts import doubtful, last_good
from hub.flows.ports import Incoming
from hub.flows.rows import DeliveryStatus
from hub.flows.send import Request
from tests.builders import BEIHAI, YULIN, Federation, signed, signer_for
from tests.flows.test_membership import take
from tests.flows.test_rotation import with_new_keys
from tests.simulator.bodies import body
from tests.simulator.world import Node, World

POLICE = "440800-ps"


def ask(node: Node, to: str = BEIHAI) -> None:
    node.send(Request("assistance_request", body("assistance_request", "request"), to=(to,)))


def positions(world: World, node: Node) -> list[dict[str, Any]]:
    with node.store.begin() as uow:
        return [json.loads(one.model_dump_json()) for one in last_good(uow, world.now)]


def revoked(world: World, good: list[dict[str, Any]]) -> Federation:
    """The next roster: Yulin's first key vouches for ``good`` and no more; it has a second one."""
    return with_new_keys(world.federation, (YULIN,), revoked=good, until="2026-04-13T02:00:00.000Z")


def doubts(node: Node) -> list[tuple[str, int, bool]]:
    with node.store.begin() as uow:
        return [(one.message.audience, one.message.seq, one.forked) for one in doubtful(uow)]


def theft() -> tuple[World, Node, Node, list[dict[str, Any]]]:
    """Two good messages, the positions, then a third that Beihai takes and a fourth that is still under way."""
    world = World(1, size=3)
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    yulin.worker.keys = replace(yulin.worker.keys, spare=[signer_for(YULIN, 1)])
    for _ in range(2):
        ask(yulin)
    world.settle()
    world.pass_time(60)
    good = positions(world, yulin)
    ask(yulin)
    world.settle()
    ask(yulin)
    yulin.worker.seal_once()
    return world, yulin, beihai, good


def test_x37_later_messages_are_refused_with_the_reason_and_earlier_ones_stay_provable() -> None:
    world, yulin, beihai, good = theft()
    assert [(one["audience"], one["seq"]) for one in good] == [(BEIHAI, 2)]
    yulin.worker.relay_once()
    take(world, beihai, revoked(world, good))
    beihai.worker.receive_once()
    [row] = beihai.store.rows.quarantine.rows.values()
    assert (row.code, "最后可信的一份之后" in row.reason) == ("key-revoked", True)
    trust = beihai.store.rows.trusts.current()
    ours = sorted(beihai.store.rows.messages.rows.values(), key=lambda message: message.seq)
    for message in ours[:2]:
        assert examine(decode(message.raw), trust, member=BEIHAI, at=world.now).header.seq == message.seq


def test_x37_the_doubtful_ones_are_listed_at_every_node_that_took_them() -> None:
    world, yulin, beihai, good = theft()
    assert not doubts(beihai), "while the key is in force nothing is in doubt"
    fed = revoked(world, good)
    for node in (yulin, beihai):
        take(world, node, fed)
    assert doubts(beihai) == [(BEIHAI, 3, False)]
    assert doubts(yulin) == [(BEIHAI, 3, False), (BEIHAI, 4, False)]


def test_x37_a_stream_without_a_position_is_good_for_nothing() -> None:
    world, _, beihai, _ = theft()
    take(world, beihai, revoked(world, []))
    assert doubts(beihai) == [(BEIHAI, 1, False), (BEIHAI, 2, False), (BEIHAI, 3, False)]


def test_x37_a_stream_that_took_another_course_is_in_doubt_as_a_whole() -> None:
    world, _, beihai, good = theft()
    take(world, beihai, revoked(world, [{**good[0], "hash": "0" * 64}]))
    assert doubts(beihai) == [(BEIHAI, 1, True), (BEIHAI, 2, True), (BEIHAI, 3, True)]


def test_what_the_lost_key_signed_and_nobody_took_is_withheld_and_the_stream_goes_on_under_the_new_key() -> None:
    world, yulin, beihai, good = theft()
    fed = revoked(world, good)
    for node in world.nodes.values():
        take(world, node, fed)
    ask(yulin)
    world.settle()
    withheld = [row.code for row in yulin.store.rows.deliveries.rows.values() if row.status is DeliveryStatus.WITHHELD]
    assert withheld == ["revoked"]
    [head] = beihai.store.rows.streams.in_heads(YULIN)
    assert (head.seq, head.frozen) == (5, False)
    assert beihai.store.rows.quarantine.rows == {}


@pytest.mark.parametrize("seq", [3, 9])
def test_the_thief_signs_no_more_messages_whatever_time_it_claims(seq: int) -> None:
    world, _, beihai, good = theft()
    take(world, beihai, revoked(world, good))
    [third] = [m for m in beihai.store.rows.messages.rows.values() if m.seq == 3]
    envelope = decode(third.raw)
    header = {**json.loads(envelope.payload), "seq": seq, "sealed": "2026-04-01T01:00:00.000Z", "urgency": "urgent"}
    forged = signed(MESSAGE, header, [signer_for(YULIN)], envelope.body)
    [verdict] = beihai.worker.record([Incoming("t", forged, "amqp")])
    assert (verdict.outcome, verdict.code) == ("quarantined", "key-revoked")


def test_positions_are_those_of_a_moment() -> None:
    world, yulin, _, _ = theft()
    world.pass_time(1)
    ask(yulin, POLICE)
    yulin.worker.seal_once()
    world.pass_time(1)
    assert [(one["audience"], one["seq"]) for one in positions(world, yulin)] == [(POLICE, 1), (BEIHAI, 4)]
    world.now -= timedelta(days=1)
    assert positions(world, yulin) == []
