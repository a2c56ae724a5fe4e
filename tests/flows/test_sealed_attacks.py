"""What a cheat gets who seals, addresses or promises wrongly: a refusal with its reason, and the stream goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.core import envelope as wire
from hub.core import sealing
from hub.core.errors import Unopenable
from hub.core.ids import ALL, sha256
from hub.core.signing import key_id
from hub.flows.rows import Message, MessageStatus
from hub.flows.steps.keyed import keyed
from hub.flows.steps.sealed import close_body, lock_for
from tests.builders import (
    BEIHAI,
    HAIKOU,
    NOW,
    YULIN,
    binding,
    close_for,
    hash_of,
    keys_for,
    run_of,
    seal_key_for,
    signed,
    signer_for,
    uuid,
)
from tests.core.badinput import GOOD, GOOD_BODY, header, message
from tests.flows.desk import Desk


def carrying(data: bytes, commit: str, **changes: Any) -> bytes:
    """玉林's good message to 北海, signed over whatever stands in for its sealed body."""
    told = {"sha256": sha256(data), "size": len(data), "sealed": True, "commit": commit}
    fields = header(body=told, **changes)
    return signed(wire.MESSAGE, fields, [signer_for(fields["sender"])], data)


def closed_for(*members: str, about: dict[str, Any] | None = None, **changes: Any) -> bytes:
    """The good text really sealed, but for these members and as if it stood in the message ``about``."""
    publics = [seal_key_for(one).public for one in members]
    data, opened = close_for(GOOD_BODY, publics, about or header(**changes), keys_for(YULIN).sealer)
    return carrying(data, sha256(opened), **changes)


def former(text: bytes, members: list[str], fields: dict[str, Any], drawn: bytes = bytes(range(64))) -> bytes:
    """A body in the form before: each entry is the content key of this one message."""
    sealer = keys_for(fields["sender"]).sealer
    entries = [
        (seal_key_for(one).keyid, sealer.wrap(drawn[:32], seal_key_for(one).public, binding(fields))) for one in members
    ]
    return sealing.FORMER + sealing.head(entries)[4:] + sealing.close(drawn[:32], drawn[32:] + text)


def only(desk: Desk) -> Message:
    [row] = desk.rows.messages.rows.values()
    return row


def refused(raw: bytes, why: str) -> None:
    """Refused, kept for a person, its number taken; the sender learns it and the stream goes on."""
    desk = Desk()
    [verdict], changed = desk.change(raw)
    assert (verdict.outcome, verdict.code) == ("refused", "unopenable")
    assert why in verdict.reason
    assert {name: changed[name] for name in ("messages", "quarantined", "receipts")} == dict.fromkeys(
        ("messages", "quarantined", "receipts"), 1
    )
    row = only(desk)
    assert (row.status, row.code, row.opened) == (MessageStatus.REFUSED, "unopenable", None)
    assert sealing.text_of(row.raw, row.opened) is None, "nothing of it is shown"
    assert desk.rows.quarantine.rows[sha256(raw)].code == "unopenable"
    assert desk.hand(message(seq=2, prev=hash_of(raw), document=uuid(9)))[0].outcome == "stored"


def test_a5_a_body_sealed_to_another_member_is_refused() -> None:
    refused(closed_for(HAIKOU), "没有加密给本单位")


def test_a5_a_key_wrapped_for_another_member_under_our_name_is_refused() -> None:
    fields, sealer = header(), keys_for(YULIN).sealer
    secret, opened = sealer.random(32), sealer.random(32) + GOOD_BODY
    wrapped = sealer.wrap(secret, seal_key_for(HAIKOU).public, run_of(fields))
    chunks = sealing.close(sealing.content_key(secret, binding(fields)), opened)
    refused(carrying(sealing.head([(seal_key_for(BEIHAI).keyid, wrapped)]) + chunks, sha256(opened)), "内容密钥")


OTHERS: list[tuple[dict[str, Any], str]] = [
    ({"document": uuid(77)}, "损坏"),
    ({"sender": HAIKOU}, "内容密钥"),
    ({"audience": HAIKOU}, "内容密钥"),
    ({"audience": ALL}, "内容密钥"),
    ({"incarnation": uuid(78)}, "内容密钥"),
    ({"seq": 2}, "损坏"),
    ({"kind": "inquiry_bulletin"}, "损坏"),
]


@pytest.mark.parametrize(("changes", "why"), OTHERS)
def test_a5_a_body_sealed_for_another_message_is_refused(changes: dict[str, Any], why: str) -> None:
    refused(closed_for(BEIHAI, about=header() | changes), why)


@pytest.mark.parametrize(("changes", "why"), OTHERS)
def test_a5_a_body_of_the_form_before_sealed_for_another_message_is_refused(changes: dict[str, Any], why: str) -> None:
    data = former(GOOD_BODY, [BEIHAI], header() | changes)
    refused(carrying(data, sha256(bytes(range(32, 64)) + GOOD_BODY)), "内容密钥")


