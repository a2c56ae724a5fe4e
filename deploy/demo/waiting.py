"""Waiting on conditions, with a time-out that names what did not happen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 120.0
"""Seconds: two rounds of heads (15 s apart) and room for a loaded machine."""
_POLL = 0.05


class StepFailed(Exception):
    """A step of the day did not go as it must; the text names step and reason."""


def until(what: str, condition: Callable[[], T | None], seconds: float = PATIENCE) -> T:
    """The first true value of ``condition``; raises :class:`StepFailed` saying ``what`` did not happen."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise StepFailed(f"{seconds:.0f} 秒内没有等到：{what}")
        time.sleep(_POLL)


def expect(truth: object, what: str) -> None:
    """Raise :class:`StepFailed` unless ``truth``."""
    if not truth:
        raise StepFailed(what)
