"""Root, roster and agreement: signed by enough distinct keys, never going back (RELIABILITY B33-B37, B60)."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest

from hub.core.delivery import claimed_member
from hub.core.envelope import MESSAGE, decode
from hub.core.errors import HubError
from hub.core.signing import check_seal_key, key_id
from hub.core.trust_files import MAX_VERSION_JUMP, is_newer, load, load_root, read_roster
from hub.keystore import SealKey
from tests.builders import (
    BEIHAI,
    JOINT,
    NOW,
    YULIN,
    build_agreement,
    build_roster,
    federation,
    keypair,
    member_entry,
    member_key,
    root_keys,
    seal_key_for,
    signed,
    signed_message,
    signer_for,
    witness_for,
)

FED = federation()


def code_of(attempt: Any) -> str:
    with pytest.raises(HubError) as refused:
        attempt()
    return refused.value.code


def test_a_root_is_believed_by_its_pinned_fingerprint_only() -> None:
    assert load_root(FED.root_raw, FED.fingerprint).threshold == 2
    assert code_of(lambda: load_root(FED.root_raw, "0" * 64)) == "stale-trust"
    assert code_of(lambda: load_root(FED.roster_raw, FED.fingerprint)) == "wrong-purpose"


def test_b36_one_key_listed_twice_does_not_reach_a_threshold_of_two() -> None:
    one = root_keys()[0]
    assert code_of(lambda: read_roster([FED.trust.root], build_roster([YULIN], signers=[one, one]))) == "stale-trust"
    assert read_roster([FED.trust.root], build_roster([YULIN], signers=root_keys()[1:])).version == 1


def test_strangers_signatures_count_for_nothing() -> None:
    raw = build_roster([YULIN], signers=[keypair(77), keypair(78)])
    assert code_of(lambda: read_roster([FED.trust.root], raw)) == "stale-trust"


def test_the_roster_pins_its_agreement() -> None:
    other = build_agreement(title="别的协议")
    assert code_of(lambda: load(FED.root_raw, FED.roster_raw, other, FED.fingerprint)) == "stale-trust"


PRIME = 2**255 - 19
WEAK = {
    "the identity": 1,
    "zero": 0,
    "order two": PRIME - 1,
    "not canonical": PRIME + 1,
    "not canonical, high bit": 2**256 - 1,
}


SPOILT = [*WEAK, "no proof", "proof for another member", "wrong id", "other algorithm"]


@pytest.mark.parametrize("change", SPOILT)
@pytest.mark.parametrize("purpose", ["sign", "seal", "witness"])
def test_a1_b37_a_bad_key_is_refused_at_enrolment(purpose: str, change: str) -> None:
    entry = member_entry(YULIN)
    key = next(one for one in entry["keys"] if one["purpose"] == purpose)
    if change in WEAK:
        key["public"] = b64encode(WEAK[change].to_bytes(32, "little")).decode()
    elif change == "no proof":
        key["proof"] = {"nonce": "0" * 32, "sig": key["proof"]["sig"]}
    elif change == "proof for another member":
        key["proof"] = next(one for one in member_entry(BEIHAI)["keys"] if one["purpose"] == purpose)["proof"]
    elif change == "other algorithm":
        key["algorithm"] = "ed25519" if purpose == "seal" else "x25519"
    else:
        key["id"] = "0" * 16
    assert code_of(lambda: read_roster([FED.trust.root], build_roster([entry]))) in {"weak-key", "stale-trust"}


@pytest.mark.parametrize("order", ["four", "eight", "eight, the other"])
def test_b37_no_x25519_point_of_small_order_is_a_seal_key(order: str) -> None:
    """u of small order on curve25519: 0, 1, -1 and these two (RFC 7748 section 6.1; cr.yp.to/ecdh.html)."""
    known = {
        "four": PRIME - 1,
        "eight": 325606250916557431795983626356110631294008115727848805560023387167927233504,
        "eight, the other": 39382357235489614581723060781553021112529911719440698176882885853963445705823,
    }
    assert code_of(lambda: check_seal_key(known[order].to_bytes(32, "little"))) == "weak-key"


def test_a1_a_seal_key_is_vouched_for_by_its_own_members_signing_key() -> None:
    entry = member_entry(YULIN)
    entry["keys"][1] = member_key(YULIN, purpose="seal", vouching=witness_for(YULIN))
    assert code_of(lambda: read_roster([FED.trust.root], build_roster([entry]))) == "stale-trust"


def test_a3_one_key_belongs_to_one_member() -> None:
    key = member_key(BEIHAI, signer_for(YULIN))
    raw = build_roster([YULIN, member_entry(BEIHAI, keys=[key])])
    assert code_of(lambda: read_roster([FED.trust.root], raw)) == "stale-trust"


def test_a_member_listed_twice_is_refused() -> None:
    assert code_of(lambda: read_roster([FED.trust.root], build_roster([YULIN, YULIN]))) == "stale-trust"


@pytest.mark.parametrize(
    ("version", "expected"),
    [(1, False), (4, False), (6, True), (5 + MAX_VERSION_JUMP, True), (6 + MAX_VERSION_JUMP, None)],
)
def test_b60_a_version_only_rises_and_never_leaps(version: int, expected: bool | None) -> None:
    known, offered = (build_roster([YULIN], version=number) for number in (5, version))
    rosters = [read_roster([FED.trust.root], raw) for raw in (known, offered)]
    if expected is None:
        assert code_of(lambda: is_newer(rosters[0], known, rosters[1], offered)) == "stale-trust"
    else:
        assert is_newer(rosters[0], known, rosters[1], offered) is expected


def test_b60_one_version_with_two_contents_is_an_attack() -> None:
    known, other = build_roster([YULIN]), build_roster([BEIHAI])
    rosters = [read_roster([FED.trust.root], raw) for raw in (known, other)]
    assert code_of(lambda: is_newer(rosters[0], known, rosters[1], other)) == "stale-trust"
    assert is_newer(rosters[0], known, rosters[0], known) is False


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"since": "2026-05-01T00:00:00.000Z"}, "key-revoked"),
        ({"purpose": "witness"}, "wrong-purpose"),
        ({"revoked": []}, "key-revoked"),
    ],
)
def test_b33_b34_a_key_counts_in_its_range_and_for_its_purpose_only(changes: dict[str, Any], code: str) -> None:
    fed = FED.renewed([member_entry(YULIN, keys=[member_key(YULIN, signer_for(YULIN), **changes)]), BEIHAI])
    envelope = decode(signed_message())
    assert code_of(lambda: fed.trust.signer_of(envelope, at=NOW)) == code


def test_b33_an_expelled_members_key_is_refused() -> None:
    fed = FED.renewed([member_entry(YULIN, status="expelled"), BEIHAI])
    assert code_of(lambda: fed.trust.signer_of(decode(signed_message()), at=NOW)) == "not-a-member"


def test_b35_a_key_hint_decides_nothing() -> None:
    mine, theirs = signer_for(YULIN), signer_for(BEIHAI)
    raw = signed(MESSAGE, b"{}", [theirs], None).replace(theirs.keyid.encode(), mine.keyid.encode())
    assert claimed_member(FED.trust, raw) == YULIN, "a hint is good enough to charge a quota"
    assert code_of(lambda: FED.trust.signer_of(decode(raw), at=NOW)) == "bad-signature"
    for hint in (b"../../etc/passwd", b"https://example/key", b"", b"\xff"):
        odd = raw.replace(mine.keyid.encode(), hint)
        assert claimed_member(FED.trust, odd) == "?"


@pytest.mark.parametrize("raw", [b"", b'"keyid":"', b'{"keyid":"' + b"a" * 200])
def test_bytes_without_a_hint_are_nobodys(raw: bytes) -> None:
    assert claimed_member(FED.trust, raw) == "?"


def test_an_expired_roster_warns_and_stops_nothing() -> None:
    late = NOW + timedelta(days=1000)
    assert FED.trust.expired(late)
    assert FED.trust.days_left(late) < 0
    assert FED.trust.days_left(NOW) > 30
    assert FED.trust.signer_of(decode(signed_message()), at=late) == YULIN


def test_rights_and_sights_come_from_the_agreement() -> None:
    trust = FED.trust
    assert trust.may_send("assistance_request", YULIN, BEIHAI)
    assert not trust.may_send("assistance_request", YULIN, JOINT)
    assert not trust.may_send("blacklist_entry", "440800-ps", "all")
    assert trust.visible("assistance_request", YULIN, BEIHAI) == "header"
    assert trust.visible("assistance_request", "440800-ps", "450500-ps") == "none", "between police: nothing"
    assert trust.visible("no_such_kind", YULIN, BEIHAI) == "none"
    assert trust.joint_meeting(NOW.date()) == JOINT
    assert trust.joint_meeting(NOW.date() + timedelta(days=900)) is None


def seal_key_at(*changes: dict[str, Any]) -> bytes | None:
    """What 玉林 is sealed to, if its roster entry has these seal keys, oldest first."""
    keys = [member_key(YULIN, seal_key_for(YULIN, number), purpose="seal", **one) for number, one in enumerate(changes)]
    entry = member_entry(YULIN, keys=[member_key(YULIN), *keys])
    return FED.renewed([entry, BEIHAI]).trust.seal_key(YULIN, NOW)


def test_b33_what_is_secret_is_sealed_to_the_newest_key_that_counts() -> None:
    one, two = (seal_key_for(YULIN, number).public for number in (0, 1))
    later, before = "2026-02-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"
    assert seal_key_at({}, {"since": later}) == two
    assert seal_key_at({"until": "2027-01-01T00:00:00.000Z"}) == one
    for bad in (
        {"since": "2026-09-01T00:00:00.000Z"},
        {"since": later, "until": before},
        {"since": later, "revoked": []},
    ):
        assert seal_key_at({}, bad) == one, bad
        assert seal_key_at(bad) is None, bad
    assert seal_key_at() is None
    assert FED.trust.seal_key("469999-mr", NOW) is None, "a stranger has none"


def test_b33_a_node_signs_with_the_newest_of_its_keys_that_counts() -> None:
    def newest(**changes: Any) -> str | None:
        keys = [member_key(YULIN), member_key(YULIN, signer_for(YULIN, 1), **{"since": NEWER, **changes})]
        trust = FED.renewed([member_entry(YULIN, keys=keys), BEIHAI]).trust
        return trust.newest_key(YULIN, "sign", {key["id"] for key in keys}, NOW)

    old, new = signer_for(YULIN).keyid, signer_for(YULIN, 1).keyid
    assert newest() == new
    for bad in ({"since": "2026-09-01T00:00:00.000Z"}, {"revoked": []}, {"purpose": "witness"}):
        assert newest(**bad) == old, bad
    assert FED.trust.newest_key(YULIN, "sign", {"0" * 16}, NOW) is None


NEWER = "2026-02-01T00:00:00.000Z"


def test_b35_a_key_id_that_stands_elsewhere_is_no_hint() -> None:
    assert claimed_member(FED.trust, b"12345678" + signer_for(YULIN).keyid.encode() + b'"') == "?"


def test_b37_a_weak_seal_key_is_refused_however_well_it_is_vouched_for() -> None:
    weak = (325606250916557431795983626356110631294008115727848805560023387167927233504).to_bytes(32, "little")
    key = SealKey(key_id(weak), weak, seal_key_for(YULIN).key)
    entry = member_entry(YULIN, keys=[member_key(YULIN), member_key(YULIN, key, purpose="seal")])
    assert code_of(lambda: read_roster([FED.trust.root], build_roster([entry]))) == "weak-key"


@pytest.mark.parametrize("purpose", ["sign", "witness"])
def test_a1_the_identity_point_is_refused_with_the_constant_signature_as_its_proof(purpose: str) -> None:
    identity = (1).to_bytes(32, "little")
    entry = member_entry(YULIN)
    key = next(one for one in entry["keys"] if one["purpose"] == purpose)
    proof = {**key["proof"], "sig": b64encode(identity + bytes(32)).decode()}
    key.update(id=key_id(identity), public=b64encode(identity).decode(), proof=proof)
    assert code_of(lambda: read_roster([FED.trust.root], build_roster([entry]))) == "weak-key"
