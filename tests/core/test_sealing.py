"""The layout of sealed bodies, byte by byte, and that nothing but the one right form opens."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.core import envelope as wire
from hub.core import sealing
from hub.core.errors import Unopenable
from hub.core.sealing import CHUNK, TAG
from tests.builders import signed_message

SECRET = bytes(range(32))
RANDOM = bytes(range(100, 132))


def opened(body: bytes) -> bytes:
    return RANDOM + body


def commit(body: bytes) -> str:
    return hashlib.sha256(opened(body)).hexdigest()


def refused(call) -> str:
    with pytest.raises(Unopenable) as caught:
        call()
    return caught.value.detail


@pytest.mark.parametrize("size", [0, 1, 475, 476, 477, CHUNK - 36, CHUNK - 35, CHUNK, 3 * CHUNK, 256 * 1024])
def test_what_was_closed_is_opened_again(size: int) -> None:
    body = bytes(index % 251 for index in range(size))
    chunks = sealing.close(SECRET, opened(body))
    assert sealing.unclose(SECRET, chunks, commit(body)) == opened(body)


def test_the_size_shows_a_bucket_and_no_more() -> None:
    assert {len(sealing.close(SECRET, opened(bytes(size)))) for size in range(477)} == {512 + TAG}
    assert [sealing.bucket(size) for size in (513, 1024, 1025, CHUNK, CHUNK + 1)] == [
        1024,
        1024,
        2048,
        CHUNK,
        2 * CHUNK,
    ]


@pytest.mark.parametrize("size", [0, 2000, CHUNK, 200_000])
@pytest.mark.parametrize("recipients", [1, 2, 365])
def test_the_size_is_known_before_sealing(size: int, recipients: int) -> None:
    entries = [(f"{number:016x}", bytes(80)) for number in range(recipients)]
    sealed = sealing.head(entries) + sealing.close(SECRET, opened(bytes(size)))
    assert sealing.size_of(size, recipients) == len(sealed)


def test_entries_come_back_by_key_id_in_whatever_order_they_were_given() -> None:
    entries = {f"{number:016x}": bytes([number]) * 80 for number in (9, 3, 7)}
    framed = sealing.parse(sealing.head(entries.items()) + b"chunks")
    assert (framed.entries, framed.chunks) == (entries, b"chunks")


def _framed(*names: int) -> bytes:
    table = b"".join(name.to_bytes(8, "big") + bytes(80) for name in names)
    return sealing.MAGIC + len(names).to_bytes(2, "big") + table


@pytest.mark.parametrize(
    "data",
    [
        b"",
        *(sealing.MAGIC[:length] for length in range(1, 5)),
        sealing.MAGIC + b"\0",
        sealing.MAGIC + b"\0\0" + bytes(600),
        b"APS3" + _framed(1)[4:] + bytes(600),
        _framed(1),
        _framed(1)[:-1],
        _framed(1, 2)[:-88],
        sealing.MAGIC + b"\xff\xff" + bytes(600),
        _framed(2, 1) + bytes(600),
        _framed(1, 1) + bytes(600),
        *(bytes(length) for length in range(1, 49)),
    ],
)
def test_any_other_frame_is_refused(data: bytes) -> None:
    refused(lambda: sealing.parse(data))


def _chunks(size: int = 3 * CHUNK + 5) -> tuple[bytes, str, list[bytes]]:
    body = bytes(index % 251 for index in range(size))
    data = sealing.close(SECRET, opened(body))
    return data, commit(body), [data[start : start + CHUNK + TAG] for start in range(0, len(data), CHUNK + TAG)]


def test_a_chunk_reordered_dropped_repeated_or_cut_off_opens_nothing() -> None:
    data, promised, chunks = _chunks()
    assert len(chunks) == 4
    damaged = [
        [chunks[1], chunks[0], *chunks[2:]],
        chunks[1:],
        [chunks[0], *chunks[2:]],
        chunks[:-1],
        [*chunks, chunks[-1]],
        [chunks[0], chunks[0], *chunks[1:]],
        [*chunks[:-1], chunks[-1][:-1]],
        [*chunks[:-1], chunks[-1] + b"\0"],
    ]
    for pieces in damaged:
        refused(lambda pieces=pieces: sealing.unclose(SECRET, b"".join(pieces), promised))
    assert sealing.unclose(SECRET, data, promised)


def test_every_flipped_byte_of_a_small_body_is_refused() -> None:
    data, promised, _ = _chunks(5)
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        refused(lambda changed=changed: sealing.unclose(SECRET, changed, promised))


@pytest.mark.parametrize("size", range(49))
def test_chunks_too_short_to_hold_a_body_are_refused(size: int) -> None:
    refused(lambda: sealing.unclose(SECRET, bytes(size), commit(b"")))


def test_a_part_does_not_pass_for_another_part() -> None:
    first = sealing.encrypt(SECRET, b"sheet", 1)
    assert sealing.decrypt(SECRET, first, 1) == b"sheet"
    refused(lambda: sealing.decrypt(SECRET, first, 2))
    refused(lambda: sealing.decrypt(SECRET, first))


def test_a_long_part_may_be_closed_and_opened_some_chunks_at_a_time() -> None:
    plain, step = bytes(range(256)) * 1100, 2 * sealing.CHUNK
    cuts = [(start, plain[start : start + step]) for start in range(0, len(plain), step)]
    closed = [sealing.encrypt(SECRET, piece, 7, start, ends=start + step >= len(plain)) for start, piece in cuts]
    assert b"".join(closed) == sealing.encrypt(SECRET, plain, 7)
    assert [sealing.inside(len(one)) for one in closed] == [len(piece) for _, piece in cuts]
    start, piece = cuts[1]
    assert sealing.decrypt(SECRET, closed[1], 7, start, ends=False) == piece
    for wrong in ({"part": 8}, {"start": 0}, {"ends": True}):
        told = {"part": 7, "start": start, "ends": False} | wrong
        refused(lambda told=told: sealing.decrypt(SECRET, closed[1], **told))
    refused(lambda: sealing.decrypt(SECRET, closed[1][: -sealing.CHUNK - sealing.TAG], 7, start))


def _plain(length: int, body: bytes, filling: bytes) -> bytes:
    return RANDOM + length.to_bytes(4, "big") + body + filling


@pytest.mark.parametrize(
    "plain",
    [
        RANDOM,
        _plain(5, b"short", b"")[: 36 + 4],
        _plain(5, b"short", bytes(512 - 41 - 1)),
        _plain(5, b"short", bytes(512 - 41 + 1)),
        _plain(5, b"short", bytes(1024 - 41)),
        _plain(5, b"short", bytes(512 - 42) + b"\1"),
        _plain(2**32 - 1, b"short", bytes(512 - 41)),
        _plain(477, b"short", bytes(512 - 41)),
    ],
)
def test_a_length_that_does_not_fit_is_refused_whatever_was_promised(plain: bytes) -> None:
    promised = hashlib.sha256(RANDOM + plain[36:41]).hexdigest()
    assert "长度" in refused(lambda: sealing.unclose(SECRET, sealing.encrypt(SECRET, plain), promised))


def test_a_text_other_than_the_one_promised_is_refused() -> None:
    chunks = sealing.close(SECRET, opened(b"one text"))
    assert "承诺" in refused(lambda: sealing.unclose(SECRET, chunks, commit(b"another text")))
    assert "承诺" in refused(lambda: sealing.unclose(SECRET, chunks, hashlib.sha256(b"one text").hexdigest()))


KEYS = [hashlib.sha256(b"two texts %d" % number).digest() for number in (1016, 179_874)]
"""Found by trying: under both, AES-GCM's stream is the same where the length of the body stands."""
NONCE = bytes(11) + b"\1"


