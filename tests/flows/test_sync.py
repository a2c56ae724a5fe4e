"""Control frames: losses of every sort are found by heads and mended by request, and nothing loops."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.core import envelope as wire
from hub.core.delivery import POISON_COST
from hub.core.ids import sha256, wire_time
from hub.flows.install import install
from hub.flows.rows import DeliveryStatus
from hub.flows.send import Request
from tests.builders import BEIHAI, HAIKOU, JOINT, NOW, YULIN, federation, signed, signer_for
from tests.core.badinput import GOOD, message
from tests.fakes_transport import Faults
from tests.flows.desk import Desk
from tests.flows.test_intake_badinput import heads
from tests.simulator.bodies import body
from tests.simulator.rest import check_rest
from tests.simulator.world import World

POLICE = "440800-ps"


def asked(world: World, sender: str = YULIN, to: str = BEIHAI, **fields: object) -> str:
    request = Request("assistance_request", body("assistance_request", "request"), to=(to,), **fields)  # type: ignore[arg-type]
    return world.nodes[sender].send(request).matter


def delivery_of(world: World, member: str, to: str) -> list[DeliveryStatus]:
    return [row.status for row in world.nodes[member].store.rows.deliveries.rows.values() if row.member == to]


def test_a_lost_receipt_is_asked_for_again_and_comes_byte_for_byte() -> None:
    world = World(1)
    asked(world)
    asker, other = world.nodes[YULIN], world.nodes[BEIHAI]
    for arrow in (asker.worker.seal_once, asker.worker.relay_once, other.worker.receive_once):
        arrow()
    [receipt] = {f.raw for f in other.store.rows.frames.rows.values() if f.type == wire.RECEIPTS}
    world.network.faults = Faults(drop=1.0)
    other.worker.relay_once()
    world.network.faults = Faults()
    assert delivery_of(world, YULIN, BEIHAI) == [DeliveryStatus.ON_WIRE]
    world.settle()
    assert delivery_of(world, YULIN, BEIHAI) == [DeliveryStatus.STORED]
    kept = {f.raw for f in asker.store.rows.frames.rows.values() if f.type == wire.RECEIPTS and f.sender == BEIHAI}
    assert kept == {receipt}
    check_rest(world)


def test_a_hole_in_a_stream_is_requested_and_filled_in_order() -> None:
    world = World(1)
    other = world.nodes[BEIHAI]
    for lost in (False, True, True, False):
        asked(world)
        world.network.faults = Faults(drop=1.0 if lost else 0.0)
        world.nodes[YULIN].worker.seal_once()
        world.nodes[YULIN].worker.relay_once()
    other.worker.receive_once()
    assert [m.seq for m in other.store.rows.messages.rows.values()] == [1]
    assert len(other.store.rows.waiting.rows) == 1, "number 4 waits for 2 and 3"
    world.settle()
    assert [m.seq for m in other.store.rows.messages.rows.values() if m.sender == YULIN] == [1, 2, 3, 4]
    check_rest(world)


def test_a_wiped_broker_loses_nothing() -> None:
    world = World(1)
    matters = [asked(world) for _ in range(5)]
    for node in world.nodes.values():
        node.worker.step()
    world.network.wipe()
    world.settle()
    assert all(matter in world.nodes[BEIHAI].store.rows.matters.rows for matter in matters)
    check_rest(world)


def test_a_lost_receipt_for_a_header_copy_comes_in_the_end() -> None:
    world = World(1)
    asked(world)
    for node in (YULIN, BEIHAI, JOINT):
        world.nodes[node].worker.step()
    world.network.faults = Faults(drop=1.0)
    world.nodes[JOINT].worker.relay_once()
    world.network.faults = Faults()
    world.settle()
    assert delivery_of(world, YULIN, JOINT) == [DeliveryStatus.STORED]


def test_the_joint_meeting_office_gets_receipts_of_visible_kinds_only() -> None:
    world = World(5, size=5)
    seen = asked(world, YULIN, BEIHAI)
    world.settle()
    office = world.nodes[JOINT].store.rows
    copies = [row for row in office.deliveries.rows.values() if row.form == "seen"]
    assert [(row.member, row.status) for row in copies] == [(BEIHAI, DeliveryStatus.STORED)]
    assert list(office.matters.rows) == [seen]


def test_between_police_the_office_learns_nothing_at_all() -> None:
    fed = federation([POLICE, "450500-ps", JOINT])
    pen = Desk(POLICE, fed)
    text = json.dumps(body("assistance_request", "request")).encode()
    raw = message(
        text,
        signer_for("450500-ps"),
        kind="assistance_request",
        act="request",
        sender="450500-ps",
        audience=POLICE,
        deadline={"rule": "ASSIST_POLICE", "requested": None},
    )
    assert pen.hand(raw)[0].outcome == "stored"
    assert [f.audience for f in pen.rows.frames.rows.values()] == ["450500-ps"], "no receipt goes to the office"
    office = Desk(JOINT, fed)
    assert office.hand(wire.without_body(raw))[0].code == "not-for-us", "nor is a header copy taken"


def test_a_newer_roster_parks_its_messages_until_it_is_fetched() -> None:
    world = World(1)
    newer = world.federation.renewed().trust
    asker, other = world.nodes[YULIN], world.nodes[BEIHAI]
    with asker.store.begin() as uow:
        uow.trusts.replace(newer)
    matter = asked(world)
    asker.worker.seal_once()
    asker.worker.relay_once()
    other.worker.receive_once()
    [row] = other.store.rows.waiting.rows.values()
    assert (row.waits_for, other.store.rows.messages.rows) == ("roster", {})
    world.settle()
    assert other.store.rows.trusts.current().roster.version == 2
    assert other.store.rows.matters.rows[matter].state == "requested"


def test_a_node_that_slept_through_an_agreement_gets_it_for_the_matters_that_began_under_it() -> None:
    from tests.builders import build_agreement

    world = World(1)
    asker, other = world.nodes[YULIN], world.nodes[BEIHAI]
    second = world.federation.renewed(agreement=build_agreement(version=2))
    third = second.renewed(agreement=build_agreement(version=3))
    with asker.store.begin() as uow:
        for fed in (second, third):
            install(uow, [fed.agreement_raw, fed.roster_raw], actor="admin", now=world.now, salt=world.salt)
    # Whatever was sent while the other slept is lost; its heads will say which roster it has.
    with asker.store.begin() as uow:
        uow.frames.sent([frame.id for frame in uow.frames.pending(100, ferry=())])
    world.settle()

    trust = other.store.rows.trusts.current()
    assert (trust.agreement.version, sorted(trust.past)) == (3, [1, 2])
    assert trust.past[2] == second.trust.agreement
    assert trust.rights[2] == asker.store.rows.trusts.current().rights[2]


@pytest.mark.parametrize(
    ("version", "signers"), [(1, None), (2, [signer_for(YULIN)])], ids=["other content", "unsigned"]
)
def test_a_false_earlier_agreement_is_quarantined_and_moves_no_old_matter(version: int, signers: object) -> None:
    from tests.builders import build_agreement

    fed = federation()
    desk = Desk(BEIHAI, fed)
    third = fed.renewed(agreement=build_agreement(version=3))
    desk.hand(third.agreement_raw, third.roster_raw)
    known = desk.rows.trusts.current()

    [verdict] = desk.hand(build_agreement(version=version, title="另一份协议", signers=signers))  # type: ignore[arg-type]

    assert (verdict.outcome, verdict.code) == ("quarantined", "stale-trust")
    assert desk.rows.trusts.current() is known
    assert sorted(known.past) == [1]


def test_an_agreement_without_the_roots_signatures_is_not_even_kept() -> None:
    from tests.builders import build_agreement

    desk = Desk()
    [verdict] = desk.hand(build_agreement(version=2, signers=[signer_for(YULIN)]))
    assert (verdict.outcome, verdict.code) == ("quarantined", "stale-trust")
    assert desk.rows.trusts.proposals == {}


@pytest.mark.parametrize("lost", ["nothing", "the note", "the receipt of a copy that came all the same"])
def test_an_expired_message_leaves_no_hole_whatever_is_lost(lost: str) -> None:
    world = World(1)
    asker, other = world.nodes[YULIN], world.nodes[JOINT]

    def told(**fields: object) -> str:
        """To the office itself, so that nobody else asks for the receipt."""
        request = Request("case_notice", body("case_notice", "publish"), to=(JOINT,), **fields)  # type: ignore[arg-type]
        return asker.send(request).matter

    late = told(expires=world.now + timedelta(minutes=5))
    asker.worker.seal_once()
    if lost.startswith("the receipt"):
        world.network.faults = Faults(unconfirmed=1.0)
        asker.worker.relay_once()
        other.worker.receive_once()
        world.network.faults = Faults(drop=1.0)
        other.worker.relay_once()
    world.pass_time(600)
    world.network.faults = Faults(drop=1.0 if lost == "the note" else 0.0)
    for node in world.nodes.values():
        node.restart()
    asker.worker.relay_once()
    asker.worker.relay_once()
    world.network.faults = Faults()
    after = told()
    world.settle()
    assert other.store.rows.matters.rows[after].state == "published", "the stream goes on"
    expected = "published" if lost.startswith("the receipt") else None
    found = other.store.rows.matters.rows.get(late)
    assert (found.state if found else None) == expected
    assert asker.store.rows.matters.rows[late].state == (expected or "void")


def test_a_receipt_with_a_time_that_does_not_exist_is_quarantined_and_stops_nothing() -> None:
    desk = Desk()
    entry = {"message": "a" * 64, "outcome": "stored", "code": None, "stored_at": "2026-02-30T00:00:00.000Z"}
    payload = {"sender": YULIN, "audience": BEIHAI, "issued": wire_time(NOW), "receipts": [entry]}
    bad = signed(wire.RECEIPTS, payload, [signer_for(YULIN)], None)
    good = signed(
        wire.RECEIPTS, {**payload, "receipts": [{**entry, "stored_at": wire_time(NOW)}]}, [signer_for(YULIN)], None
    )
    assert [v.outcome for v in desk.hand(bad, good)] == ["quarantined", "frame"]


def test_a_frame_for_somebody_else_or_by_somebody_else_is_quarantined() -> None:
    desk = Desk(HAIKOU)
    assert desk.hand(heads())[0].code == "not-for-us"
    forged = signed(wire.HEADS, json.loads(wire.decode(heads()).payload), [signer_for(HAIKOU)], None)
    assert Desk(BEIHAI).hand(forged)[0].code == "bad-signature"


def test_equal_heads_are_never_answered() -> None:
    desk = Desk()
    assert desk.hand(heads(), heads(), heads())[0].outcome == "frame"
    assert not any(frame.pending for frame in desk.rows.frames.rows.values())


@pytest.mark.parametrize("kind", ["messages", "frames"])
def test_one_poisoned_peer_is_examined_forty_times_a_second_and_no_more(kind: str) -> None:
    desk = Desk()
    good = GOOD if kind == "messages" else heads()
    envelope = wire.decode(good)
    forged = replace(envelope.signatures[0], sig=bytes(64))
    poison = [wire.encode(envelope.type, envelope.payload + b" " * n, (forged,), envelope.body) for n in range(900)]
    examined = [v for v in desk.hand(*poison) if v.code != "over-quota"]
    assert len(examined) <= 20_000 / POISON_COST + 2, "the burst: the rest was dropped before any signature was checked"
    for _ in range(3):
        desk.clock.advance(seconds=1)
        again = [v for v in desk.hand(*poison[:300]) if v.code != "over-quota"]
        assert len(again) <= 41
    assert desk.hand(heads(HAIKOU))[0].outcome == "frame", "others are served as ever"
    assert desk.hand(message(signer=signer_for(HAIKOU), sender=HAIKOU))[0].outcome == "stored"
    assert len(desk.rows.quarantine.rows) <= 330
    assert sha256(poison[0]) in desk.rows.quarantine.rows
