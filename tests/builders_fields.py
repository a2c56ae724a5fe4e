"""A key ring for tests and benchmarks: everybody's, so that one process reads what another wrote."""

from __future__ import annotations

from hashlib import sha256

from hub.keystore.ring import FieldKey, Ring, RingCipher
from tests.builders_rows import NOW

RING = Ring((FieldKey(sha256(b"fields of a test").digest(), NOW),), sha256(b"index of a test").digest(), strict=True)
FIELDS = RingCipher(RING)
"""Strict: whatever a test's store finds in a sealed column must be sealed."""
