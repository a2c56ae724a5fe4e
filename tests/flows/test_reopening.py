"""Held → judged: after the upgrade what could not be read is opened, at both ends alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.core import envelope as wire
from hub.core.delivery import HELD_EVERY
from hub.core.ids import milliseconds
from hub.flows.reopening import EACH, walk_name
from hub.flows.rows import DeliveryStatus, Frame, MessageStatus
from hub.flows.send import Request
from hub.kinds.registry import KINDS
from schemas.wire.frames import Receipts
from tests.builders import BEIHAI, JOINT, YULIN, seal_key_for
from tests.core.badinput import GOOD, GOOD_BODY, message
from tests.fakes_transport import Faults
from tests.flows.desk import Desk, series
from tests.hpke import CountedSealer
from tests.simulator.bodies import body
from tests.simulator.checks import Checks
from tests.simulator.rest import check_rest
from tests.simulator.world import Node, World

HELD, STORED = DeliveryStatus.HELD, DeliveryStatus.STORED


@contextmanager
def before_the_upgrade(kind: str) -> Iterator[None]:
    """What happens inside is done by a version of the hub that does not have this kind yet."""
    taken = {key: KINDS.pop(key) for key in list(KINDS) if key[0] == kind}
    try:
        yield
    finally:
        KINDS.update(taken)


def held_at(world: World) -> tuple[Node, Node, str]:
    """玉林 asked, 北海 holds the request and said so; its sender and the matter's id."""
    asker, other = world.nodes[YULIN], world.nodes[BEIHAI]
    matter = asker.send(Request("assistance_request", body("assistance_request", "request"), to=(BEIHAI,))).matter
    asker.worker.seal_once()
    asker.worker.relay_once()
    with before_the_upgrade("assistance_request"):
        other.worker.receive_once()
    other.worker.relay_once()
    asker.worker.receive_once()
    world.nodes[JOINT].worker.receive_once()
    return asker, other, matter


def standing(node: Node, member: str = BEIHAI) -> DeliveryStatus:
    [row] = [row for row in node.store.rows.deliveries.rows.values() if row.member == member]
    return row.status


def receipts_of(node: Node, giver: str) -> list[str]:
    """What the kept receipts of a member say, in the order they came."""
    frames: list[Frame] = [one for one in node.store.rows.frames.rows.values() if one.type == wire.RECEIPTS]
    kept = [one for one in frames if (one.sender, one.keep) == (giver, True)]
    return [r.outcome for one in kept for r in wire.parse(Receipts, wire.decode(one.raw).payload).receipts]


def test_what_was_held_is_stored_after_the_upgrade_and_both_ends_count_from_then() -> None:
    world = World(1)
    checks = Checks(world)
    asker, other, matter = held_at(world)
    checks.all()
    assert standing(asker) is standing(world.nodes[JOINT]) is HELD
    assert matter not in other.store.rows.matters.rows
    world.pass_time(timedelta(days=3).total_seconds())
    upgraded = milliseconds(world.now)
    other.restart()
    other.worker.count_once()
    checks.all()
    world.settle()
    checks.all()
    [row] = other.store.rows.messages.rows.values()
    assert (row.status, row.code, row.stored_at) == (MessageStatus.STORED, None, upgraded)
    assert row.title == body("assistance_request", "request")["title"]
    [sent] = [one for one in asker.store.rows.deliveries.rows.values() if one.member == BEIHAI]
    assert (sent.status, sent.stored_at, sent.receipt_frame) == (STORED, upgraded, row.receipt_frame)
    assert standing(world.nodes[JOINT]) is STORED
    assert receipts_of(asker, BEIHAI) == receipts_of(world.nodes[JOINT], BEIHAI) == ["held", "stored"]
    clocks = {node.store.rows.matters.rows[matter].start for node in (asker, other, world.nodes[JOINT])}
    assert len(clocks) == 1
    assert clocks.pop() >= upgraded.date()
    assert [leaf.subject for leaf in other.store.rows.ledger.leaves if leaf.type == "judge"] == [row.hash]
    check_rest(world)


def test_a_second_receipt_that_got_lost_is_asked_for_within_the_hour() -> None:
    world = World(1)
    asker, other, _ = held_at(world)
    with before_the_upgrade("assistance_request"):
        for _ in range(3):
            world.pass_time(16)
            world.settle()
    other.restart()
    world.network.faults = Faults(drop=1.0)
    other.worker.count_once()
    other.worker.relay_once()
    world.network.faults = Faults()
    world.settle()
    assert (standing(asker), receipts_of(other, BEIHAI)[-1]) == (HELD, "stored")
    world.pass_time(HELD_EVERY.total_seconds())
    world.settle()
    assert standing(asker) is STORED
    check_rest(world)


