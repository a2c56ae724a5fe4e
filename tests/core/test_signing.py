"""Keys and signatures (RELIABILITY A1, B31-B37)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.errors import WeakKey
from hub.core.signing import _WEAK_Y, check_key, check_seal_key, is_valid, key_id, possession
from tests.builders import keypair

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493


def test_a_genuine_signature_covers_exactly_its_bytes() -> None:
    key = keypair(9)
    signature = key.sign(b"text")
    assert is_valid(key.public, signature, b"text")
    assert not is_valid(key.public, signature, b"texT")
    assert not is_valid(keypair(8).public, signature, b"text")


@pytest.mark.parametrize("length", [0, 1, 63, 65, 128])
def test_b31_a_signature_of_another_length_is_invalid(length: int) -> None:
    key = keypair(9)
    assert not is_valid(key.public, (key.sign(b"text") * 2)[:length], b"text")


def test_b31_zero_bytes_and_a_scalar_beyond_the_order_are_invalid() -> None:
    key = keypair(9)
    signature = key.sign(b"text")
    scalar = int.from_bytes(signature[32:], "little")
    assert not is_valid(key.public, bytes(64), b"text")
    assert not is_valid(key.public, signature[:32] + (scalar + L).to_bytes(32, "little"), b"text")


def test_b37_all_points_of_low_order_and_their_other_encodings_are_refused() -> None:
    encodings = {y + p for y in _WEAK_Y for p in (0, P) if y + p < 2**255}
    keys = {(y | sign << 255).to_bytes(32, "little") for y in encodings for sign in (0, 1)}
    assert len(_WEAK_Y) == 5, "order 1, 2, 4 and two of order 8"
    assert len(keys) >= 14
    for public in keys:
        with pytest.raises(WeakKey):
            check_key(public)


@pytest.mark.parametrize("public", [b"", b"\x09" * 31, b"\x09" * 33, bytes(32), b"\xff" * 32])
def test_b37_a_key_that_is_no_key_is_refused(public: bytes) -> None:
    with pytest.raises(WeakKey):
        check_key(public)


def test_a1_the_constant_signature_of_the_identity_point_is_useless_here() -> None:
    identity = (1).to_bytes(32, "little")
    signature = identity + bytes(32)
    assert is_valid(identity, signature, b"anything"), "the library accepts it: that is why enrolment must not"
    with pytest.raises(WeakKey):
        check_key(identity)


@given(st.integers(0, 63), st.integers(1, 255))
def test_a_flipped_byte_of_a_signature_is_invalid(place: int, flip: int) -> None:
    key = keypair(9)
    signature = bytearray(key.sign(b"text"))
    signature[place] ^= flip
    assert not is_valid(key.public, bytes(signature), b"text")


def test_the_proof_of_possession_is_bound_to_member_purpose_key_and_nonce() -> None:
    public = keypair(9).public
    texts = {
        possession("450900-mr", "sign", public, "00"),
        possession("450500-mr", "sign", public, "00"),
        possession("450900-mr", "seal", public, "00"),
        possession("450900-mr", "sign", keypair(8).public, "00"),
        possession("450900-mr", "sign", public, "01"),
    }
    assert len(texts) == 5
    assert len(key_id(public)) == 16


@pytest.mark.parametrize(("public", "why"), [(b"\x09" * 31, "32 字节"), (b"\x09" * 33, "32 字节"), (bytes(32), "低阶")])
def test_b37_a_seal_key_has_32_bytes_and_no_small_order(public: bytes, why: str) -> None:
    with pytest.raises(WeakKey, match=why):
        check_seal_key(public)


@pytest.mark.parametrize("number", [P + 9, 2**255 + 9])
def test_b37_a_seal_key_has_one_encoding(number: int) -> None:
    check_seal_key((9).to_bytes(32, "little"))
    with pytest.raises(WeakKey, match="不规范"):
        check_seal_key(number.to_bytes(32, "little"))