def _times(one: int, other: int) -> int:
    """The product in the field of GHASH, whose first bit is the lowest (NIST SP 800-38D section 6.3)."""
    product = 0
    for place in range(127, -1, -1):
        if other >> place & 1:
            product ^= one
        one = one >> 1 ^ (0xE1 << 120 if one & 1 else 0)
    return product


def _power(base: int, exponent: int) -> int:
    found = 1 << 127
    for bit in f"{exponent:b}":
        found = _times(found, found)
        found = _times(found, base) if bit == "1" else found
    return found


def _tag(key: bytes, blocks: list[int]) -> int:
    """AES-GCM's tag over 32 blocks of ciphertext; a block of zeros may stand for one not known yet."""
    block = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update
    tag, secret = int.from_bytes(block(NONCE + (1).to_bytes(4, "big")), "big"), int.from_bytes(block(bytes(16)), "big")
    for place, value in enumerate([*blocks, 512 * 8]):
        tag ^= _times(value, _power(secret, 33 - place))
    return tag


def _under_two_keys() -> bytes:
    """One chunk that AES-GCM takes under either key: its last block is chosen so that both tags are the same."""
    text = AESGCM(KEYS[0]).encrypt(NONCE, _plain(476, b"a text for one reader".ljust(476), b""), None)
    blocks = [int.from_bytes(text[at : at + 16], "big") for at in range(0, 496, 16)]
    secrets = [
        int.from_bytes(Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(bytes(16)), "big") for key in KEYS
    ]
    wanted = _tag(KEYS[0], [*blocks, 0]) ^ _tag(KEYS[1], [*blocks, 0])
    weight = _power(secrets[0], 2) ^ _power(secrets[1], 2)
    blocks.append(_times(wanted, _power(weight, 2**128 - 2)))
    return b"".join(one.to_bytes(16, "big") for one in (*blocks, _tag(KEYS[0], blocks)))


