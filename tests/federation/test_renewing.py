"""Two nodes: receipts whose key was revoked are asked for, and signed, once more without anybody's doing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest

from hub.core import envelope as wire
from hub.core.audit import Leaf
from hub.core.ids import ALL, wire_time
from hub.flows.ports.log import Round
from hub.flows.rows import Frame
from hub.flows.send import Request
from hub.flows.steps import fading
from hub.flows.steps.fading import Renewal, faded, renewals
from hub.flows.steps.framing import Work
from schemas.wire.frames import Heads, Resend
from tests.builders import BEIHAI, JOINT, YULIN, Federation, signer_for
from tests.flows.test_rotation import take, with_new_keys
from tests.simulator.bodies import body
from tests.simulator.world import Node, World

SENT = 5


@pytest.fixture
def world() -> World:
    """北海, which has a second key, gave 玉林 receipts for some letters and a notice; then its first key was stolen."""
    world = World(1, members=(YULIN, BEIHAI, JOINT), size=3)
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    beihai.worker.keys = replace(beihai.worker.keys, spare=[signer_for(BEIHAI, 1)])
    for _ in range(SENT - 1):
        yulin.send(Request("assistance_request", body("assistance_request", "request"), to=(BEIHAI,)))
    yulin.send(Request("case_notice", body("case_notice", "publish"), to=(ALL,)))
    beihai.send(Request("assistance_request", body("assistance_request", "request"), to=(YULIN,)))
    world.settle()
    world.pass_time(3600)
    return world


def stolen(world: World) -> Federation:
    return with_new_keys(world.federation, (BEIHAI,), revoked=[], until="2026-04-13T01:30:00.000Z")


def live(world: World, minutes: int, *, lose: str = "", step: int = 16) -> list[Resend]:
    """So long all work, in steps of some seconds; what 玉林 asks 北海 for. Frames of type ``lose`` never reach 北海."""
    asked = []
    for _ in range(minutes * 60 // step + 1):
        for _ in range(4):
            for node in world.nodes.values():
                node.live(node.worker.step)
                inbox = world.network._inboxes[BEIHAI]
                for one in [wire.decode(one.raw) for one in inbox]:
                    if one.type == wire.RESEND:
                        frame = wire.parse(Resend, one.payload)
                        asked += [frame] if frame.sender == YULIN and frame not in asked else []
                inbox[:] = [one for one in inbox if wire.decode(one.raw).type != lose]
        world.pass_time(step)
    return [one for one in asked if one.receipts]


def heads(world: World, roster: int = 2) -> Heads:
    return Heads(
        sender=BEIHAI, audience=YULIN, issued=wire_time(world.now), roster=roster, agreement=1, sent=[], received=[]
    )


def linked(node: Node) -> list[Frame]:
    """The receipts of 北海 that stand beside what 玉林 sent it, one for each message."""
    rows = node.store.rows
    return [rows.frames.rows[row.receipt_frame] for row in rows.deliveries.rows.values() if row.member == BEIHAI]


def signers(frames: list[Frame]) -> set[str]:
    return {one.keyid for frame in frames for one in wire.decode(frame.raw).signatures}


def noted(node: Node) -> list[Leaf]:
    return [one for one in node.store.rows.ledger.leaves if one.type == "receipt-asked"]


def told(node: Node) -> list[Renewal]:
    with node.store.begin() as uow:
        return renewals(uow, uow.trusts.current())


def walks_of(node: Node) -> dict[str, Round]:
    return {name: one for name, one in node.store.rows.tree.rounds.items() if name.startswith("renewal:")}


def test_a17_receipts_whose_key_was_revoked_are_signed_again_without_anybody_asking(world: World) -> None:
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    before = linked(yulin)
    assert (len(before), signers(before), told(yulin)) == (SENT, {signer_for(BEIHAI).keyid}, [])
    take(world, yulin, stolen(world))
    asked = live(world, 2)
    assert [len(one.receipts) for one in asked] == [SENT], "once each"
    assert signers(linked(yulin)) == {signer_for(BEIHAI, 1).keyid}
    assert all(frame in yulin.store.rows.frames.rows.values() for frame in before), "I5: the first ones are kept"
    assert (yulin.store.rows.quarantine.rows, beihai.store.rows.quarantine.rows) == ({}, {})
    [one] = noted(yulin)
    assert (one.subject, json.loads(one.record)["messages"]) == (BEIHAI, SENT)
    assert told(yulin) == [Renewal(BEIHAI, SENT, done=False)]
    assert [one.asked for one in told(world.nodes[JOINT])] == [0], "nothing of its own"


def test_a_day_later_all_is_found_to_prove_and_nothing_is_looked_through_any_more(world: World) -> None:
    yulin = world.nodes[YULIN]
    take(world, yulin, stolen(world))
    live(world, 2)
    world.pass_time(fading.REPEAT.total_seconds())
    assert live(world, 2) == []
    assert told(yulin) == [Renewal(BEIHAI, 0, done=True)]
    walks = walks_of(yulin)
    world.pass_time(fading.REPEAT.total_seconds())
    assert (live(world, 2), walks_of(yulin), len(noted(yulin))) == ([], walks, 1)


def test_nothing_is_asked_for_before_the_peer_knows_that_its_key_was_revoked(world: World) -> None:
    """It would send the same receipts once more, and they would be refused."""
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    replaced = with_new_keys(world.federation, (BEIHAI,))
    for node in world.nodes.values():
        take(world, node, replaced)
    entries = json.loads(wire.decode(replaced.roster_raw).payload)["members"]
    for entry in entries:
        entry["keys"][0].update({"revoked": []} if entry["id"] == BEIHAI else {})
    take(world, yulin, replaced.renewed(entries, version=3))
    assert live(world, 1, lose=wire.ROSTER) == []
    assert (noted(yulin), told(yulin)) == ([], [Renewal(BEIHAI, 0, done=False)])
    assert len(live(world, 2)) == 1
    assert signers(linked(yulin)) == {signer_for(BEIHAI, 1).keyid}
    assert (yulin.store.rows.quarantine.rows, beihai.store.rows.quarantine.rows) == ({}, {})


def test_who_was_not_reached_by_the_roster_and_cannot_ask_for_it_is_handed_it_once_an_hour(world: World) -> None:
    yulin, beihai = world.nodes[YULIN], world.nodes[BEIHAI]
    take(world, yulin, stolen(world))
    live(world, 20, lose=wire.ROSTER, step=60)
    refused = {(row.claimed, row.code) for row in yulin.store.rows.quarantine.rows.values()}
    assert refused == {(BEIHAI, "key-revoked")}, "what it says and asks for by that key"
    before = yulin.tap.published[wire.ROSTER]
    live(world, 150, lose=wire.ROSTER, step=300)
    assert yulin.tap.published[wire.ROSTER] - before in (2, 3), "its own; the joint-meeting office hands it out, too"
    assert len(live(world, 70, step=120)) == 1
    assert beihai.store.rows.trusts.current().roster.version == yulin.store.rows.trusts.current().roster.version
    assert signers(linked(yulin)) == {signer_for(BEIHAI, 1).keyid}


def test_a_request_that_got_lost_is_made_again_a_day_later_and_not_before(world: World) -> None:
    yulin = world.nodes[YULIN]
    take(world, yulin, stolen(world))
    live(world, 1, lose=wire.RESEND)
    live(world, 60, step=60)
    assert (signers(linked(yulin)), len(noted(yulin))) == ({signer_for(BEIHAI).keyid}, 1)
    world.pass_time(fading.REPEAT.total_seconds())
    assert [len(one.receipts) for one in live(world, 2)] == [SENT]
    assert signers(linked(yulin)) == {signer_for(BEIHAI, 1).keyid}


def test_a_long_past_is_looked_through_piece_by_piece_and_with_no_heads_of_before(world: World) -> None:
    yulin = world.nodes[YULIN]
    take(world, yulin, stolen(world))
    with yulin.store.begin() as uow:
        work = Work(uow, uow.trusts.current(), yulin.worker.using(uow), world.now, world.salt)
        pieces = [faded(work, heads(world, roster=1), 2), faded(work, heads(world), 0)]
        assert (pieces, renewals(uow, work.trust)) == ([[], []], [Renewal(BEIHAI, 0, done=False)])
        pieces = [faded(work, heads(world), 2) for _ in range(5)]
        assert renewals(uow, work.trust) == [Renewal(BEIHAI, SENT, done=False)]
    assert {len(some) for some in pieces} == {0, 1, 2}
    letters = [row.message for row in yulin.store.rows.deliveries.rows.values() if row.member == BEIHAI]
    assert sorted(chain.from_iterable(pieces)) == sorted(letters), "each once"


def test_a_clock_that_ran_ahead_makes_no_receipt_wait(world: World) -> None:
    yulin = world.nodes[YULIN]
    take(world, yulin, stolen(world))
    world.pass_time(timedelta(days=5).total_seconds())
    live(world, 1, lose=wire.RESEND)
    world.now -= timedelta(days=5)
    live(world, 2)
    assert signers(linked(yulin)) == {signer_for(BEIHAI, 1).keyid}
