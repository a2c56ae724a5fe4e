"""When a worker does what waits for nobody: once documents leave it in peace, and soon enough while they pour in.

Figures and the search index cost more than half as much as the exchange itself. They are made once nothing was carried
for ``QUIET`` seconds; while documents come without a pause, every ``PATIENCE`` seconds, a piece beside each step until
they have caught up. Statistics and search may be that late; lists, matters and deadlines are recorded with the document
itself (decision 20). What is stored is looked at again in the same turns, at its own pace, and keeps nobody awake. Real
seconds count, not the node's clock: that may be frozen, or jump.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.worker import Worker

QUIET = 0.2
"""Seconds without a document after which the worker has time for the rest."""
PATIENCE = 10.0
"""Seconds of unbroken exchange after which the rest has its turn all the same."""
IDLE = 1.0
"""Longest sleep: timed work is looked at once a second."""


class Rhythm:
    """Takes turns between what is waited for and what is not. Belongs to one loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` tells seconds that only rise."""
        self._clock = clock
        self._carried = self._caught_up = clock()

    def turn(self, worker: Worker) -> float:
        """One step of ``worker``; returns how long the loop may sleep unless something arrives: 0, not at all."""
        done = worker.carry()
        now = self._clock()
        if done:
            self._carried = now
        quiet = now - self._carried >= QUIET
        if quiet or now - self._caught_up >= PATIENCE:
            more = worker.count_once()
            if not more:
                self._caught_up = now
            done += more
        if done:
            return 0.0
        return IDLE if quiet else QUIET
