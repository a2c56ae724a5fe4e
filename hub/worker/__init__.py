"""The node's worker: one step of every arrow, over ports only (DESIGN section 2).

A step does what waits and returns how much it did; loops and waiting live in ``hub.cli``. The same object runs in
production, in the federation simulator and in the benchmarks. Nothing a crash could lose is kept here: quotas and
resting members start afresh, deliveries that were taken from the pipe but not recorded come again after a restart.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.core.errors import TransportAway
from hub.worker.exchange import Exchange
from hub.worker.hands import ARROWS, BATCH
from hub.worker.leisure import Leisure
from hub.worker.timed import Timed

__all__ = ["ARROWS", "BATCH", "Worker"]


@dataclass
class Worker(Exchange, Timed, Leisure):
    """Performs the arrows of one node."""

    def step(self, wait: float = 0.0) -> int:
        """Do once what waits on every arrow: documents first, then what is due, else what waits for nobody."""
        return self.carry(wait) or self.count_once()

    def carry(self, wait: float = 0.0) -> int:
        """Documents and what is due; ``wait`` seconds at most for a delivery when there was nothing else.

        Raises ``TransportAway`` while the line is down, after everything else was done.
        """
        waiting, before = self._waiting(), self.relayed
        done = 0
        try:
            if waiting:
                done += self.send_once(waiting)
            if "intake" in self.arrows:
                done += self.receive_once(0.0 if done else wait, answer="relay" in self.arrows)
        except TransportAway:
            self.settle_once()
            self.tick()  # A clock does not stop because a line is down,
            self.count_once()  # and nothing can be carried meanwhile that this would keep waiting.
            raise
        if not done:
            self.settle_once()
        return done + self.relayed - before + self.tick()

    def _waiting(self) -> frozenset[str]:
        """What has something to do; what is under way is still pending in the records, and waits for the pipe alone."""
        waiting = self.store.waiting() & set(self.arrows)
        return waiting - {"relay"} if self.under_way and not self.under_way.posted.known() else waiting
