"""Rows of RELIABILITY sections 6 and 8 on a whole node, each under its own name and with what is left of it after."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable

import pytest

from hub.core.envelope import MAX_RAW, MESSAGE, Signature, decode, encode, pae
from hub.core.ids import parse_time, wire_time
from hub.core.signing import key_id
from tests.builders import BEIHAI, HAIKOU, NOW, YULIN, hash_of, keypair, signed, signer_for, thread, uuid
from tests.core.badinput import GOOD, SENDER, header, message, payload, swapped
from tests.flows.desk import Desk, series

KEPT = 64 * 1024
"""Of a refused delivery no more is kept for a person."""


def refused(desk: Desk, raw: bytes) -> str:
    """The code with which it was refused; nothing but the quarantine and the log has grown."""
    [verdict], changed = desk.change(raw)
    assert verdict.outcome == "quarantined", verdict
    assert changed == {"quarantined": 1, "leaves": 1}
    assert all(len(row.raw) <= KEPT for row in desk.rows.quarantine.rows.values())
    return verdict.code or ""


def test_a4_a_replay_gets_the_receipt_of_the_first_time_here_and_is_nobody_elses() -> None:
    desk = Desk()
    assert desk.hand(GOOD)[0].outcome == "stored"
    [receipt] = desk.receipts()
    for channel in ("amqp", "spool", "ferry"):
        [verdict], changed = desk.change(GOOD, channel=channel)
        assert (verdict.outcome, changed) == ("duplicate", {})
    assert desk.receipts() == [receipt]
    assert refused(Desk(HAIKOU), GOOD) == "not-for-us"


def test_a7_what_is_cut_off_reordered_or_dropped_is_a_gap_and_never_a_shorter_story() -> None:
    one, two, three, four = series(4)
    desk = Desk()
    assert refused(desk, two[: len(two) // 2]) == "malformed"
    assert [verdict.outcome for verdict in desk.hand(four, three)] == ["parked", "parked"]
    assert desk.counts()["messages"] == 0
    assert desk.hand(one)[0].outcome == "stored"
    assert desk.counts()["messages"] == 1, "what follows a hole is not released"
    assert desk.hand(two)[0].outcome == "stored"
    assert [row.seq for row in desk.rows.messages.rows.values()] == [1, 2, 3, 4]


def test_a8_no_reader_may_choose_between_two_values_of_one_name() -> None:
    text = json.dumps(header(), separators=(",", ":"), ensure_ascii=False)
    for twice in (
        text.replace(f'"audience":"{BEIHAI}"', f'"audience":"{HAIKOU}","audience":"{BEIHAI}"'),
        text.replace(f'"audience":"{BEIHAI}"', f'"audience":"{BEIHAI}","\\u0061udience":"{HAIKOU}"'),
        text.replace('"sealed":false', '"sealed":true,"sealed":false').replace('"size":', '"size":1,"size":'),
    ):
        assert twice != text
        assert refused(Desk(), payload(twice.encode())) == "malformed"


def test_a9_what_was_signed_is_what_is_read_and_kept_whatever_another_writer_would_make_of_it() -> None:
    spaced = json.dumps(header(), indent=1, ensure_ascii=False).encode()
    raw, desk = payload(spaced), Desk()
    assert desk.hand(raw)[0].outcome == "stored"
    [row] = desk.rows.messages.rows.values()
    assert (row.raw, decode(row.raw).payload) == (raw, spaced), "byte for byte"
    found = decode(raw)
    tidy = json.dumps(json.loads(spaced), separators=(",", ":"), ensure_ascii=False).encode()
    assert refused(Desk(), encode(MESSAGE, tidy, found.signatures, found.body)) == "bad-signature"


@pytest.mark.parametrize(
    "name", ["４50900-mr", "450900-mг", "450900\u2010mr", "450900-mr\u200b", "450900-MR", "450900-mr "]
)
def test_a10_a_name_that_only_looks_like_a_members_is_no_members(name: str) -> None:
    assert refused(Desk(), swapped(f'"sender":"{YULIN}"', f'"sender":"{name}"')) == "malformed"


BOMBS: dict[str, Callable[[], bytes]] = {
    "depth": lambda: payload(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "digits": lambda: swapped('"seq":1', '"seq":1' + "0" * 5_000),
    "names": lambda: payload(b"{" + b",".join(b'"n%d":1' % n for n in range(60_000)) + b"}"),
    "references": lambda: payload(json.dumps({**header(), "after": ["a" * 64] * 17}, separators=(",", ":")).encode()),
    "size": lambda: b'{"payloadType":"' + b"x" * MAX_RAW + b'"}',
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a11_what_is_made_to_burst_costs_its_sender_and_takes_no_room(bomb: str) -> None:
    assert refused(Desk(), BOMBS[bomb]()) in ("malformed", "oversized")


@pytest.mark.parametrize("said", ["2036-04-13T01:00:00.000Z", "2016-04-13T01:00:00.000Z"])
def test_a12_a_false_date_is_flagged_and_moves_nothing_here(said: str) -> None:
    desk = Desk()
    assert desk.hand(message(issued=said, sealed=said))[0].outcome == "stored"
    [row] = desk.rows.messages.rows.values()
    assert (row.code, row.stored_at, row.issued) == ("clock-skew", NOW, parse_time(said))
    assert f'"stored_at":"{wire_time(NOW)}"'.encode() in decode(desk.receipts()[0].raw).payload


def test_b30_a_public_key_is_no_shared_secret() -> None:
    found = decode(GOOD)
    forged = hmac.new(SENDER.public, pae(MESSAGE, found.payload), hashlib.sha512).digest()
    raw = encode(MESSAGE, found.payload, (Signature(SENDER.keyid, forged),), found.body)
    assert refused(Desk(), raw) == "bad-signature"


def test_b35_a_signature_counts_for_the_key_that_made_it_whatever_hint_stands_beside_it() -> None:
    own, other = signer_for(YULIN), signer_for(HAIKOU)
    found = decode(GOOD)
    cover = pae(MESSAGE, found.payload)
    mixed = encode(MESSAGE, found.payload, (Signature(own.keyid, other.sign(cover)),), found.body)
    assert refused(Desk(), mixed) == "bad-signature"


def test_b38_a_key_that_travels_with_its_message_vouches_for_nothing() -> None:
    own = keypair(4711)
    raw = signed(MESSAGE, header(), [own], decode(GOOD).body)
    assert refused(Desk(), raw) == "unknown-sender"
    with_key = raw.replace(b'"keyid":', b'"jwk":{"kty":"OKP","x":"%s"},"keyid":' % key_id(own.public).encode())
    assert refused(Desk(), with_key) == "malformed"


def test_b52_what_an_earlier_life_of_a_sender_signed_stays_in_its_own_stream() -> None:
    old, new = uuid(901), uuid(902)
    first, second = series(2, incarnation=old)
    fresh = message(incarnation=new, document=uuid(50), matter=thread(51))
    desk = Desk()
    assert [one.outcome for one in desk.hand(first, fresh)] == ["stored", "stored"]
    assert desk.hand(second)[0].outcome == "stored", "it was on its way when the sender was restored"
    again = message(incarnation=old, seq=2, prev=hash_of(first), document=uuid(60), matter=thread(61))
    [verdict] = desk.hand(again)
    assert (verdict.outcome, verdict.code) == ("quarantined", "equivocation")
    frozen = {head.stream.incarnation: head.frozen for head in desk.rows.streams.received.values()}
    assert frozen == {old: True, new: False}
    later = message(incarnation=new, seq=2, prev=hash_of(fresh), document=uuid(70), matter=thread(71))
    assert desk.hand(later)[0].outcome == "stored", "the new life goes on"
