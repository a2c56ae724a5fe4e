"""Sealed bodies: how the bytes are laid out, and the one way to read the body of a recorded message (DESIGN D6).

* A sealed body is ``APS2`` ‖ count (2 bytes) ‖ count entries, ascending by key id, each ‖ chunks. An entry is the first
  8 bytes of the addressee's key id, then the secret of a run wrapped for that key by HPKE (RFC 9180 base mode,
  DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM): 32 bytes ``enc``, 48 bytes ciphertext. The sender's own entry
  looks alike and is read by nobody else.
* A run is what one sender seals in one go for one audience: its messages carry the same entries, and the content key of
  each is the HMAC-SHA-256 of its :func:`binding` under the secret (decision 19). In ``APS1``, the form before, an entry
  is the content key of that one message; it is read, and written no more.
* A chunk is at most 64 KiB under AES-256-GCM with the content key, used for this message only. Nonce: part number (2
  bytes, 0 for the body) ‖ counter (9 bytes) ‖ 1 for the last chunk, else 0. So a chunk that was moved, repeated or left
  out, or a last one cut off, opens nothing. Attachments count from 1 as the header names them; a piece of one is four
  chunks of it, so that any piece can be closed and opened by itself.
* The plaintext is 32 random bytes ‖ length (4 bytes) ‖ body ‖ zeros. *Opened* means the random bytes and the body;
  their SHA-256 is ``body.commit`` in the signed header. AES-GCM alone commits to no key: two addressees could be given
  two keys under which one ciphertext shows two texts. With the commitment both see the same text, or the message does
  not open.
* The zeros fill up to :func:`bucket`, so the length tells an onlooker only the order of magnitude (RELIABILITY A20):
  from 512 bytes the next power of two, above 64 KiB the next multiple of it. Who writes to whom, when, of which kind,
  and how many addressees there are stands in the signed header and is not hidden; nor are digests and
  sizes of attachments (decision 14).

Whoever can wrap and unwrap (a private key, randomness) stands behind the port ``Sealer``; here is no secret but the
content key that is handed in.
"""

from __future__ import annotations

import hmac
from binascii import a2b_base64
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.core import envelope as wire
from hub.core import ijson
from hub.core.errors import Rejected, Unopenable
from hub.core.ids import sha256
from hub.core.values import value

MAGIC, FORMER = b"APS2", b"APS1"
KEY = 32
"""Bytes of a content key, of the secret of a run, and of the random bytes before the body."""
NAME = 8
"""Bytes of a key id in an entry."""
WRAPPED = 80
"""Bytes of a wrapped key."""
CHUNK = 64 * 1024
TAG = 16

_ENTRY = NAME + WRAPPED
_HEAD = len(MAGIC) + 2
_BEFORE = KEY + 4
"""Bytes before the body in the plaintext."""
_LEAST = 512


@value
class Framed:
    """A sealed body taken apart; nothing in it has been opened."""

    names: list[bytes]
    """First bytes of the key ids, ascending."""
    table: bytes
    """Each name with what is wrapped for it."""
    chunks: bytes
    former: bool
    """What is wrapped is the content key, not the secret of a run."""

    @property
    def entries(self) -> dict[str, bytes]:
        """Key id (16 hex digits) -> what is wrapped for it."""
        return {name.hex(): self._wrapped(place) for place, name in enumerate(self.names)}

    def find(self, keyids: Iterable[str]) -> tuple[str, bytes] | None:
        """The first of these key ids that has an entry, with what is wrapped for it."""
        for keyid in keyids:
            name = bytes.fromhex(keyid)
            place = bisect_left(self.names, name)
            if self.names[place : place + 1] == [name]:
                return keyid, self._wrapped(place)
        return None

    def _wrapped(self, place: int) -> bytes:
        return self.table[place * _ENTRY + NAME : (place + 1) * _ENTRY]


def binding(*, document: str, sender: str, audience: str, incarnation: str, seq: int, kind: str) -> bytes:
    """What a content key belongs to: one made for one message opens no other, whoever sends it on (RELIABILITY A18).

    HPKE's ``info`` where the content key itself is wrapped. Each field with its length before it, as in DSSE's
    pre-authentication encoding: no two messages share one text.
    """
    return _listed(FORMER, document, sender, audience, incarnation, str(seq), kind)


def run(*, sender: str, audience: str, incarnation: str) -> bytes:
    """HPKE's ``info`` for the secret of a run."""
    return _listed(MAGIC, sender, audience, incarnation)


def _listed(magic: bytes, *fields: str) -> bytes:
    return magic + b"".join([b" %d %s" % (len(one), one) for one in map(str.encode, fields)])


def content_key(secret: bytes, about: bytes) -> bytes:
    """Of the message with this :func:`binding` in the run with this secret; it tells nothing of the other messages'."""
    return hmac.digest(secret, about, "sha256")