def test_a_body_of_the_form_before_is_opened_and_passed_on_to_who_came_later() -> None:
    commit = sha256(bytes(range(32, 64)) + GOOD_BODY)
    desk = Desk()
    assert desk.hand(carrying(former(GOOD_BODY, [BEIHAI, YULIN], header()), commit))[0].outcome == "stored"
    assert sealing.text_of(only(desk).raw, only(desk).opened) == GOOD_BODY
    fields = header(audience=ALL)
    raw = carrying(former(GOOD_BODY, [HAIKOU, YULIN], fields), commit, audience=ALL)
    joiner = Desk()
    assert joiner.hand(_keyed(BEIHAI, YULIN, raw))[0].outcome == "stored"
    assert sealing.text_of(only(joiner).raw, only(joiner).opened) == GOOD_BODY


def test_a_body_of_one_form_does_not_pass_for_the_other() -> None:
    data = wire.decode(GOOD).body or b""
    commit = json.loads(wire.decode(GOOD).payload)["body"]["commit"]
    refused(carrying(sealing.FORMER + data[4:], commit), "内容密钥")
    swapped = sealing.MAGIC + former(GOOD_BODY, [BEIHAI], header())[4:]
    refused(carrying(swapped, sha256(bytes(range(32, 64)) + GOOD_BODY)), "内容密钥")


def test_who_is_given_the_key_of_one_message_opens_no_other_of_its_run() -> None:
    """A run seals to those of its time; who comes later gets content keys one by one."""
    sealer, first, second = keys_for(YULIN).sealer, header(audience=ALL), header(audience=ALL, document=uuid(9), seq=2)
    lock = lock_for([seal_key_for(HAIKOU).public], run_of(first), sealer)
    one, other = (close_body(GOOD_BODY, lock, binding(fields), sealer)[0] for fields in (first, second))
    assert one[: len(lock.head)] == other[: len(lock.head)], "the same entries stand before both"
    key = sealing.content_key(lock.secret, binding(first))
    assert sealing.decrypt(key, one[len(lock.head) :])
    with pytest.raises(Unopenable):
        sealing.decrypt(key, other[len(lock.head) :])


def test_a18_what_one_member_sealed_does_not_pass_for_another_members() -> None:
    """海口 opened what 玉林 wrote to all; sent on under its own name it opens nowhere."""
    told = message(audience=ALL)
    body_there = wire.decode(told).body or b""
    commit = json.loads(wire.decode(told).payload)["body"]["commit"]
    assert Desk().hand(told)[0].outcome == "stored"
    refused_by = Desk()
    [verdict] = refused_by.hand(carrying(body_there, commit, sender=HAIKOU, audience=ALL))
    assert (verdict.outcome, verdict.code) == ("refused", "unopenable")


def test_a18_a_message_sent_on_to_somebody_else_is_not_for_him() -> None:
    third = Desk(HAIKOU)
    assert third.hand(GOOD)[0].code == "not-for-us"
    assert not third.rows.messages.rows


def entries_of(raw: bytes) -> tuple[dict[str, bytes], bytes]:
    framed = sealing.parse(wire.decode(raw).body or b"")
    return framed.entries, framed.chunks


@pytest.mark.parametrize("what", ["stripped", "added", "wrapped anew", "re-encrypted"])
def test_a19_addressees_stripped_added_or_text_encrypted_anew_break_the_signed_digest(what: str) -> None:
    desk, (entries, chunks) = Desk(), entries_of(GOOD)
    secret = sealing.parse(wire.decode(GOOD).body or b"")
    key = keys_for(BEIHAI).sealer.unwrap(
        seal_key_for(BEIHAI).keyid, secret.entries[seal_key_for(BEIHAI).keyid], run_of(header())
    )
    thief = keys_for(HAIKOU).sealer
    if what == "stripped":
        entries.pop(seal_key_for(YULIN).keyid)
    elif what == "added":
        entries[key_id(thief.public)] = thief.wrap(key, thief.public, run_of(header()))
    elif what == "wrapped anew":
        entries[seal_key_for(BEIHAI).keyid] = thief.wrap(key, seal_key_for(BEIHAI).public, run_of(header()))
    else:
        chunks = sealing.close(
            sealing.content_key(key, binding(header())), bytes(32) + GOOD_BODY.replace(b"}", b" }", 1)
        )
    one = wire.decode(GOOD)
    changed = wire.encode(one.type, one.payload, one.signatures, sealing.head(entries.items()) + chunks)
    assert desk.hand(changed)[0].code == "body-mismatch"
    assert desk.hand(GOOD)[0].outcome == "stored", "the true message still finds its number free"


