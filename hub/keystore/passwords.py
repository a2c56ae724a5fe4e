"""Passwords as Argon2id hashes (RFC 9106), so many at once at most: each takes 19 MiB and 30 ms on purpose."""

from __future__ import annotations

import os
import threading

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from hub.core.errors import Unavailable

PARALLEL = 2
"""Hashes computed at once."""
PATIENCE = 10.0
"""Seconds a sign-in waits for its turn."""


class Argon2Passwords:
    """Port ``Passwords``. Cost by OWASP's password storage guidance: 19 MiB, two passes."""

    def __init__(self, memory_kib: int = 19 * 1024, passes: int = 2) -> None:
        """``memory_kib`` and ``passes`` of new hashes; old ones carry their own."""
        self._memory, self._passes = memory_kib, passes
        self._turns = threading.BoundedSemaphore(PARALLEL)
        self._nobody = self.hash(os.urandom(16).hex())

    def hash(self, password: str) -> str:
        """PHC string with a fresh salt."""
        kdf = Argon2id(salt=os.urandom(16), length=32, iterations=self._passes, lanes=1, memory_cost=self._memory)
        with _turn(self._turns):
            return kdf.derive_phc_encoded(password.encode())

    def fits(self, password: str, stored: str | None) -> bool:
        """Whether the hash is of this password; without a hash it costs the same time and is False."""
        with _turn(self._turns):
            try:
                Argon2id.verify_phc_encoded(password.encode(), stored or self._nobody)
            except InvalidKey:
                return False
        return stored is not None


class _turn:  # noqa: N801 - reads as a word in a with statement
    """One place among those computing; raises ``Unavailable`` when none becomes free in time."""

    def __init__(self, turns: threading.BoundedSemaphore) -> None:
        self._turns = turns

    def __enter__(self) -> None:
        if not self._turns.acquire(timeout=PATIENCE):
            raise Unavailable("同时登录的人过多", advice="请稍后再试。")

    def __exit__(self, *_error: object) -> None:
        self._turns.release()
