"""What waits for nobody: figures, the search index, the periods for which things are kept, kinds learnt late.

And what is stored, looked at again, the audit log and the messages: a piece of each a second, through all of it daily.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.flows.checkpoint import scrub
from hub.flows.erasing import carry_out
from hub.flows.indexing import index
from hub.flows.ports import UnitOfWork
from hub.flows.reopening import judge_again
from hub.flows.rereading import reread
from hub.flows.retention import list_due
from hub.worker.hands import AT_ONCE, TICK, Hands

LOOK = timedelta(hours=1)
"""Between two looks for matters whose content is due for review."""


@dataclass
class Leisure(Hands):
    """The steps for which no document is kept waiting."""

    counts_from: datetime = AT_ONCE
    """When figures are looked after again: at once while many wait, else after a second."""
    looks_from: datetime = AT_ONCE
    """When it is looked again whose period has ended."""
    judges_from: datetime = AT_ONCE
    """When it is looked again whether what is held can be judged now."""
    rereads_from: datetime = AT_ONCE
    """When the next piece of what is stored is looked at again."""

    def count_once(self) -> int:
        """What waits for nobody is done when nothing else waits; returns how much asks for another piece at once.

        Looking again at what is stored asks for none: it keeps its own pace, and no worker awake.
        """
        now = self.clock()
        done = self._count(now) if "clock" in self.arrows else 0
        if "grow" in self.arrows:
            self._reread(now)
        return done

    def _count(self, now: datetime) -> int:
        """Moved matters → figures, new messages → index, and whatever else is due here."""
        if timedelta(0) < self.counts_from - now <= TICK:
            return 0
        with self.store.begin() as uow:
            counted = uow.figures.count(uow.trusts.current(), self.batch)
            done = max(counted, index(uow, limit=self.batch), self._keep(uow, now))
        judged = self._judge(now)
        self.counts_from = now if judged or done == self.batch else now + TICK
        return done + judged

    def _reread(self, now: datetime) -> None:
        """A piece of the audit log's scrub and one of the stored messages; a clock set back makes nothing wait."""
        if timedelta(0) < self.rereads_from - now <= TICK:
            return
        with self.store.begin() as uow:
            scrub(uow, now=now, salt=self.salt, limit=self.batch)
        with self.store.begin() as uow:
            reread(uow, now=now, salt=self.salt)
        self.rereads_from = now + TICK

    def _judge(self, now: datetime) -> int:
        """What came before this node knew its kind is opened once it does."""
        if timedelta(0) < self.judges_from - now <= LOOK:
            return 0
        with self.store.begin() as uow:
            judged = judge_again(uow, keys=self.using(uow), now=now, salt=self.salt)
        self.judges_from = now + LOOK if judged is None else now
        return judged or 0

    def _keep(self, uow: UnitOfWork, now: datetime) -> int:
        """Approved erasures are carried out; once an hour, what has become due for review is listed."""
        done = carry_out(uow, signer=self.signing(uow), now=now, salt=self.salt, limit=1)
        if timedelta(0) < self.looks_from - now <= LOOK:
            return done
        looked = list_due(uow, now, self.batch)
        self.looks_from = now if looked == self.batch else now + LOOK
        return max(done, looked)
