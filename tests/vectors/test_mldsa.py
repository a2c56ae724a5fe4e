"""ML-DSA-65 against Wycheproof. OpenSSL's command line knows it from 3.5 on only, so it is no second opinion here."""

from __future__ import annotations

import pytest

from hub.core.errors import WeakKey
from hub.core.signing import check_lattice_key, is_lattice_valid
from tests.vectors.outside import vectors


def test_wycheproof_finds_no_mismatch_and_its_zero_keys_are_refused_at_enrolment() -> None:
    """Vectors with a context are left out: ours is always empty."""
    checked, wrong, zero = 0, [], set()
    for group in vectors("wycheproof_mldsa65")["testGroups"]:
        public = bytes.fromhex(group["publicKey"])
        for test in group["tests"]:
            if "ZeroPublicKey" in test["flags"]:
                zero.add(public)
            if test.get("ctx") or len(public) != 1952:
                continue
            found = is_lattice_valid(public, bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]))
            checked += 1
            if found != (test["result"] == "valid"):
                wrong.append(test["tcId"])
    assert checked > 100
    assert wrong == []
    assert zero, "under these anybody can sign, and the library says valid"
    for public in zero:
        with pytest.raises(WeakKey, match="零向量"):
            check_lattice_key(public)


@pytest.mark.parametrize("size", [0, 1951, 1953])
def test_a_key_of_another_length_is_none(size: int) -> None:
    with pytest.raises(WeakKey, match="1952"):
        check_lattice_key(b"x" * size)
