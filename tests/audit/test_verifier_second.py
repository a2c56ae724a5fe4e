"""What the stand-alone verifier says of second signatures: asked for by the roster, both prove, none is swapped."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.core.envelope import RECEIPTS, Signature, decode, encode
from hub.core.evidence import assemble
from hub.core.ids import wire_time
from tests.audit.casefile import FED, Parts, blamed, good, judged, roster_of, unproved, without
from tests.builders import (
    BEIHAI,
    NOW,
    YULIN,
    KeyPair,
    asking_second,
    incarnation,
    member_key,
    second_for,
    signed,
    signer_for,
    witness_for,
)
from tests.core.badinput import message

ROSTER = f"roster/{decode(FED.roster_raw).hash}"
GRACE = NOW + timedelta(hours=1)
ASKING = asking_second(FED, grace=wire_time(GRACE)).roster_raw
FIRST, SECOND = signer_for(YULIN), second_for(YULIN)
HERS = signer_for(BEIHAI), second_for(BEIHAI)


def by(*keys: KeyPair, roster: int = 2) -> bytes:
    """A letter of 玉林 signed by these keys, under this roster."""
    raw = message(roster=roster)
    found = decode(raw)
    return encode(found.type, found.payload, tuple(Signature(k.keyid, k.sign(found.signed)) for k in keys), found.body)


def receipt(raw: bytes, *keys: KeyPair, late: bool = True) -> bytes:
    """北海's receipt for it, issued after the grace, or at the last moment of it."""
    issued = wire_time(GRACE + timedelta(seconds=1) if late else GRACE)
    one = {"message": decode(raw).hash, "outcome": "stored", "code": None, "stored_at": wire_time(NOW)}
    return signed(RECEIPTS, {"sender": BEIHAI, "audience": YULIN, "issued": issued, "receipts": [one]}, keys, None)


def file(raw: bytes, *, roster: bytes = ASKING, given: bytes | None = None) -> Parts:
    rest = without("message", "opened", "receipts", "checkpoint", "leaf")
    return {**rest, "roster/2": roster, "message/1": raw, "receipts/1": given or receipt(raw, *HERS)}


def told(parts: Parts) -> str:
    return "\n".join(one.text for one in judged(parts))


def test_a_file_with_both_signatures_says_which_algorithm_proved_what() -> None:
    parts = file(by(FIRST, SECOND))
    assert blamed(parts) is None
    assert told(parts).count("签名有效（ed25519、ml-dsa-65）") == 2, "letter and receipt"
    assert told(good()).count("签名有效（ed25519）") == 2


@pytest.mark.parametrize(
    ("what", "keys"),
    [
        ("stripped", [FIRST]),
        ("the second alone", [SECOND]),
        ("doubled", [FIRST, FIRST]),
        ("another member's", [FIRST, second_for(BEIHAI)]),
        ("nobody's", [FIRST, second_for(YULIN, 7)]),
        ("the witness key", [FIRST, witness_for(YULIN)]),
    ],
)
def test_a_letter_without_the_second_signature_asked_for_is_named(what: str, keys: list[KeyPair]) -> None:
    last = judged(file(by(*keys)))[-1]
    assert (last.ok, last.part) == (False, "message/1")
    assert ("第二签名" if keys[0] is FIRST else "没有 450900-mr 的有效签名") in last.text


def test_a2_a_signature_of_another_letter_or_under_another_keys_name_is_none() -> None:
    raw = by(FIRST)
    other = decode(message(roster=2, seq=2, prev="0" * 64)).signed
    crossed = [Signature(FIRST.keyid, SECOND.sign(decode(raw).signed)), Signature(SECOND.keyid, b"x")]
    for signatures in ([*decode(raw).signatures, Signature(SECOND.keyid, SECOND.sign(other))], crossed):
        found = decode(raw)
        assert blamed(file(encode(found.type, found.payload, tuple(signatures), found.body))) == "message/1"


def test_a_key_to_witness_or_of_an_unknown_algorithm_signs_no_letter() -> None:
    for change in ({"purpose": "witness"}, {"algorithm": "sm2"}):
        value = json.loads(decode(ASKING).payload)
        value["members"][0]["keys"][-1].update(change)
        roster = FED.renewed(value["members"], second_signature=value["second_signature"]).roster_raw
        assert blamed(file(by(FIRST, SECOND), roster=roster)) == "message/1"


def test_what_was_signed_under_an_earlier_roster_is_proved_by_one_signature_and_the_file_says_so() -> None:
    parts = file(by(FIRST, roster=1))
    assert blamed(parts) is None
    assert "签名有效（ed25519）" in told(parts)
    assert blamed({**parts, "roster/9": roster_of(member_key(YULIN), version=9)}) is None