def test_two_addressees_given_two_keys_for_one_ciphertext_are_not_shown_two_texts() -> None:
    chunk = _under_two_keys()
    texts = [sealing.decrypt(key, chunk) for key in KEYS]
    assert texts[0] != texts[1], "AES-GCM alone takes both"
    promises = [hashlib.sha256(text[:32] + text[36:]).hexdigest() for text in texts]
    for key, text, promised, other in zip(KEYS, texts, promises, promises[::-1], strict=True):
        assert sealing.unclose(key, chunk, promised) == text[:32] + text[36:]
        assert "承诺" in refused(lambda key=key, other=other: sealing.unclose(key, chunk, other))


FACTS = {
    "document": "d",
    "sender": "450900-mr",
    "audience": "450500-mr",
    "incarnation": "i",
    "seq": 7,
    "kind": "case_notice",
}


@pytest.mark.parametrize("field", FACTS)
def test_the_binding_tells_any_two_messages_apart(field: str) -> None:
    other = {**FACTS, field: 71 if field == "seq" else FACTS[field] + "1"}
    assert sealing.binding(**FACTS) != sealing.binding(**other)


def test_each_message_of_a_run_has_a_content_key_of_its_own_as_published() -> None:
    about = sealing.binding(**FACTS)
    expected = "9eb71a2ba912ddc0423a48a9a489d6cd01d4ce5783c4e2dd625f4093de651a34"
    assert sealing.content_key(SECRET, about).hex() == expected
    assert sealing.content_key(SECRET, about) != sealing.content_key(RANDOM, about)
    told = {name: FACTS[name] for name in ("sender", "audience", "incarnation")}
    assert sealing.run(**told) == b"APS2 9 450900-mr 9 450500-mr 1 i"


def test_the_binding_has_lengths_so_that_no_field_can_borrow_from_the_next() -> None:
    assert sealing.binding(**FACTS) == b"APS1 1 d 9 450900-mr 9 450500-mr 1 i 1 7 11 case_notice"
    moved = {**FACTS, "document": "d 9", "sender": "450900-mr"}
    assert sealing.binding(**moved) != sealing.binding(**FACTS)


def test_a_recorded_body_is_read_from_what_was_opened_and_else_from_the_envelope() -> None:
    plain = signed_message(body=b'{"title":"open"}')
    assert sealing.text_of(plain, None) == b'{"title":"open"}'
    assert sealing.fields_of(plain, None) == {"title": "open"}
    closed = signed_message(body=sealing.head([("0" * 16, bytes(80))]) + b"chunks")
    assert sealing.text_of(closed, None) is None
    assert sealing.fields_of(closed, opened(b'{"title":"inside"}')) == {"title": "inside"}


@pytest.mark.parametrize("raw", [b"damaged", signed_message(body=b"[]"), signed_message(body=b"\xff")])
def test_what_nobody_can_read_says_nothing(raw: bytes) -> None:
    assert sealing.fields_of(raw, None) is None


def test_b56_a_part_that_ends_with_a_whole_chunk_too_early_opens_nothing() -> None:
    sealed = sealing.encrypt(SECRET, bytes(2 * CHUNK + 7), 1)
    for end in (CHUNK + TAG, 2 * (CHUNK + TAG)):
        refused(lambda end=end: sealing.decrypt(SECRET, sealed[:end], 1))


def test_who_can_open_an_envelope_is_read_from_its_first_bytes() -> None:
    def envelope(body: bytes | None) -> bytes:
        return wire.encode(wire.MESSAGE, b"{}", (wire.Signature("0" * 16, bytes(64)),), body)

    assert sealing.names_in(envelope(_framed(1, 2) + b"chunks")) == {f"{1:016x}", f"{2:016x}"}
    assert sealing.names_in(envelope(b'{"title":"open"}')) is None
    assert sealing.names_in(envelope(None)) is None
    assert sealing.text_of(envelope(None), None) is None


def test_an_entry_is_found_by_any_of_ones_keys() -> None:
    framed = sealing.parse(sealing.head((f"{number:016x}", bytes([number]) * 80) for number in (3, 7)) + b"chunks")
    assert framed.find([f"{5:016x}", f"{7:016x}"]) == (f"{7:016x}", bytes([7]) * 80)
    assert framed.find([f"{5:016x}"]) is None
    assert sealing.bucket(2 * CHUNK + 1) == 3 * CHUNK
