"""Chance that depends on a seed alone: the same business on every machine and in every version of Python."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_SCALE = 1 << 64


class Dice:
    """An endless row of numbers from SHA-256 in counter mode. For made-up business, never for a real key or salt."""

    def __init__(self, *seed: object) -> None:
        """Equal words give equal numbers; other words give an independent row."""
        self._seed = "/".join(map(str, seed)).encode()
        self._count = 0

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes, at most 32."""
        self._count += 1
        return hashlib.sha256(b"%s#%d" % (self._seed, self._count)).digest()[:size]

    def fraction(self) -> float:
        """A number in [0, 1)."""
        return int.from_bytes(self.take(8), "big") / _SCALE

    def between(self, first: int, last: int) -> int:
        """A whole number, both ends included."""
        return first + int(self.fraction() * (last - first + 1))

    def chance(self, share: float) -> bool:
        """True in ``share`` of all cases."""
        return self.fraction() < share

    def one_of(self, choices: Sequence[T]) -> T:
        """One of ``choices``, each as likely."""
        return choices[self.between(0, len(choices) - 1)]

    def gap(self, mean: float) -> float:
        """Waiting time to the next event of a Poisson stream, in the unit of ``mean``."""
        return -math.log(1.0 - self.fraction()) * mean
