"""A stolen key is revoked by the last good position of each stream (DESIGN D5, RELIABILITY X37)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.core.envelope import MESSAGE, RECEIPTS, decode, parse
from hub.core.ids import parse_time
from hub.core.inspection import examine
from hub.flows.doubts import doubtful, last_good
from hub.flows.ports import Incoming
from hub.flows.ports.proving import Papers
from hub.flows.renewing import ask_again
from hub.flows.rows import DeliveryStatus
from hub.flows.send import Request
from schemas.wire.frames import Receipts
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


def receipts_of(node: Node, sender: str) -> list[Receipts]:
    """The receipts that stand beside the deliveries of ``node`` now, as their frames say it."""
    frames = {row.receipt_frame for row in node.store.rows.deliveries.rows.values() if row.receipt_frame}
    kept = [one for one in node.store.rows.frames.rows.values() if one.id in frames and one.sender == sender]
    return [parse(Receipts, decode(one.raw).payload) for one in kept]


def received() -> tuple[World, Node, Node]:
    """Beihai, which has a second key, recorded a message of Yulin's."""
    world = World(1, size=2)
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    beihai.worker.keys = replace(beihai.worker.keys, spare=[signer_for(BEIHAI, 1)])
    ask(yulin)
    yulin.worker.seal_once()
    yulin.worker.relay_once()
    beihai.worker.receive_once()
    return world, yulin, beihai


def revoke_beihai(world: World) -> None:
    world.pass_time(3600)
    fed = with_new_keys(world.federation, (BEIHAI,), revoked=[], until="2026-04-13T01:30:00.000Z")
    for node in world.nodes.values():
        take(world, node, fed)


def the_first(node: Node) -> Any:
    [frame] = [one for one in node.store.rows.frames.rows.values() if one.type == RECEIPTS and one.sender == BEIHAI]
    return frame


def test_a17_a_receipt_that_was_lost_and_whose_key_was_revoked_is_signed_once_more_with_both_times() -> None:
    world, yulin, beihai = received()
    first = the_first(beihai)
    beihai.store.rows.frames.waiting.clear()  # The receipt got lost on its way.
    revoke_beihai(world)
    world.settle()
    [said] = receipts_of(yulin, BEIHAI)
    assert said.receipts == parse(Receipts, decode(first.raw).payload).receipts, "what it says, and when that was"
    assert parse_time(said.issued) >= world.now - timedelta(minutes=5)
    assert {row.status for row in yulin.store.rows.deliveries.rows.values()} == {DeliveryStatus.STORED}
    assert yulin.store.rows.quarantine.rows == {}
    assert replace(the_first(beihai), pending=first.pending) == first, "I5: the first one stays as it was"


def test_a17_a_receipt_that_is_here_and_proves_nothing_any_more_is_asked_for_again() -> None:
    world, yulin, beihai = received()
    world.settle()
    before = the_first(yulin)

    def renew() -> dict[str, int]:
        messages = tuple((one.hash, one.raw, None) for one in yulin.store.rows.messages.rows.values())
        rows = yulin.store.rows
        linked = {row.receipt_frame for row in rows.deliveries.rows.values()}
        frames = tuple((one.id, one.raw) for one in rows.frames.rows.values() if one.id in linked)
        papers = Papers(messages, frames, (), (), (), None, (), 0)
        with yulin.store.begin() as uow:
            return ask_again(uow, papers, keys=yulin.worker.using(uow), now=world.now, salt=world.salt)

    assert renew() == {}, "its key is good"
    revoke_beihai(world)
    assert renew() == {BEIHAI: 1}
    world.settle()
    [said] = receipts_of(yulin, BEIHAI)
    assert parse_time(said.issued) > parse_time(said.receipts[0].stored_at) + timedelta(minutes=30)
    assert said.receipts == parse(Receipts, decode(before.raw).payload).receipts
    assert before in yulin.store.rows.frames.rows.values(), "kept, too"
    assert {row.status for row in yulin.store.rows.deliveries.rows.values()} == {DeliveryStatus.STORED}
    assert renew() == {}, "and now it proves"
    assert [one for one in beihai.store.rows.frames.rows.values() if one.type == RECEIPTS and one.keep] == [
        the_first(beihai)
    ]


def test_a_receipt_signed_again_by_a_good_key_takes_the_place_of_none_that_is_good() -> None:
    world, yulin, beihai = received()
    world.settle()
    [before] = receipts_of(yulin, BEIHAI)
    payload = {**json.loads(decode(the_first(beihai).raw).payload), "issued": "2026-04-13T02:00:00.000Z"}
    [verdict] = yulin.worker.record([Incoming("t", signed(RECEIPTS, payload, [signer_for(BEIHAI)], None), "amqp")])
    assert verdict.outcome == "frame"
    assert receipts_of(yulin, BEIHAI) == [before]
