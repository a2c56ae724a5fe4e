"""The real sealer against HPKE written out by the RFC, and against what an attacker would like it to take."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.core.errors import Unopenable, WeakKey
from hub.core.signing import key_id
from hub.keystore.sealer import KeySealer
from tests import hpke

OURS, EARLIER, THEIRS = (X25519PrivateKey.from_private_bytes(bytes([seed]) * 32) for seed in (1, 2, 3))
KEY, INFO = bytes(range(32)), b"one message"
SEALERS = {
    "real": lambda: KeySealer(OURS, EARLIER),
    "counted": lambda: hpke.CountedSealer(OURS, (EARLIER,)),
}
LOW_ORDER = [
    bytes(32),
    b"\1" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
]
"""The seven encodings of small order that RFC 7748 section 6.1 warns of (curve25519's points of order 1, 2, 4, 8)."""


def public(key: X25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


@pytest.fixture(params=SEALERS)
def sealer(request):
    """Each implementation of the port."""
    return SEALERS[request.param]()


def refused(call) -> None:
    with pytest.raises(Unopenable):
        call()


def test_what_one_implementation_wraps_the_other_unwraps(sealer) -> None:
    for other in (make() for make in SEALERS.values()):
        wrapped = sealer.wrap(KEY, other.public, INFO)
        assert len(wrapped) == 80
        assert other.unwrap(other.keyids[0], wrapped, INFO) == KEY


def test_a_key_of_before_a_rotation_still_opens(sealer) -> None:
    assert sealer.keyids == (key_id(public(OURS)), key_id(public(EARLIER)))
    assert sealer.public == public(OURS)
    assert sealer.unwrap(key_id(public(EARLIER)), sealer.wrap(KEY, public(EARLIER), INFO), INFO) == KEY


def test_no_two_wrappings_are_alike(sealer) -> None:
    assert len({sealer.wrap(KEY, public(THEIRS), INFO) for _ in range(20)}) == 20
    assert len({sealer.random(32) for _ in range(20)}) == 20


def test_what_is_wrapped_for_another_key_or_message_is_refused(sealer) -> None:
    own = sealer.keyids[0]
    refused(lambda: sealer.unwrap(own, sealer.wrap(KEY, public(THEIRS), INFO), INFO))
    refused(lambda: sealer.unwrap(own, sealer.wrap(KEY, sealer.public, INFO), b"another message"))
    refused(lambda: sealer.unwrap(key_id(public(THEIRS)), sealer.wrap(KEY, public(THEIRS), INFO), INFO))


def test_what_was_opened_once_is_remembered_for_this_key_and_info_alone() -> None:
    sealer = KeySealer(OURS, EARLIER)
    wrapped = sealer.wrap(KEY, sealer.public, INFO)
    assert [sealer.unwrap(sealer.keyids[0], wrapped, INFO) for _ in range(2)] == [KEY, KEY]
    refused(lambda: sealer.unwrap(sealer.keyids[0], wrapped, b"another run"))
    refused(lambda: sealer.unwrap(sealer.keyids[1], wrapped, INFO))
    refused(lambda: sealer.unwrap(sealer.keyids[0], wrapped[:-1] + bytes([wrapped[-1] ^ 1]), INFO))


def test_every_flipped_byte_is_refused(sealer) -> None:
    wrapped = sealer.wrap(KEY, sealer.public, INFO)
    for place in range(len(wrapped)):
        changed = wrapped[:place] + bytes([wrapped[place] ^ 1]) + wrapped[place + 1 :]
        refused(lambda changed=changed: sealer.unwrap(sealer.keyids[0], changed, INFO))


@pytest.mark.parametrize("size", [0, 1, 31, 32, 47, 48, 79, 81])
def test_another_length_is_refused(sealer, size: int) -> None:
    wrapped = (sealer.wrap(KEY, sealer.public, INFO) + b"\0")[:size]
    refused(lambda: sealer.unwrap(sealer.keyids[0], wrapped, INFO))


@pytest.mark.parametrize("point", LOW_ORDER, ids=bytes.hex)
def test_a_point_of_low_order_is_refused_on_both_sides(sealer, point: bytes) -> None:
    with pytest.raises(WeakKey):
        sealer.wrap(KEY, point, INFO)
    wrapped = sealer.wrap(KEY, sealer.public, INFO)
    refused(lambda: sealer.unwrap(sealer.keyids[0], point + wrapped[32:], INFO))


def test_what_is_kept_for_oneself_opens_by_the_same_key_and_message_alone(sealer) -> None:
    kept = sealer.keep(KEY, INFO)
    assert len(kept) == 80
    for other in (make() for make in SEALERS.values()):
        assert other.unwrap(other.keyids[0], kept, INFO) == KEY
        refused(lambda other=other: other.unwrap(other.keyids[1], kept, INFO))
        refused(lambda other=other: other.unwrap(other.keyids[0], kept, b"another message"))
    stranger = KeySealer(THEIRS)
    refused(lambda: stranger.unwrap(stranger.keyids[0], kept, INFO))
    for place in range(len(kept)):
        changed = kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :]
        refused(lambda changed=changed: sealer.unwrap(sealer.keyids[0], changed, INFO))


def test_nothing_is_kept_twice_alike_nor_taken_for_a_point(sealer) -> None:
    kept = [sealer.keep(KEY, INFO) for _ in range(20)]
    assert len(set(kept)) == 20
    assert {one[31] >> 7 for one in kept} == {1}
    assert {sealer.wrap(KEY, public(THEIRS), INFO)[31] >> 7 for _ in range(20)} == {0}


def test_a_key_kept_before_a_rotation_still_opens() -> None:
    kept = KeySealer(EARLIER).keep(KEY, INFO)
    assert KeySealer(OURS, EARLIER).unwrap(key_id(public(EARLIER)), kept, INFO) == KEY


def test_an_own_entry_of_before_opens_as_it_did(sealer) -> None:
    assert sealer.unwrap(sealer.keyids[0], sealer.wrap(KEY, sealer.public, INFO), INFO) == KEY
