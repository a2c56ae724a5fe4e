"""Signatures against Wycheproof and CCTV: no mismatch, and no key of low order gets past enrolment."""

from __future__ import annotations

from hub.core.errors import WeakKey
from hub.core.signing import check_key, is_valid
from tests.vectors.outside import vectors


def strong(public: bytes) -> bool:
    try:
        check_key(public)
    except WeakKey:
        return False
    return True


def test_wycheproof_finds_no_mismatch() -> None:
    checked, wrong = 0, []
    for group in vectors("wycheproof_ed25519")["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for test in group["tests"]:
            found = is_valid(public, bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]))
            checked += 1
            if found != (test["result"] == "valid"):
                wrong.append(test["tcId"])
    assert (checked, wrong) == (151, [])


def test_cctv_every_low_order_or_uncanonical_key_is_refused_at_enrolment() -> None:
    cases = vectors("cctv_ed25519")
    weak = {case["key"] for case in cases if {"low_order_A", "non_canonical_A"} & set(case["flags"] or ())}
    assert len(cases) == 914
    assert len(weak) >= 14
    assert [key for key in weak if strong(bytes.fromhex(key))] == []


def test_cctv_a_key_that_passes_enrolment_never_verifies_two_messages_with_one_signature() -> None:
    seen: dict[tuple[str, str], str] = {}
    for case in vectors("cctv_ed25519"):
        public, message = bytes.fromhex(case["key"]), case["msg"].encode()
        if not strong(public) or not is_valid(public, bytes.fromhex(case["sig"]), message):
            continue
        assert seen.setdefault((case["key"], case["sig"]), case["msg"]) == case["msg"]


def test_cctv_a_good_key_of_the_suite_is_not_refused() -> None:
    good = {case["key"] for case in vectors("cctv_ed25519") if not case["flags"]}
    assert [key for key in good if not strong(bytes.fromhex(key))] == []
