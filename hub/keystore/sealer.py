"""The ``Sealer`` port over X25519 keys: HPKE (RFC 9180) as ``cryptography`` has it, the machine's randomness (D6)."""

from __future__ import annotations

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from hub.core.errors import Unopenable, WeakKey
from hub.core.signing import key_id

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class KeySealer:
    """Wraps for anybody, unwraps for the keys it was given, the newest of them first."""

    def __init__(self, *keys: X25519PrivateKey) -> None:
        """``keys``: the node's own, the newest first; those of before a rotation open what was on its way."""
        publics = [key.public_key().public_bytes_raw() for key in keys]
        self.public = publics[0]
        self._keys = {key_id(public): key for public, key in zip(publics, keys, strict=True)}
        self.keyids = tuple(self._keys)

    def random(self, size: int) -> bytes:
        """Bytes of the operating system's generator."""
        return os.urandom(size)

    def wrap(self, key: bytes, public: bytes, info: bytes) -> bytes:
        """HPKE ``enc`` ‖ ciphertext; raises ``WeakKey`` for a public key of low order."""
        try:
            return _SUITE.encrypt(key, _public(public), info)
        except ValueError as error:
            raise WeakKey("加密公钥为低阶点") from error

    def unwrap(self, keyid: str, wrapped: bytes, info: bytes) -> bytes:
        """The content key; ``Unopenable`` for whatever was not wrapped for this key and this ``info``."""
        try:
            return _SUITE.decrypt(wrapped, self._keys[keyid], info)
        except (InvalidTag, ValueError, KeyError) as error:
            raise Unopenable("内容密钥不是为本单位和这份文书加密的", field="body") from error


@lru_cache(maxsize=8192)
def _public(public: bytes) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(public)
