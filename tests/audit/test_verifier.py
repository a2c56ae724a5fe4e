"""What the stand-alone verifier refuses although every digest fits: forgeries by whoever holds some of the keys."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.verify import WORDS, examine, main
from hub.core.envelope import MESSAGE, Signature, decode, encode, without_body
from hub.core.evidence import assemble
from hub.core.ids import sha256, wire_time
from hub.store.views.log import PROVED
from schemas.catalogue import ACTS
from tests.audit.casefile import (
    FED,
    LETTER,
    Parts,
    blamed,
    good,
    judged,
    log,
    opened,
    proved,
    receipts,
    roster_of,
    unproved,
    without,
)
from tests.builders import (
    BEIHAI,
    NOW,
    YULIN,
    build_roster,
    incarnation,
    keypair,
    member_entry,
    member_key,
    signed_message,
    signer_for,
    uuid,
    witness_for,
)
from tests.core.badinput import GOOD, message

OPENED = f"opened/{decode(GOOD).hash}"
LEAF = proved(2, log())[0]
ROSTER = f"roster/{decode(FED.roster_raw).hash}"


def with_letter(raw: bytes, **more: bytes) -> Parts:
    """The good file with another letter in the place of its own."""
    rest = without("message", "opened", "receipts", "checkpoint", "leaf")
    return {**rest, "message/1": raw, "receipts/1": receipts(raw), **more}


def test_the_good_file_proves_everything() -> None:
    assert all(one.ok for one in judged(good()))
    assert "没有审计日志的存证" in unproved(without("leaf"))


def bent(raw: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """A file with these bytes in the place of others, and the closing digest put right."""
    body = raw[: raw.rindex(b"end ")]
    for old, new in changes:
        assert old in body
        body = body.replace(old, new, 1)
    return body + f"end {sha256(body)}\n".encode()


def named(raw: bytes) -> str | None:
    last = examine(raw, FED.fingerprint, [])[-1]
    return last.part if last.ok is False else None


def test_every_byte_of_the_frame_belongs_to_a_part() -> None:
    raw, letter = assemble(good().items()), good()[LETTER]
    assert named(bent(raw)) is None
    assert named(raw[1:]) == "文件开头"
    assert named(bent(raw, (letter[-9:] + b"\n", letter[-9:] + b" "))) == LETTER, "no line feed after the part"
    assert named(bent(raw, (letter[-9:], letter[-9:-1] + b"]"))) == LETTER
    assert named(bent(raw, (b'"about":"x"', b'"about":"y"'))) == "about/file"
    assert named(raw + b"\n") == f"{LEAF} 之后"
    assert named(raw[:-69] + b"END" + raw[-66:]) == f"{LEAF} 之后"
    assert named(raw[:-65] + b"0" * 64 + b"\n") == "end"
    twice = [*good().items(), (LETTER, letter)]
    assert named(assemble(twice)) == LETTER
    assert blamed({**good(), "other/1": b""}) == "other/1"


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("a8 a key twice", (b'{"payloadType"', b'{"body":null,"payloadType"')),
        ("a field more", (b'{"payloadType"', b'{"jwk":"x","payloadType"')),
        ("another type", (b".message.v1", b".roster.v1")),
        ("base64 of another spelling", (b'=="}]', b'"}]')),
        ("base64 with odd bits", (b'=="}]', b'B=="}]')),
    ],
)
def test_an_envelope_has_one_form(what: str, change: tuple[bytes, bytes]) -> None:
    raw = GOOD.replace(*change)
    if "odd bits" in what:
        at = GOOD.index(b'=="}]')
        raw = GOOD[: at - 1] + bytes([GOOD[at - 1] + 1]) + GOOD[at:]
    assert raw != GOOD
    assert blamed({**good(), LETTER: raw}) == LETTER


def test_a6_a_signed_text_of_another_type_is_not_taken_for_a_letter() -> None:
    assert blamed({**good(), "message/2": receipts(GOOD)}) == "message/2"


def test_a11_a_bomb_in_a_part_is_named_and_no_traceback() -> None:
    bomb = b"[" * 200_000
    for name in ("root/1", "roster/2", LETTER, "receipts/1", LEAF):
        assert blamed({**good(), name: bomb}) == name


def test_the_report_has_words_for_every_act_and_every_entry_of_the_log() -> None:
    assert {act for acts in ACTS.values() for act in acts} | set(PROVED) <= set(WORDS)


def test_the_report_says_of_when_the_roster_is_because_nothing_later_can_be_known() -> None:
    [told] = [one.text for one in judged(good()) if one.step == "成员名册"]
    assert "（北京时间） 签发" in told


@pytest.mark.parametrize("y", [0, 1, 2**255 - 20, 2**255 - 18, 2**255 + 1])
def test_a1_a_key_of_low_order_proves_nothing_whoever_listed_it(y: int) -> None:
    weak = y.to_bytes(32, "little")
    roster = roster_of({**member_key(YULIN), "public": b64encode(weak).decode()})
    found = decode(GOOD)
    constant = (1).to_bytes(32, "little") + bytes(32)
    raw = encode(MESSAGE, found.payload, (Signature(signer_for(YULIN).keyid, constant),), found.body)
    parts = {**good(), LETTER: raw, "roster/2": roster}
    assert blamed(parts) == LETTER


REVOKED = {"audience": BEIHAI, "incarnation": incarnation()}
KEYS: list[tuple[str, dict[str, Any], bool]] = [
    ("b33 not yet valid", {"since": wire_time(NOW + timedelta(minutes=6))}, True),
    ("valid for a minute only by its clock", {"since": wire_time(NOW + timedelta(minutes=4))}, False),
    ("b33 replaced before", {"until": wire_time(NOW - timedelta(minutes=6))}, True),
    ("replaced since", {"until": wire_time(NOW + timedelta(days=1))}, False),
    ("b34 a witness key", {"purpose": "witness"}, True),
    ("b30 another algorithm", {"algorithm": "x25519"}, True),
    ("b33 revoked in every stream", {"revoked": []}, True),
    ("revoked in another stream", {"revoked": [{**REVOKED, "audience": "all", "seq": 9, "hash": "0" * 64}]}, True),
    ("x37 revoked before it", {"revoked": [{**REVOKED, "seq": 0, "hash": "0" * 64}]}, True),
    ("x37 revoked after it", {"revoked": [{**REVOKED, "seq": 2, "hash": "0" * 64}]}, False),
    ("x37 the last good one", {"revoked": [{**REVOKED, "seq": 1, "hash": decode(GOOD).hash}]}, False),
    ("x37 another one of that number", {"revoked": [{**REVOKED, "seq": 1, "hash": "0" * 64}]}, True),
]


@pytest.mark.parametrize(("what", "change", "wrong"), KEYS, ids=[what for what, *_ in KEYS])
def test_a_key_counts_in_its_time_for_its_purpose_up_to_its_revocation(
    what: str, change: dict[str, Any], wrong: bool
) -> None:
    parts = {**without("checkpoint", "leaf"), "roster/2": roster_of({**member_key(YULIN), **change})}
    assert blamed(parts) == (LETTER if wrong else None)


@pytest.mark.parametrize("signer", [signer_for(BEIHAI), keypair(77), witness_for(YULIN)])
def test_b32_a_letter_is_signed_by_the_one_it_names(signer: Any) -> None:
    assert blamed(with_letter(message(signer=signer))) == "message/1"
    renamed = message(signer=signer).replace(signer.keyid.encode(), signer_for(YULIN).keyid.encode())
    assert blamed(with_letter(renamed)) == "message/1", "b35: the hint decides nothing"


def test_a_body_is_the_signed_one() -> None:
    found = decode(GOOD)
    assert found.body is not None
    for body in (found.body + b"x", found.body[:-1] + b"\0"):
        raw = encode(found.type, found.payload, found.signatures, body)
        assert blamed({**good(), LETTER: raw}) == LETTER
    assert "没有正文" in unproved({**without("opened"), LETTER: without_body(GOOD)})
    assert "内容未予证明" in unproved(without("opened"))
    lie = message(body={"sha256": sha256(found.body), "size": len(found.body) + 1, "sealed": True, "commit": "0" * 64})
    assert blamed(with_letter(lie)) == "message/1", "a size that is not the body's"


def test_two_addressees_shown_different_texts_is_named_by_the_commitment() -> None:
    other = opened().replace(b'"title"', b'"tItle"')
    assert blamed({**good(), OPENED: other}) == OPENED
    assert blamed({**good(), OPENED: b"\1" + opened()[1:]}) == OPENED


@pytest.mark.parametrize(
    ("what", "raw"),
    [
        ("another message's", receipts(message(document=uuid(5)))),
        ("a refusal", receipts(GOOD, outcome="refused", code="broken-rules")),
        ("by somebody it was not sent to", receipts(GOOD, by=YULIN)),
    ],
)
def test_b57_what_is_no_receipt_of_the_addressee_proves_no_delivery(what: str, raw: bytes) -> None:
    assert "不能证明已送达" in unproved({**good(), "receipts/1": raw})


@pytest.mark.parametrize("signer", [signer_for(YULIN), witness_for(BEIHAI), keypair(5)])
def test_a17_b57_a_forged_receipt_is_named(signer: Any) -> None:
    assert blamed({**good(), "receipts/1": receipts(GOOD, signer=signer)}) == "receipts/1"


def test_a17_a_receipt_by_a_key_that_was_revoked_proves_no_delivery() -> None:
    """Whoever stole the key can write as many as he likes, and no place in a stream tells them apart."""
    entry = member_entry(BEIHAI)
    entry["keys"][0]["revoked"] = []
    roster = build_roster([YULIN, entry], agreement=FED.agreement_raw, version=2)
    said = unproved({**without("checkpoint", "leaf"), "roster/2": roster})
    assert "不能证明已送达" in said
    assert "密钥后来已吊销" in said
    good_one = "\n".join(one.text for one in judged(good()))
    assert "吊销" not in good_one
    assert "None" not in good_one
    refusal = {**good(), "receipts/1": receipts(GOOD, outcome="refused", code="broken-rules")}
    assert any("被系统退回（broken-rules）" in one.text for one in judged(refusal))


@pytest.mark.parametrize(
    ("change", "wrong"),
    [({"since": wire_time(NOW + timedelta(minutes=6))}, True), ({"until": wire_time(NOW - timedelta(days=6))}, False)],
)
def test_b33_a_receipt_counts_from_the_time_of_its_key_on(change: dict[str, Any], wrong: bool) -> None:
    """Members change over when they can: receipts by the old key are taken as long as it is listed."""
    entry = member_entry(BEIHAI)
    entry["keys"][0].update(change)
    roster = build_roster([YULIN, entry], agreement=FED.agreement_raw, version=2)
    assert blamed({**good(), "roster/2": roster}) == ("receipts/1" if wrong else None)


def test_an_attachment_at_hand_is_one_the_letter_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, file = tmp_path / "附件.pdf", tmp_path / "file"
    path.write_bytes(b"other bytes")
    parts = [{"sha256": sha256(b"content"), "size": 7, "media_type": "application/pdf"}]
    file.write_bytes(assemble(with_letter(message(parts=parts)).items()))
    call = [str(file), "--root", FED.fingerprint, "--attachment", str(path), "--json"]
    assert main(call) == 1
    path.write_bytes(b"content")
    capsys.readouterr()
    assert main(call) == 3
    assert json.loads(capsys.readouterr().out)["exit"] == 3
    assert main([str(tmp_path / "none"), "--root", "0" * 64]) == 2
    file.write_bytes(assemble(good().items()))
    assert main([str(file), "--root", FED.fingerprint]) == 0
    said = capsys.readouterr().out
    assert "核验通过" in said
    assert f"〔{LETTER}〕" in said
    assert "〔None" not in said


@pytest.mark.parametrize("name", [LETTER, "receipts/1", "checkpoint/newest", LEAF, ROSTER])
def test_what_is_no_text_at_all_is_named(name: str) -> None:
    assert blamed({**good(), name: b"\xff\0"}) is not None


def test_an_open_body_is_shown_as_it_was_signed() -> None:
    raw = signed_message(body='{"title":"一则公开通报"}'.encode())
    assert blamed(with_letter(raw)) is None
    assert any("一则公开通报" in one.text for one in judged(with_letter(raw)))


def test_a_letter_to_an_office_outside_is_not_missed_at_the_other_end() -> None:
    """No wire reaches it, so nobody could have given a system receipt: its delivery is proved on paper."""
    outside = with_letter(message(audience="out-440300-1"))
    assert "不能证明已送达" not in unproved(outside)
