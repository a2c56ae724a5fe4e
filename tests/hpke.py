"""HPKE once more, by the letter of RFC 9180 and with an ephemeral key that is handed in: a run repeats exactly.

Base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, one message per context. ``tests/vectors`` holds it
against the vectors of the RFC, ``tests/keystore`` the real sealer against it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.core.errors import Unopenable, WeakKey
from hub.core.signing import key_id

KEM = b"KEM" + (0x20).to_bytes(2, "big")
SUITE = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (0x20, 1, 2))


def _extract(salt: bytes, suite: bytes, label: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + secret, "sha256")


def _expand(key: bytes, suite: bytes, label: bytes, info: bytes, size: int) -> bytes:
    text = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(key, text + b"\1", "sha256")[:size]


def shared_secret(dh: bytes, enc: bytes, public: bytes) -> bytes:
    """ExtractAndExpand of section 4.1."""
    return _expand(_extract(b"", KEM, b"eae_prk", dh), KEM, b"shared_secret", enc + public, 32)


def schedule(secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Key and base nonce of section 5.1 in base mode."""
    context = b"\0" + _extract(b"", SUITE, b"psk_id_hash", b"") + _extract(b"", SUITE, b"info_hash", info)
    base = _extract(secret, SUITE, b"secret", b"")
    return _expand(base, SUITE, b"key", context, 32), _expand(base, SUITE, b"base_nonce", context, 12)


def seal(ephemeral: X25519PrivateKey, public: bytes, info: bytes, plain: bytes, aad: bytes = b"") -> bytes:
    """``enc`` ‖ ciphertext; ``ValueError`` for a public key of low order."""
    enc = ephemeral.public_key().public_bytes_raw()
    dh = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    key, nonce = schedule(shared_secret(dh, enc, public), info)
    return enc + AESGCM(key).encrypt(nonce, plain, aad)


def open_sealed(private: X25519PrivateKey, sealed: bytes, info: bytes, aad: bytes = b"") -> bytes:
    """The plaintext; ``ValueError`` for an ``enc`` of low order, ``InvalidTag`` for whatever else is wrong."""
    enc, public = sealed[:32], private.public_key().public_bytes_raw()
    dh = private.exchange(X25519PublicKey.from_public_bytes(enc))
    key, nonce = schedule(shared_secret(dh, enc, public), info)
    return AESGCM(key).decrypt(nonce, sealed[32:], aad)


@dataclass
class CountedSealer:
    """The ``Sealer`` port with counted bytes for random ones."""

    private: X25519PrivateKey
    earlier: tuple[X25519PrivateKey, ...] = ()
    """Keys of before a rotation."""
    drawn: int = field(default=0)

    @cached_property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @cached_property
    def _keys(self) -> dict[str, X25519PrivateKey]:
        return {key_id(one.public_key().public_bytes_raw()): one for one in (self.private, *self.earlier)}

    @property
    def keyids(self) -> tuple[str, ...]:
        return tuple(self._keys)

    def random(self, size: int) -> bytes:
        self.drawn += 1
        return hashlib.shake_256(self.public + self.drawn.to_bytes(8, "big")).digest(size)

    def wrap(self, key: bytes, public: bytes, info: bytes) -> bytes:
        try:
            return seal(X25519PrivateKey.from_private_bytes(self.random(32)), public, info, key)
        except ValueError as error:
            raise WeakKey("公钥为低阶点") from error

    def keep(self, key: bytes, info: bytes) -> bytes:
        drawn = self.random(32)
        drawn = drawn[:31] + bytes([drawn[31] | 0x80])
        return drawn + AESGCM(self._kept(self.keyids[0], drawn + info)).encrypt(bytes(12), key, None)

    def _kept(self, keyid: str, text: bytes) -> bytes:
        label = b"antipyramid: content keys kept for their sender"
        own = hmac.new(self._keys[keyid].private_bytes_raw(), label, hashlib.sha256).digest()
        return hmac.new(own, text, hashlib.sha256).digest()

    def unwrap(self, keyid: str, wrapped: bytes, info: bytes) -> bytes:
        try:
            if len(wrapped) > 31 and wrapped[31] & 0x80:
                return AESGCM(self._kept(keyid, wrapped[:32] + info)).decrypt(bytes(12), wrapped[32:], None)
            return open_sealed(self._keys[keyid], wrapped, info)
        except (InvalidTag, ValueError, KeyError) as error:
            raise Unopenable("不是加密给本单位的内容密钥", field="body") from error
