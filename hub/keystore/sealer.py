"""The ``Sealer`` port over X25519 keys: HPKE (RFC 9180) as ``cryptography`` has it, the machine's randomness (D6).

What a node keeps for itself needs no curve: AES-256-GCM under HMAC-SHA-256(own, 32 random bytes ‖ info), where own is
HMAC-SHA-256 of the private key over a label. Each is sealed under a key of its own, so the nonce is zero. HPKE's
``enc`` never has bit 255 set (RFC 7748 section 5: results are reduced), those 32 random bytes always have.
"""

from __future__ import annotations

import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from hub.core.errors import Unopenable, WeakKey
from hub.core.signing import key_id

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_LABEL = b"antipyramid: content keys kept for their sender"
_ENC, _ONCE = 32, bytes(12)
_REMEMBERED = 64
"""Secrets kept in memory, beside the key that opens all of them: the messages of a run come one after the other."""


class KeySealer:
    """Wraps for anybody, unwraps for the keys it was given, the newest of them first."""

    def __init__(self, *keys: X25519PrivateKey) -> None:
        """``keys``: the node's own, the newest first; those of before a rotation open what was on its way."""
        publics = [key.public_key().public_bytes_raw() for key in keys]
        self.public = publics[0]
        self._keys = {key_id(public): key for public, key in zip(publics, keys, strict=True)}
        self._own = {name: hmac.digest(key.private_bytes_raw(), _LABEL, "sha256") for name, key in self._keys.items()}
        self.keyids = tuple(self._keys)
        self._opened = lru_cache(_REMEMBERED)(self._open)

    def random(self, size: int) -> bytes:
        """Bytes of the operating system's generator."""
        return os.urandom(size)

    def wrap(self, key: bytes, public: bytes, info: bytes) -> bytes:
        """HPKE ``enc`` ‖ ciphertext; raises ``WeakKey`` for a public key of low order."""
        try:
            return _SUITE.encrypt(key, _public(public), info)
        except ValueError as error:
            raise WeakKey("加密公钥为低阶点") from error

    def keep(self, key: bytes, info: bytes) -> bytes:
        """Marked random bytes ‖ ciphertext."""
        drawn = bytearray(os.urandom(_ENC))
        drawn[-1] |= 0x80
        return bytes(drawn) + self._cipher(self.keyids[0], drawn, info).encrypt(_ONCE, key, None)

    def _cipher(self, keyid: str, drawn: bytes | bytearray, info: bytes) -> AESGCM:
        return AESGCM(hmac.digest(self._own[keyid], drawn + info, "sha256"))

    def unwrap(self, keyid: str, wrapped: bytes, info: bytes) -> bytes:
        """What was wrapped; ``Unopenable`` for whatever was not wrapped for this key and this ``info``."""
        return self._opened(keyid, wrapped, info)

    def _open(self, keyid: str, wrapped: bytes, info: bytes) -> bytes:
        try:
            if wrapped[_ENC - 1 : _ENC] >= b"\x80":
                return self._cipher(keyid, wrapped[:_ENC], info).decrypt(_ONCE, wrapped[_ENC:], None)
            return _SUITE.decrypt(wrapped, self._keys[keyid], info)
        except (InvalidTag, ValueError, KeyError) as error:
            raise Unopenable("内容密钥不是为本单位和这份文书加密的", field="body") from error


@lru_cache(maxsize=8192)
def _public(public: bytes) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(public)