def test_while_it_is_held_its_sender_asks_once_an_hour_at_most() -> None:
    world = World(1)
    with before_the_upgrade("assistance_request"):
        asker, *_ = held_at(world)
        world.settle()
        before = asker.tap.published[wire.RESEND]
        for _ in range(3 * 60):
            world.round()
            world.pass_time(60)
        assert asker.tap.published[wire.RESEND] - before in range(1, 5)
    assert standing(asker) is HELD


def test_a_duplicate_gets_the_newer_of_the_two_receipts() -> None:
    desk = Desk()
    with before_the_upgrade("case_notice"):
        desk.hand(GOOD)
    desk.worker.count_once()
    [old, new] = desk.receipts()
    with desk.store.begin() as uow:
        uow.frames.sent([old.id, new.id])
    assert desk.hand(GOOD)[0].outcome == "duplicate"
    assert [one.id for one in desk.receipts() if one.pending] == [new.id]


def test_what_breaks_the_rules_of_its_kind_is_refused_once_they_are_known() -> None:
    desk = Desk()
    bad = message(GOOD_BODY.replace(b'{"', b'{"relay":1,"', 1))
    with before_the_upgrade("case_notice"):
        assert desk.hand(bad)[0].outcome == "held"
    assert desk.worker.count_once()
    [row] = desk.rows.messages.rows.values()
    assert (row.status, row.code) == (MessageStatus.REFUSED, "broken-rules")
    [_, new] = desk.receipts()
    [told] = wire.parse(Receipts, wire.decode(new.raw).payload).receipts
    assert (told.outcome, told.code) == ("refused", "broken-rules")
    assert desk.counts()["matters"] == 0


def test_what_was_opened_when_it_came_needs_no_key_a_second_time() -> None:
    desk = Desk()
    with before_the_upgrade("case_notice"):
        desk.hand(GOOD)
    desk.worker.keys = replace(desk.worker.keys, sealer=CountedSealer(seal_key_for(YULIN).key))
    desk.worker.count_once()
    assert [row.status for row in desk.rows.messages.rows.values()] == [MessageStatus.STORED]


def test_many_are_judged_a_batch_at_a_time_and_each_once() -> None:
    desk = Desk()
    with before_the_upgrade("case_notice"):
        desk.hand(*series(EACH + 3))
    for judged in (EACH, EACH + 3):
        assert desk.worker.count_once()
        assert [row.status for row in desk.rows.messages.rows.values()].count(MessageStatus.STORED) == judged
    desk.clock.advance(days=2)
    desk.worker.count_once()
    assert [leaf.type for leaf in desk.rows.ledger.leaves].count("judge") == EACH + 3


def test_an_upgrade_that_still_does_not_know_the_kind_leaves_it_held() -> None:
    desk = Desk()
    desk.hand(message(version=9))
    desk.worker.count_once()
    assert [row.status for row in desk.rows.messages.rows.values()] == [MessageStatus.HELD]
    assert len(desk.receipts()) == 1
    known = walk_name()
    with before_the_upgrade("case_notice"):
        assert walk_name() != known, "another set of kinds begins another walk"


@pytest.mark.parametrize("why", ["damaged", "suspended"])
def test_what_cannot_be_trusted_now_stays_held_and_is_looked_at_again_the_next_day(why: str) -> None:
    desk = Desk()
    with before_the_upgrade("case_notice"):
        desk.hand(GOOD)
    [good] = desk.rows.messages.rows.values()
    trusted = desk.rows.trusts.current()
    if why == "damaged":
        desk.rows.messages.rows[good.hash] = replace(good, opened=b"another text")
    else:
        entries = json.loads(wire.decode(desk.federation.roster_raw).payload)["members"]
        entries = [{**one, "status": "suspended"} if one["id"] == YULIN else one for one in entries]
        desk.rows.trusts.versions.append(desk.federation.renewed(entries).trust)
    desk.worker.count_once()
    assert [row.status for row in desk.rows.messages.rows.values()] == [MessageStatus.HELD]
    assert len(desk.receipts()) == 1
    desk.rows.messages.rows[good.hash] = good
    desk.rows.trusts.versions.append(trusted)
    desk.clock.advance(days=1, minutes=1)
    desk.worker.count_once()
    assert [row.status for row in desk.rows.messages.rows.values()] == [MessageStatus.STORED]
    desk.store.check()