def head(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """What stands before the chunks: ``entries`` are (key id, wrapped secret), one for each key."""
    listed = sorted((bytes.fromhex(keyid), wrapped) for keyid, wrapped in entries)
    return b"".join((MAGIC, len(listed).to_bytes(2, "big"), *(name + wrapped for name, wrapped in listed)))


def parse(data: bytes) -> Framed:
    """Take a sealed body apart; raises :class:`Unopenable` for anything but the one form of it."""
    count = int.from_bytes(data[len(MAGIC) : _HEAD], "big")
    end = _HEAD + count * _ENTRY
    if not data.startswith((MAGIC, FORMER)) or count == 0 or len(data) <= end:
        raise Unopenable("加密正文的格式不对或已截断", field="body")
    names = [data[at : at + NAME] for at in range(_HEAD, end, _ENTRY)]
    if names != sorted(set(names)):
        raise Unopenable("加密正文的收件密钥重复或次序不对", field="body")
    return Framed(names, data[_HEAD:end], data[end:], data.startswith(FORMER))


def names_in(raw: bytes) -> frozenset[str] | None:
    """Ids of the keys that one of our own envelopes is sealed to, without decoding the rest; None: it is not sealed."""
    start = raw.rindex(b',"body":') + 9
    begins = a2b_base64(raw[start : start + 8]) if raw[start - 1 : start] == b'"' else b""
    if not begins.startswith((MAGIC, FORMER)):
        return None
    end = _HEAD + int.from_bytes(begins[len(MAGIC) :], "big") * _ENTRY
    return _names(raw[start : start + -(-end // 3) * 4], end)


@lru_cache(maxsize=16)
def _names(text: bytes, end: int) -> frozenset[str]:
    """In the head of a body, ``end`` bytes long; the bodies of a run have one head."""
    table = a2b_base64(text)
    return frozenset(table[at : at + NAME].hex() for at in range(_HEAD, end, _ENTRY))


def size_of(body: int, recipients: int) -> int:
    """Bytes of a sealed body: what ``body`` bytes become for so many keys, the sender's own among them."""
    plain = bucket(_BEFORE + body)
    return _HEAD + recipients * _ENTRY + plain + TAG * -(-plain // CHUNK)


def inside(size: int) -> int:
    """Bytes of what lies encrypted in ``size`` bytes of chunks."""
    return size - TAG * -(-size // (CHUNK + TAG))


def bucket(size: int) -> int:
    """The length plaintext of ``size`` bytes is filled up to."""
    return max(_LEAST, 1 << (size - 1).bit_length()) if size <= CHUNK else -(-size // CHUNK) * CHUNK


def close(key: bytes, opened: bytes) -> bytes:
    """Chunks of ``opened`` (32 random bytes ‖ body), filled up, under a content key that is used for nothing else."""
    size = len(opened) + 4
    length = (len(opened) - KEY).to_bytes(4, "big")
    return encrypt(key, b"".join((opened[:KEY], length, opened[KEY:], bytes(bucket(size) - size))))


def unclose(key: bytes, chunks: bytes, commit: str) -> bytes:
    """What :func:`close` was given; raises :class:`Unopenable` unless it is what the signed header committed to."""
    plain = decrypt(key, chunks)
    end = _BEFORE + int.from_bytes(plain[KEY:_BEFORE], "big")
    if len(plain) != bucket(end) or plain[end:] != bytes(len(plain) - end):
        raise Unopenable("加密正文的长度不对", field="body")
    opened = plain[:KEY] + plain[_BEFORE:end]
    if sha256(opened) != commit:
        raise Unopenable("解密所得正文与发件单位签名的承诺值不符", field="body.commit")
    return opened


def encrypt(key: bytes, plain: bytes, part: int = 0, start: int = 0, *, ends: bool = True) -> bytes:
    """Chunks of one part of a message: 0 is the body, attachments count from 1.

    Of a long part some chunks at a time: ``plain`` begins at the byte ``start``, a multiple of :data:`CHUNK`, and the
    part ends with it or goes on.
    """
    cipher, nonces = AESGCM(key), _nonces(part, start, -(-len(plain) // CHUNK), ends=ends)
    return b"".join(
        cipher.encrypt(nonce, plain[index * CHUNK : (index + 1) * CHUNK], None) for index, nonce in enumerate(nonces)
    )


def decrypt(key: bytes, chunks: bytes, part: int = 0, start: int = 0, *, ends: bool = True) -> bytes:
    """The part again; raises :class:`Unopenable` if any chunk was changed, moved, repeated or left out."""
    cipher, full = AESGCM(key), CHUNK + TAG
    nonces = _nonces(part, start, -(-len(chunks) // full), ends=ends)
    try:
        return b"".join(
            cipher.decrypt(nonce, chunks[index * full : (index + 1) * full], None) for index, nonce in enumerate(nonces)
        )
    except InvalidTag as error:
        raise Unopenable("加密内容已损坏或被改动", field="body") from error


def text_of(raw: bytes, opened: bytes | None) -> bytes | None:
    """The body of a recorded message, byte for byte: what was opened, or what travelled unsealed.

    None for a header copy, and for a message that could not be opened here. ``raw``: its envelope.
    """
    if opened is not None:
        return opened[KEY:]
    try:
        body = wire.decode(raw).body
    except Rejected:
        return None
    return None if body is None or body.startswith((MAGIC, FORMER)) else body


def fields_of(raw: bytes, opened: bytes | None) -> dict[str, Any] | None:
    """What that body says; None too for one that no reader here understands."""
    text = text_of(raw, opened)
    return None if text is None else read(text)


def read(text: bytes) -> dict[str, Any] | None:
    """What the text of a body says; None if it is no JSON object."""
    try:
        value = ijson.loads(text, limit=wire.MAX_BODY)
    except Rejected:
        return None
    return value if isinstance(value, dict) else None


def _nonces(part: int, start: int, count: int, *, ends: bool) -> list[bytes]:
    """Of so many chunks from this byte of the part on; what is empty is one chunk too."""
    first, last = start // CHUNK, start // CHUNK + max(1, count) - 1
    before = part.to_bytes(2, "big")
    return [
        before + index.to_bytes(9, "big") + (b"\1" if ends and index == last else b"\0")
        for index in range(first, last + 1)
    ]
