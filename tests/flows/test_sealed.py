"""Sealed bodies end to end: who can open one, and what those see who only carry it."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.core import envelope as wire
from hub.core import sealing
from hub.core.errors import NotAllowed
from hub.core.ids import ALL, sha256
from hub.core.signing import key_id
from hub.flows.ports import Keys
from hub.flows.relay import collect
from hub.flows.rows import Message, MessageStatus
from hub.flows.seal import seal
from hub.flows.send import Request
from hub.keystore.sealer import KeySealer
from tests.builders import (
    BEIHAI,
    HAIKOU,
    JOINT,
    YULIN,
    binding,
    build_agreement,
    federation,
    keys_for,
    member_entry,
    member_key,
    run_of,
    salts,
    seal_key_for,
    signed,
    signer_for,
)
from tests.builders_office import fitting
from tests.core.badinput import GOOD, GOOD_BODY, header, message
from tests.flows.desk import Desk, series
from tests.flows.test_sealed_attacks import entries_of, only
from tests.hpke import CountedSealer
from tests.simulator.bodies import body
from tests.simulator.world import World

POLICE = "440800-ps"
MARK = "不得外泄的姓名"


def test_what_is_sealed_to_us_is_opened_and_kept() -> None:
    desk = Desk()
    assert desk.hand(GOOD)[0].outcome == "stored"
    row = only(desk)
    assert sealing.text_of(row.raw, row.opened) == GOOD_BODY
    assert GOOD_BODY not in b64decode(json.loads(row.raw)["body"])
    assert row.title == json.loads(GOOD_BODY)["title"]


def test_the_real_sealer_and_the_counted_one_open_each_others_messages() -> None:
    desk = Desk()
    desk.worker.keys = replace(keys_for(BEIHAI), sealer=KeySealer(seal_key_for(BEIHAI).key))
    assert desk.hand(GOOD)[0].outcome == "stored"


def test_what_waits_for_a_gap_is_opened_when_its_turn_comes() -> None:
    desk = Desk()
    one, two = series(2)
    assert [desk.hand(raw)[0].outcome for raw in (two, one)] == ["parked", "stored"]
    assert {sealing.text_of(row.raw, row.opened) for row in desk.rows.messages.rows.values()} == {GOOD_BODY}


def test_what_is_held_for_an_upgrade_is_opened_already() -> None:
    desk = Desk()
    assert desk.hand(message(version=3))[0].outcome == "held"
    assert sealing.text_of(only(desk).raw, only(desk).opened) == GOOD_BODY


def test_after_a_rotation_what_was_on_its_way_still_opens() -> None:
    desk = Desk()
    earlier = seal_key_for(BEIHAI).key
    desk.worker.keys = replace(desk.worker.keys, sealer=CountedSealer(seal_key_for(BEIHAI, 1).key, (earlier,)))
    assert desk.hand(GOOD)[0].outcome == "stored"


def test_a_kind_that_the_agreement_leaves_open_travels_open() -> None:
    fed = federation([YULIN, BEIHAI]).renewed(agreement=build_agreement(version=2, unsealed=["case_notice"]))
    told = {"sha256": sha256(GOOD_BODY), "size": len(GOOD_BODY), "sealed": False, "commit": None}
    raw = signed(wire.MESSAGE, header(body=told, roster=2, agreement=2), [signer_for(YULIN)], GOOD_BODY)
    assert Desk(fed=fed).hand(raw)[0].outcome == "stored"
    pen = Desk(YULIN, fed)
    _record(pen, "case_notice", "publish")
    row = _sealed(pen)
    assert (row.opened, sealing.text_of(row.raw, None)) == (None, _text("case_notice", "publish"))


def _text(kind: str, act: str) -> bytes:
    return wire.dump(body(kind, act))


def _record(desk: Desk, kind: str, act: str, to: str = BEIHAI, **changes: Any) -> None:
    from hub.flows.send import send

    request = Request(kind, body(kind, act, **changes), to=(to,))
    with desk.store.begin() as uow:
        request = fitting(uow, request)
        send(uow, request, actor="officer", now=desk.clock(), new_id=desk.worker.new_id, salt=desk.worker.salt)


def _sealed(desk: Desk, keys: Keys | None = None) -> Message:
    with desk.store.begin() as uow:
        assert seal(uow, keys=keys or desk.worker.keys, now=desk.clock(), salt=salts(), limit=9) == 1
    return list(desk.rows.messages.rows.values())[-1]


def test_the_sender_opens_its_own_copy_and_keeps_what_it_wrote() -> None:
    pen = Desk(YULIN)
    _record(pen, "case_notice", "publish")
    row = _sealed(pen)
    assert sealing.text_of(row.raw, row.opened) == _text("case_notice", "publish")
    told = json.loads(wire.decode(row.raw).payload)
    assert told["body"]["sealed"]
    assert told["body"]["commit"] == sha256(row.opened or b"")
    entries, chunks = entries_of(row.raw)
    sealer = pen.worker.keys.sealer
    assert sorted(entries) == sorted([key_id(sealer.public), seal_key_for(BEIHAI).keyid])
    secret = sealer.unwrap(key_id(sealer.public), entries[key_id(sealer.public)], run_of(told))
    own = sealing.content_key(secret, binding(told))
    assert sealing.unclose(own, chunks, told["body"]["commit"]) == row.opened


def test_no_content_key_seals_two_messages() -> None:
    pen = Desk(YULIN)
    keys = replace(keys_for(YULIN), sealer=KeySealer(X25519PrivateKey.generate()))
    rows = []
    for _ in range(5):
        _record(pen, "statistic_report", "report", JOINT)
        rows.append(_sealed(pen, keys))
    assert len({entries_of(row.raw)[1] for row in rows}) == 5
    assert len({(row.opened or b"")[:32] for row in rows}) == 5


def test_a20_what_is_short_and_what_is_a_little_longer_look_the_same_on_the_wire() -> None:
    pen = Desk(YULIN)
    sizes = set()
    for note in ("否", "对方确认已经收悉，无其他意见" * 3):
        _record(pen, "contact_list", "publish", ALL, note=note)
        sizes.add(json.loads(wire.decode(_sealed(pen).raw).payload)["body"]["size"])
    assert len(sizes) == 1


def _without_seal_key(member: str) -> dict[str, Any]:
    return member_entry(member, keys=[member_key(member, purpose=purpose) for purpose in ("sign", "witness")])


@pytest.mark.parametrize(("kind", "act", "to"), [("case_notice", "publish", BEIHAI), ("contact_list", "publish", ALL)])
def test_a_decision_for_a_member_without_a_seal_key_is_refused_by_name(kind: str, act: str, to: str) -> None:
    pen = Desk(YULIN, federation([YULIN, BEIHAI, HAIKOU]).renewed([YULIN, _without_seal_key(BEIHAI), HAIKOU]))
    with pytest.raises(NotAllowed) as caught:
        _record(pen, kind, act, to)
    assert "北海市市场监督管理局" in caught.value.detail
    assert "海口" not in caught.value.detail
    assert "hub node enrol" in caught.value.next_step
    assert pen.rows.outbox.count() == 0


def test_a_member_that_lost_its_key_after_the_decision_gets_nothing_it_could_read_and_says_so() -> None:
    fed = federation([YULIN, BEIHAI])
    pen = Desk(YULIN, fed)
    _record(pen, "case_notice", "publish")
    later = fed.renewed([YULIN, _without_seal_key(BEIHAI)])
    with pen.store.begin() as uow:
        uow.trusts.replace(later.trust)
    row = _sealed(pen)
    assert sorted(entries_of(row.raw)[0]) == [key_id(pen.worker.keys.sealer.public)]
    assert Desk(BEIHAI, later).hand(row.raw)[0].code == "unopenable"


def test_who_carries_a_message_sees_ciphertext_only() -> None:
    """Broker, relay and ferry: no byte of a body crosses, in no spelling that base64 has for it."""
    fed = federation([YULIN, BEIHAI, "450500-ps", JOINT])
    pen = Desk(YULIN, fed)
    _record(pen, "assistance_request", "request", case_name=MARK)
    _record(pen, "assistance_request", "request", "450500-ps", case_name=MARK)
    _record(pen, "contact_list", "publish", ALL, note=MARK)
    pen.worker.seal_once()
    with pen.store.begin() as uow:
        loads = [
            load
            for to in (None, "450500-ps")
            for load in collect(uow, keys=pen.worker.keys, now=pen.clock(), limit=99, only=to)
        ]
    assert {load.out.to for load in loads} >= {BEIHAI, "450500-ps", JOINT}
    own = [sealing.text_of(row.raw, row.opened) or b"" for row in pen.rows.messages.rows.values()]
    assert [text for text in own if MARK.encode() in text] == own, "the sender itself reads it"
    for load in loads:
        one = wire.decode(load.out.raw)
        for seen in (load.out.raw, one.payload, one.body or b""):
            assert MARK.encode() not in seen
            assert json.dumps(MARK)[1:-1].encode() not in seen


def test_the_joint_meeting_office_gets_the_header_and_no_body_sealed_or_open() -> None:
    world = World(1)
    request = Request("assistance_request", body("assistance_request", "request"), to=(BEIHAI,))
    world.nodes[YULIN].send(request)
    world.settle()
    [copy] = world.nodes[JOINT].store.rows.messages.rows.values()
    assert (copy.status, copy.opened) == (MessageStatus.COPY, None)
    assert wire.decode(copy.raw).body is None
    assert sealing.text_of(copy.raw, copy.opened) is None


def test_nothing_that_crosses_the_wire_in_a_whole_life_holds_a_text() -> None:
    from tests.simulator.run import simulate

    world = simulate(4242, 120)
    texts = {
        str(sealing.fields_of(row.raw, row.opened)["title"]).encode()  # type: ignore[index]
        for node in world.nodes.values()
        for row in node.store.rows.messages.rows.values()
        if len((sealing.fields_of(row.raw, row.opened) or {}).get("title", "")) > 5
    }
    assert len(texts) > 3
    for node in world.nodes.values():
        for _, raw in node.tap.confirmed:
            one = wire.decode(raw)
            if one.type == wire.MESSAGE:
                assert not [text for text in texts if text in one.payload or text in (one.body or b"")]
