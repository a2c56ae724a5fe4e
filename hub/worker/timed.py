"""What is due by the clock: heads, reminders, parked messages, the tree over the audit log and its checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.core.delivery import HEADS_EVERY
from hub.flows.checkpoint import look_over, mark, offer
from hub.flows.clock import remind
from hub.flows.fetch import fetch
from hub.flows.growing import grow
from hub.flows.handover import hand_over
from hub.flows.intake import release
from hub.flows.looking import AGAIN, tell
from hub.flows.ports import UnitOfWork
from hub.flows.recount import recount
from hub.flows.sync import exchange_heads
from hub.worker.hands import AT_ONCE, TICK, Hands

PER_PEER = 0.2
"""Seconds of heads interval per member: five heads a second and node, however many members."""


@dataclass
class Timed(Hands):
    """The timed steps."""

    ticked: datetime | None = None
    tells_from: datetime = AT_ONCE
    """When owners hear next of personal data that was looked at here."""
    repeats_from: datetime = AT_ONCE
    """When they are told again what they did not say they heard."""
    offers_from: datetime = AT_ONCE
    """When peers that have not cosigned the newest checkpoint are shown it again."""

    def tick(self) -> int:
        """Timed work, at most once a second: heads, reminders, parked messages, the audit log."""
        now = self.clock()
        if self.ticked is not None and timedelta(0) <= now - self.ticked < TICK:
            return 0
        self.ticked = now
        return sum(self._timed(arrow, now) for arrow in self.arrows)

    def _timed(self, arrow: str, now: datetime) -> int:
        """The timed part of one arrow; what the audit log does for itself is no work that asks for more work."""
        if arrow == "grow":
            self.log_once(now)
        if arrow not in ("sync", "clock", "intake"):
            return 0
        with self.store.begin() as uow:
            if arrow == "sync":
                every = max(HEADS_EVERY.total_seconds(), PER_PEER * len(uow.trusts.current().members))
                self._tell(uow, now)
                return exchange_heads(uow, keys=self.using(uow), now=now, salt=self.salt, every=every)
            if arrow == "clock":
                again = recount(uow, now=now, salt=self.salt, limit=self.batch)
                again += hand_over(uow, now=now, salt=self.salt, limit=self.batch)
                return again + remind(uow, now=now, new_id=self.new_id, salt=self.salt, limit=self.batch)
            if arrow == "intake":
                released = release(uow, keys=self.using(uow), now=now, salt=self.salt)
                return released + fetch(uow, keys=self.using(uow), now=now, salt=self.salt)
        return 0

    def _tell(self, uow: UnitOfWork, now: datetime) -> None:
        """At most one frame an owner and interval; a clock that was set back makes nothing wait."""
        if timedelta(0) < self.tells_from - now <= HEADS_EVERY:
            return
        again = not timedelta(0) < self.repeats_from - now <= AGAIN
        tell(uow, keys=self.using(uow), now=now, salt=self.salt, since=None if again else now - HEADS_EVERY - TICK)
        self.tells_from = now + HEADS_EVERY
        self.repeats_from = now + AGAIN if again else self.repeats_from

    def log_once(self, now: datetime) -> None:
        """The tree over the audit log, its checkpoint if one is due, and the peers that are shown it."""
        with self.store.begin() as uow:
            grow(uow, now=now, salt=self.salt, limit=20 * self.batch)
        with self.store.begin() as uow:
            if self.offers_from is AT_ONCE:
                look_over(uow, now=now, salt=self.salt)
            made = mark(uow, witness=self.witnessing(uow), now=now, salt=self.salt)
            if made or not timedelta(0) < self.offers_from - now <= HEADS_EVERY:
                offer(uow, keys=self.using(uow), now=now, salt=self.salt)
                self.offers_from = now + HEADS_EVERY

    def finish(self) -> None:
        """Before the process ends: the log is signed up to here."""
        if "grow" in self.arrows:
            now = self.clock()
            with self.store.begin() as uow:
                while grow(uow, now=now, salt=self.salt, limit=20 * self.batch):
                    pass
                mark(uow, witness=self.witnessing(uow), now=now, salt=self.salt, at_once=True)