def test_two_addressees_of_one_message_are_not_shown_different_texts() -> None:
    """玉林 seals one text and promises another: whoever opens it sees the contradiction, and nothing else."""
    refused(_promising(b"another text"), "承诺")


def _promising(text: bytes) -> bytes:
    data, opened = close_for(GOOD_BODY, [seal_key_for(BEIHAI).public], header(), keys_for(YULIN).sealer)
    return carrying(data, sha256(opened[:32] + text))


@pytest.mark.parametrize("size", [0, 1, 16, 17, 32, 48])
def test_b56_a_ciphertext_too_short_is_refused(size: int) -> None:
    entries, _ = entries_of(GOOD)
    refused(carrying(sealing.head(entries.items()) + bytes(size), "0" * 64), "")


def test_b56_a_flipped_tag_a_cut_frame_and_an_ephemeral_key_of_low_order_are_refused() -> None:
    data = wire.decode(GOOD).body or b""
    commit = json.loads(wire.decode(GOOD).payload)["body"]["commit"]
    refused(carrying(data[:-1] + bytes([data[-1] ^ 1]), commit), "损坏")
    refused(carrying(data[:40], commit), "截断")
    entries, chunks = entries_of(GOOD)
    weak = {name: bytes(32) + wrapped[32:] for name, wrapped in entries.items()}
    refused(carrying(sealing.head(weak.items()) + chunks, commit), "内容密钥")


@pytest.mark.parametrize(("sealed", "commit"), [(True, None), (False, "0" * 64)])
def test_a_promise_stands_exactly_where_the_body_is_sealed(sealed: bool, commit: str | None) -> None:
    data = wire.decode(GOOD).body or b""
    told = {"sha256": sha256(data), "size": len(data), "sealed": sealed, "commit": commit}
    refused(signed(wire.MESSAGE, header(body=told), [signer_for(YULIN)], data), "承诺")


def test_a_body_that_should_be_sealed_and_is_not_is_refused() -> None:
    told = {"sha256": sha256(GOOD_BODY), "size": len(GOOD_BODY), "sealed": False, "commit": None}
    raw = signed(wire.MESSAGE, header(body=told), [signer_for(YULIN)], GOOD_BODY)
    [verdict] = Desk().hand(raw)
    assert (verdict.outcome, verdict.code) == ("refused", "broken-rules")
    assert "必须加密" in verdict.reason


def _keyed(member: str, signer: str, raw: bytes = GOOD, **changes: Any) -> bytes:
    """A frame that brings ``member`` the content key of 玉林's message, signed by whoever."""
    public, one = seal_key_for(member).public, wire.decode(raw)
    made = wire.decode(keyed(raw, member, public, keys=keys_for(YULIN), now=NOW))
    payload = {**json.loads(made.payload), "sender": signer, "message": one.hash, **changes}
    return signed(wire.KEYED, payload, [signer_for(signer)], raw)


def test_who_came_later_gets_the_same_signed_bytes_with_a_key_and_opens_them() -> None:
    late = message(audience=ALL)
    raw = closed_for(HAIKOU, audience=ALL)
    joiner = Desk()
    assert joiner.hand(_keyed(BEIHAI, YULIN, raw))[0].outcome == "stored"
    row = only(joiner)
    assert (row.hash, row.raw) == (hash_of(raw), raw), "its own signature and digest, nothing around it"
    assert sealing.text_of(row.raw, row.opened) == GOOD_BODY
    assert Desk().hand(_keyed(BEIHAI, YULIN, late))[0].outcome == "stored", "who has a key already needs no other"


def test_a_key_brought_by_another_member_or_for_another_message_is_quarantined() -> None:
    raw = closed_for(HAIKOU, audience=ALL)
    desk = Desk()
    assert desk.hand(_keyed(BEIHAI, HAIKOU, raw))[0].code == "body-mismatch"
    assert desk.hand(_keyed(BEIHAI, YULIN, raw, message="0" * 64))[0].code == "body-mismatch"
    assert desk.hand(_keyed(BEIHAI, YULIN, raw, audience=HAIKOU))[0].code == "not-for-us"
    assert not desk.rows.messages.rows
    assert desk.hand(_keyed(BEIHAI, YULIN, raw))[0].outcome == "stored", "the right one still finds its number free"


def test_a_key_that_opens_nothing_is_refused_like_none() -> None:
    raw = closed_for(HAIKOU, audience=ALL)
    wrong = "A" * 107 + "="
    [verdict] = Desk().hand(_keyed(BEIHAI, YULIN, raw, wrapped=wrong))
    assert (verdict.outcome, verdict.code) == ("refused", "unopenable")
    [verdict] = Desk().hand(_keyed(HAIKOU, YULIN, raw, audience=BEIHAI))
    assert (verdict.outcome, verdict.code) == ("refused", "unopenable")
