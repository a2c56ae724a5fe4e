"""Second signatures: both or nothing where the roster asks for them, and no way round by what a message says (D2)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from hub.core.envelope import MESSAGE, RECEIPTS, Signature, decode, encode, pae
from hub.core.errors import HubError, InvalidInput
from hub.core.ids import parse_time, wire_time
from hub.core.inspection import examine, examine_frame, examine_returned
from hub.core.membership import Draft
from hub.core.roster_changes import roster_changes
from hub.core.second import vouched
from hub.core.signing import key_id
from hub.core.trust_files import read_roster
from schemas.wire.frames import Receipts
from tests.builders import (
    BEIHAI,
    JOINT,
    NOW,
    YULIN,
    Federation,
    KeyPair,
    asking_second,
    build_roster,
    federation,
    member_entry,
    member_key,
    second_for,
    signed,
    signer_for,
    witness_for,
)
from tests.core.badinput import message

FED = federation([YULIN, BEIHAI, JOINT])
ASKING = asking_second(FED)
FIRST, SECOND = signer_for(YULIN), second_for(YULIN)
LATE = parse_time("2026-05-01T00:00:00.001Z")
"""After the grace."""


def code_of(attempt: Any) -> str:
    with pytest.raises(HubError) as refused:
        attempt()
    return refused.value.code


def with_signatures(raw: bytes, *signatures: Signature) -> bytes:
    found = decode(raw)
    return encode(found.type, found.payload, signatures, found.body)


def by(*keys: KeyPair, roster: int = 2, **fields: Any) -> bytes:
    """玉林's message to 北海 with the signatures of these keys."""
    raw = message(roster=roster, **fields)
    return with_signatures(raw, *(Signature(key.keyid, key.sign(decode(raw).signed)) for key in keys))


def look(raw: bytes, fed: Federation = ASKING, at: datetime = NOW) -> str:
    """``fine``, or why not."""
    try:
        examine(decode(raw), fed.trust, member=BEIHAI, at=at)
    except HubError as error:
        return error.code
    return "fine"


def keyed(**changes: Any) -> Federation:
    """玉林's key for second signatures with other facts; all others as they were."""
    entries = json.loads(decode(ASKING.roster_raw).payload)["members"]
    entries[0]["keys"][-1].update(changes)
    return ASKING.renewed(entries, second_signature={"algorithm": "ml-dsa-65", "roster": 2, "grace": wire_time(LATE)})


def receipt(*keys: KeyPair, issued: datetime = NOW) -> bytes:
    one = {"message": "0" * 64, "outcome": "stored", "code": None, "stored_at": wire_time(NOW)}
    payload = {"sender": BEIHAI, "audience": YULIN, "issued": wire_time(issued), "receipts": [one]}
    return signed(RECEIPTS, payload, keys, None)


def taken(raw: bytes, fed: Federation = ASKING, at: datetime = NOW) -> str:
    try:
        examine_frame(Receipts, decode(raw), fed.trust, member=YULIN, at=at)
    except HubError as error:
        return error.code
    return "fine"


def test_both_signatures_pass_in_any_order_and_change_nothing_of_the_messages_identity() -> None:
    assert look(by(FIRST, SECOND)) == look(by(SECOND, FIRST)) == "fine"
    assert decode(by(FIRST)).hash == decode(by(FIRST, SECOND)).hash


other = Signature(SECOND.keyid, SECOND.sign(decode(message(seq=2, prev="0" * 64, roster=2)).signed))
SWAPPED: dict[str, Sequence[Signature | KeyPair]] = {
    "stripped": [FIRST],
    "the second alone": [SECOND],
    "the first twice": [FIRST, FIRST],
    "the second twice": [SECOND, SECOND],
    "of another message": [FIRST, other],
    "of another member": [FIRST, second_for(BEIHAI)],
    "of a key nobody listed": [FIRST, second_for(YULIN, 7)],
    "the first under the name of the second": [FIRST, Signature(SECOND.keyid, b"")],
    "the witness key": [FIRST, witness_for(YULIN)],
}


@pytest.mark.parametrize("what", SWAPPED)
def test_a_second_signature_that_is_stripped_or_swapped_never_passes(what: str) -> None:
    covered = decode(by(FIRST)).signed
    found = [one if isinstance(one, Signature) else Signature(one.keyid, one.sign(covered)) for one in SWAPPED[what]]
    found = [Signature(one.keyid, one.sig or FIRST.sign(covered)) for one in found]
    assert look(with_signatures(by(FIRST), *found)) in {"bad-signature", "wrong-purpose"}