def test_an_earlier_letter_needs_no_second_signature_by_the_newest_roster_either() -> None:
    parts = file(by(FIRST, roster=1))
    del parts[ROSTER]
    assert blamed(parts) is None


def test_x37_both_keys_must_count() -> None:
    value = json.loads(decode(ASKING).payload)
    value["members"][0]["keys"][0]["revoked"] = []
    roster = FED.renewed(value["members"], second_signature=value["second_signature"]).roster_raw
    assert blamed(file(by(FIRST, SECOND), roster=roster)) == "message/1"


def test_a_rule_that_ended_still_counts_for_what_was_signed_under_it() -> None:
    ended = FED.renewed(json.loads(decode(ASKING).payload)["members"], version=5).roster_raw
    parts = {**file(by(FIRST)), "roster/5": ended}
    assert blamed(parts) == "message/1"
    assert blamed({**parts, "message/1": by(FIRST, SECOND)}) is None


def test_the_roster_of_a_letter_cannot_be_left_out_to_be_rid_of_its_rule() -> None:
    parts = file(by(FIRST))
    del parts["roster/2"]
    assert blamed(parts) == "message/1", "no roster of that version or later"
    later = asking_second(FED, grace=wire_time(GRACE))
    value = json.loads(decode(later.roster_raw).payload)
    newest = FED.renewed(value["members"], version=3, second_signature=value["second_signature"]).roster_raw
    assert blamed({**parts, "roster/3": newest}) == "message/1", "a later one tells since when"


@pytest.mark.parametrize(
    ("what", "change", "wrong"),
    [
        ("revoked", {"revoked": []}, True),
        ("revoked after it", {"revoked": [{"seq": 2, "hash": "0" * 64}]}, False),
        ("replaced before", {"until": wire_time(NOW - timedelta(minutes=6))}, True),
        ("added later", {"since": wire_time(NOW + timedelta(days=6))}, False),
    ],
)
def test_b33_x37_the_second_key_counts_up_to_its_end(what: str, change: dict[str, Any], wrong: bool) -> None:
    value = json.loads(decode(ASKING).payload)
    place = {"audience": BEIHAI, "incarnation": incarnation()}
    if change.get("revoked"):
        change = {"revoked": [{**place, **one} for one in change["revoked"]]}
    value["members"][0]["keys"][-1].update(change)
    roster = FED.renewed(value["members"], second_signature=value["second_signature"]).roster_raw
    assert blamed(file(by(FIRST, SECOND), roster=roster)) == ("message/1" if wrong else None)


def test_a_further_signature_by_a_key_that_counts_no_more_is_not_named_among_the_proofs() -> None:
    entries = json.loads(decode(ASKING).payload)["members"]
    entries[0]["keys"][-1]["revoked"] = []
    parts = file(by(FIRST, SECOND, roster=1), roster=FED.renewed(entries).roster_raw)
    assert blamed(parts) is None
    assert "ml-dsa-65" not in told(parts).split("系统回执")[0]


def test_a17_a_receipt_of_after_the_grace_proves_delivery_by_both_signatures_only() -> None:
    raw = by(FIRST, SECOND)
    assert "不能证明已送达" not in unproved(file(raw))
    for keys in ([HERS[0]], [HERS[0], HERS[0]], [HERS[0], SECOND]):
        said = unproved(file(raw, given=receipt(raw, *keys)))
        assert "缺少名册要求的签名" in said
        assert "不能证明已送达" in said
    assert "不能证明已送达" not in unproved(file(raw, given=receipt(raw, HERS[0], late=False)))


def test_a_receipt_that_was_signed_again_tells_both_times() -> None:
    said = told(file(by(FIRST, SECOND)))
    assert "2026-04-13 16:30:00（北京时间），2026-04-13 17:30:01（北京时间） 重新签署" in said
    assert "重新签署" not in told(good())


OLD = """
import sys
sys.modules["cryptography.hazmat.primitives.asymmetric.mldsa"] = None
from deploy.verify import main
sys.exit(main(sys.argv[1:]))
"""
"""The verifier where the library has no such module."""


def test_a_machine_whose_library_is_too_old_says_so(tmp_path: Path) -> None:
    def run(parts: Parts) -> tuple[int, str]:
        (tmp_path / "file").write_bytes(assemble(parts.items()))
        command = [sys.executable, "-c", OLD, str(tmp_path / "file"), "--root", FED.fingerprint]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    code, said = run(file(by(FIRST, SECOND)))
    assert (code, "较新的版本　〔message/1〕" in said) == (1, True), said
    assert run(good())[0] == 0, "what has none needs none"
