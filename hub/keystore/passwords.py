"""Passwords as Argon2id hashes (RFC 9106), so many at once at most: each takes 19 MiB and 30 ms on purpose."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from hub.core.errors import Unavailable

PARALLEL = 2
"""Hashes computed at once."""
PATIENCE = 10.0
"""Seconds a sign-in waits for its turn."""


class Argon2Passwords:
    """Port ``Passwords``. Cost by OWASP's password storage guidance: 19 MiB, two passes."""

    def __init__(self, memory_kib: int = 19 * 1024, passes: int = 2, patience: float = PATIENCE) -> None:
        """``memory_kib`` and ``passes`` of new hashes, old ones carry their own; ``patience`` seconds for a turn."""
        self._memory, self._passes, self._patience = memory_kib, passes, patience
        self._turns = threading.BoundedSemaphore(PARALLEL)
        self._nobody = self.hash(os.urandom(16).hex())

    def hash(self, password: str) -> str:
        """PHC string with a fresh salt."""
        kdf = Argon2id(salt=os.urandom(16), length=32, iterations=self._passes, lanes=1, memory_cost=self._memory)
        with self._turn():
            return kdf.derive_phc_encoded(password.encode())

    def fits(self, password: str, stored: str | None) -> bool:
        """Whether the hash is of this password; without a hash it costs the same time and is False."""
        with self._turn():
            try:
                Argon2id.verify_phc_encoded(password.encode(), stored or self._nobody)
            except InvalidKey:
                return False
        return stored is not None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One place among those computing; raises ``Unavailable`` when none becomes free in time."""
        if not self._turns.acquire(timeout=self._patience):
            raise Unavailable("同时登录的人过多", advice="请稍后再试。")
        try:
            yield
        finally:
            self._turns.release()