def test_a2_the_algorithm_is_that_of_the_roster_whatever_the_signature_is() -> None:
    """A lattice signature under the first key's name, and the other way round."""
    covered = decode(by(FIRST)).signed
    crossed = [Signature(FIRST.keyid, SECOND.sign(covered)), Signature(SECOND.keyid, FIRST.sign(covered))]
    assert look(with_signatures(by(FIRST), *crossed)) == "wrong-purpose"
    assert look(with_signatures(by(FIRST), Signature(SECOND.keyid, SECOND.sign(pae(MESSAGE, b"{}"))))) != "fine"
    assert look(by(SECOND), FED) == "unknown-sender", "and no second key stands for the first"


@pytest.mark.parametrize(
    ("what", "change", "code"),
    [
        ("not yet valid", {"since": wire_time(NOW + timedelta(minutes=6))}, "bad-signature"),
        ("valid for a minute only by its clock", {"since": wire_time(NOW + timedelta(minutes=4))}, "fine"),
        ("replaced before", {"until": wire_time(NOW - timedelta(minutes=6))}, "key-revoked"),
        ("replaced since", {"until": wire_time(NOW + timedelta(minutes=6))}, "fine"),
        ("revoked", {"revoked": []}, "key-revoked"),
    ],
)
def test_b33_a_second_key_counts_in_its_time_and_up_to_its_revocation(
    what: str, change: dict[str, Any], code: str
) -> None:
    assert look(by(FIRST, SECOND), keyed(**change)) == code


def test_x37_a_revoked_second_key_vouches_up_to_the_last_good_message() -> None:
    raw = by(FIRST, SECOND)
    head = json.loads(decode(raw).payload)
    place = {"audience": BEIHAI, "incarnation": head["incarnation"], "seq": 1}
    assert look(raw, keyed(revoked=[{**place, "hash": decode(raw).hash}])) == "fine"
    assert look(raw, keyed(revoked=[{**place, "hash": "0" * 64}])) == "key-revoked"


@pytest.mark.parametrize(
    ("roster", "at", "code"),
    [(1, NOW, "fine"), (1, LATE, "bad-signature"), (2, NOW, "bad-signature"), (3, NOW, "bad-signature")],
)
def test_what_was_signed_under_an_earlier_roster_passes_until_the_grace_is_over(
    roster: int, at: datetime, code: str
) -> None:
    assert look(by(FIRST, roster=roster), at=at) == code
    assert look(by(FIRST, SECOND, roster=roster), at=at) == "fine"


def test_a_message_of_our_own_comes_back_as_it_was_signed() -> None:
    def returned(raw: bytes) -> Any:
        return examine_returned(decode(raw), ASKING.trust, member=YULIN, at=LATE)

    assert returned(by(FIRST, roster=1)).header.seq == 1
    assert code_of(lambda: returned(by(FIRST, roster=2))) == "bad-signature"


def test_where_nobody_asks_a_further_signature_is_neither_believed_nor_refused() -> None:
    garbage = Signature("f" * 16, b"x" * 3309)
    raw = by(FIRST, roster=1)
    assert look(with_signatures(raw, *decode(raw).signatures, garbage), FED) == "fine"
    assert look(with_signatures(raw, garbage), FED) == "unknown-sender"


def test_a17_receipts_need_both_signatures_once_the_grace_is_over() -> None:
    one, two = signer_for(BEIHAI), second_for(BEIHAI)
    assert taken(receipt(one)) == taken(receipt(one), FED, LATE) == "fine"
    for at, issued in ((LATE, NOW), (NOW, LATE), (LATE, LATE)):
        assert taken(receipt(one, issued=issued), at=at) == "bad-signature", "neither by our clock nor by its word"
        assert taken(receipt(one, two, issued=issued), at=at) == "fine"
        assert taken(receipt(one, SECOND, issued=issued), at=at) == "bad-signature", "another member's"
    entries = json.loads(decode(ASKING.roster_raw).payload)["members"]
    entries[1]["keys"][-1]["revoked"] = []
    policy = json.loads(decode(ASKING.roster_raw).payload)["second_signature"]
    assert taken(receipt(one, two), ASKING.renewed(entries, second_signature=policy), LATE) == "key-revoked"


