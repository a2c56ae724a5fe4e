"""Attacks on a whole node by whoever can write to it: confused algorithms, keys in the message, false receipts.

The other rows of RELIABILITY section 8 stand beside what they attack; decision 15 lists each with its test.
"""

from __future__ import annotations

import pytest

from hub.core.envelope import RECEIPTS, Signature, decode, encode
from hub.core.ids import wire_time
from hub.flows.ports import Incoming
from hub.flows.rows import DeliveryStatus
from hub.flows.send import Request
from tests.builders import BEIHAI, NOW, YULIN, KeyPair, seal_key_for, signed, signer_for, uuid, witness_for
from tests.core.badinput import GOOD, message
from tests.flows.desk import Desk
from tests.simulator.bodies import body
from tests.simulator.world import Node, World

POLICE = "440800-ps"
SIG = decode(GOOD).signatures[0]


def signed_with(*signatures: Signature) -> bytes:
    found = decode(GOOD)
    return encode(found.type, found.payload, signatures, found.body)


@pytest.mark.parametrize(
    ("row", "raw", "code"),
    [
        ("b30 none", GOOD.replace(b'{"keyid"', b'{"alg":"none","keyid"'), "malformed"),
        ("b30 a secret that is public", GOOD.replace(b'{"keyid"', b'{"alg":"HS256","keyid"'), "malformed"),
        (
            "b30 by a key of another algorithm",
            signed_with(Signature(seal_key_for(YULIN).keyid, SIG.sig)),
            "wrong-purpose",
        ),
        ("b31 empty", signed_with(Signature(SIG.keyid, b"")), "bad-signature"),
        ("b31 too short", signed_with(Signature(SIG.keyid, SIG.sig[:63])), "bad-signature"),
        ("b31 too long", signed_with(Signature(SIG.keyid, SIG.sig + b"\0")), "bad-signature"),
        ("b34 by the key for logs", message(signer=witness_for(YULIN)), "wrong-purpose"),
        ("b35 named for a path", signed_with(Signature("../../etc/passwd", SIG.sig)), "unknown-sender"),
        ("b35 named for an address", signed_with(Signature("https://example.com/key", SIG.sig)), "unknown-sender"),
        ("b38 a key in the message", GOOD.replace(b'{"keyid"', b'{"jwk":{"x":"AA"},"keyid"'), "malformed"),
        (
            "b38 an address of a key",
            GOOD.replace(b'{"payloadType"', b'{"jku":"https://e.com","payloadType"'),
            "malformed",
        ),
        ("b38 in the header", message(x5u="https://example.com/chain"), "malformed"),
    ],
)
def test_a2_no_message_says_how_it_is_to_be_believed(row: str, raw: bytes, code: str) -> None:
    [verdict], changed = Desk().change(raw)
    assert (verdict.outcome, verdict.code) == ("quarantined", code)
    assert changed == {"quarantined": 1, "leaves": 1}


def test_b36_one_signature_twice_is_still_one_message() -> None:
    desk = Desk()
    assert desk.hand(signed_with(SIG, SIG))[0].outcome == "stored"
    assert desk.hand(GOOD)[0].outcome == "duplicate"


def test_b53_an_incarnation_not_heard_of_begins_at_one_and_touches_no_other_stream() -> None:
    desk = Desk()
    assert desk.hand(GOOD)[0].outcome == "stored"
    [verdict], changed = desk.change(message(incarnation=uuid(999), seq=2, prev="0" * 64, document=uuid(7)))
    assert (verdict.outcome, changed["parked"]) == ("parked", 1)
    assert "messages" not in changed


def sent() -> tuple[World, Node, dict[str, str]]:
    """玉林 has asked two offices and heard from none; the hashes by addressee."""
    world = World(1, size=3)
    yulin = world.nodes[YULIN]
    for member in (BEIHAI, POLICE):
        yulin.send(Request("assistance_request", body("assistance_request", "request"), to=(member,)))
    yulin.worker.seal_once()
    hashes = {row.audience: row.hash for row in yulin.store.rows.messages.rows.values()}
    assert hashes.keys() == {BEIHAI, POLICE}
    return world, yulin, hashes


def receipt(of: str, by: str, *signers: KeyPair, outcome: str = "stored") -> Incoming:
    entry = {
        "message": of,
        "outcome": outcome,
        "code": "broken-rules" if outcome == "refused" else None,
        "stored_at": wire_time(NOW),
    }
    payload = {"sender": by, "audience": YULIN, "issued": wire_time(NOW), "receipts": [entry]}
    return Incoming("t", signed(RECEIPTS, payload, signers or [signer_for(by)], None), "amqp")


def statuses(node: Node) -> dict[str, DeliveryStatus]:
    return {row.member: row.status for row in node.store.rows.deliveries.rows.values() if row.form == "full"}


@pytest.mark.parametrize("case", ["a message nobody sent", "another's message", "another's name", "by a stranger"])
def test_b57_a_receipt_ends_its_own_delivery_and_no_other(case: str) -> None:
    _, yulin, hashes = sent()
    before = statuses(yulin)
    forged = {
        "a message nobody sent": receipt("a" * 64, BEIHAI),
        "another's message": receipt(hashes[POLICE], BEIHAI),
        "another's name": receipt(hashes[POLICE], POLICE, signer_for(BEIHAI)),
        "by a stranger": receipt(hashes[POLICE], POLICE, KeyPair(signer_for("469999-mr").private)),
    }[case]
    [verdict] = yulin.worker.record([forged])
    assert verdict.outcome in {"frame", "quarantined"}
    assert statuses(yulin) == before
    yulin.worker.record([receipt(hashes[BEIHAI], BEIHAI)])
    assert statuses(yulin) == {**before, BEIHAI: DeliveryStatus.STORED}


def test_a17_a_receipt_is_not_taken_back_by_a_later_one() -> None:
    _, yulin, hashes = sent()
    yulin.worker.record([receipt(hashes[BEIHAI], BEIHAI)])
    yulin.worker.record([receipt(hashes[BEIHAI], BEIHAI, outcome="refused")])
    assert statuses(yulin)[BEIHAI] is DeliveryStatus.STORED