def test_what_our_own_keys_still_make_everybody_take() -> None:
    assert vouched(FED.trust, YULIN, {FIRST.keyid})
    assert not vouched(ASKING.trust, YULIN, {FIRST.keyid})
    assert vouched(ASKING.trust, YULIN, {FIRST.keyid, SECOND.keyid})
    assert not vouched(keyed(revoked=[]).trust, YULIN, {FIRST.keyid, SECOND.keyid})


def entry_with(key: dict[str, Any]) -> bytes:
    entry = member_entry(YULIN)
    return build_roster([{**entry, "keys": [*entry["keys"], key]}])


def test_a1_b37_a_bad_second_key_is_refused_at_enrolment() -> None:
    good = member_key(YULIN, SECOND)
    assert read_roster([FED.trust.root], entry_with(good)).members[0].keys[-1].algorithm == "ml-dsa-65"
    zero = SECOND.public[:32] + bytes(1920)
    bad = {
        "no proof": {"proof": {**good["proof"], "nonce": "0" * 32}},
        "proof of another member": {"proof": member_key(BEIHAI, SECOND)["proof"]},
        "vouched for by the first key": {"proof": member_key(YULIN, SECOND, vouching=FIRST)["proof"]},
        "cut": {"public": b64encode(SECOND.public[:-3]).decode()},
        "to witness": member_key(YULIN, SECOND, purpose="witness"),
        "to seal": {"purpose": "seal"},
        "called by another name": {"algorithm": "ed25519"},
        "named for another key": {"id": "0" * 16},
        "a vector of zeros": {"id": key_id(zero), "public": b64encode(zero).decode()},
    }
    for what, change in bad.items():
        raw = entry_with({**good, **change})
        assert code_of(partial(read_roster, [FED.trust.root], raw)) in {"weak-key", "stale-trust"}, what
    with pytest.raises(HubError, match="零向量"):
        read_roster([FED.trust.root], entry_with({**good, **bad["a vector of zeros"]}))


def test_sm2_is_refused_by_its_name_and_with_what_it_takes() -> None:
    raw = entry_with({**member_key(YULIN), "algorithm": "sm2"})
    policy = build_roster([YULIN], second_signature={"algorithm": "sm2", "roster": 1, "grace": wire_time(NOW)})
    for roster in (raw, policy):
        with pytest.raises(HubError, match="sm2") as refused:
            read_roster([FED.trust.root], roster)
        assert "经认证的密码模块" in refused.value.next_step


def test_a_rule_is_not_made_for_rosters_to_come() -> None:
    raw = build_roster([YULIN], second_signature={"algorithm": "ml-dsa-65", "roster": 2, "grace": wire_time(NOW)})
    assert code_of(lambda: read_roster([FED.trust.root], raw)) == "stale-trust"


def test_nobody_is_shut_out_by_a_rule_it_cannot_keep() -> None:
    draft = Draft(NOW, FED.trust.roster)
    draft.ask_second("ml-dsa-65", 30)
    with pytest.raises(InvalidInput, match="尚无其密钥"):
        draft.finish(700)
    for member in FED.members:
        draft.rotate(member, [member_key(member, second_for(member))])
    done = draft.finish(700)
    assert (done.second_signature.roster, done.second_signature.grace) == (2, wire_time(NOW + timedelta(days=30)))
    assert all(key.until is None for one in done.members for key in one.keys), "beside the first key, not for it"
    said = "\n".join(roster_changes(FED.trust.roster, done))
    assert "第二签名：自名册第 2 版起" in said
    assert "启用新的第二签名密钥" in said
    later = Draft(NOW + timedelta(days=1), done)
    later.ask_second("ml-dsa-65", 90)
    assert later.finish(700).second_signature == done.second_signature, "asked for once, since then"
    later.ask_second(None, 0)
    assert later.finish(700).second_signature is None


def test_a_replaced_second_key_ends_and_the_first_goes_on() -> None:
    draft = Draft(NOW, ASKING.trust.roster)
    draft.rotate(YULIN, [member_key(YULIN, second_for(YULIN, 1))])
    ended = [key for key in draft.finish(700).members[0].keys if key.until is not None]
    assert [key.id for key in ended] == [SECOND.keyid]
