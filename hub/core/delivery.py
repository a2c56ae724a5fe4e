"""When to publish again, probe and limit: decision values, no timers (DESIGN D1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hub.core.values import value

if TYPE_CHECKING:
    from hub.core.trust import Trust

HEADS_EVERY = timedelta(seconds=15)
"""Interval of heads to one peer: a loss is known within a minute (RELIABILITY P3), at one small frame a turn."""
GRACE = timedelta(seconds=4)
"""Published this recently, a message may still be on its way: heads that do not show it prove nothing yet."""
ASK_EVERY = timedelta(seconds=2)
"""Least time between two requests to one peer for the same kind of gap: no storm while answers are under way."""
HELD_EVERY = timedelta(hours=1)
"""Between two questions what became of a message that its addressee holds: it was signed for, so there is no hurry."""
STALL = timedelta(seconds=5)
"""No piece of an attachment came for so long although some were asked for: they are lost, and asked for again."""
WINDOW = 64
"""Pieces of attachments asked for and not here yet, of all senders together: 16 MiB, whatever they would send."""
SKEW = timedelta(minutes=5)
"""A correct signature with a clock further off than this is accepted and flagged (D4, RELIABILITY B54)."""


DELAY = timedelta(days=30)
"""So long a ferry or an outage may take; a signed time further back is no delay any more but a wrong clock."""


@value
class Answered:
    """What a peer's receipts changed."""

    news: int
    """How many of them count: first answers, and those after ``held``."""
    moving: frozenset[str] = frozenset()
    """Messages that count from now on, or no longer; of the others no more than the day they arrived is new."""


@value
class Bucket:
    """Token bucket: at most ``rate`` a second with bursts of ``burst``; a value, so the caller keeps it."""

    rate: float
    burst: float
    tokens: float
    at: datetime

    def take(self, cost: float, now: datetime) -> Bucket | None:
        """The bucket after paying ``cost``, or None when there is not enough."""
        level = self.level(now)
        return None if level < cost else Bucket(self.rate, self.burst, level - cost, now)

    def fine(self, cost: float, now: datetime) -> Bucket:
        """The bucket after a penalty; it may go below zero, which delays what comes next."""
        return Bucket(self.rate, self.burst, max(self.level(now) - cost, -self.burst), now)

    def level(self, now: datetime) -> float:
        """Tokens available now."""
        if now <= self.at:
            return self.tokens
        return min(self.burst, self.tokens + (now - self.at).total_seconds() * self.rate)


INTAKE_RATE, INTAKE_BURST = 4000.0, 20_000.0
"""Deliveries a second of one claimed member that are looked at: above any office, below what a core can verify."""
POISON_COST = 100.0
"""What one unusable delivery costs its claimed sender: about forty a second are examined, the rest is dropped."""


def fresh_bucket(now: datetime) -> Bucket:
    """A full bucket for a sender not seen before."""
    return Bucket(INTAKE_RATE, INTAKE_BURST, INTAKE_BURST, now)


def claimed_member(trust: Trust, raw: bytes) -> str:
    """Whom the first key hint names, before anything is parsed: whose quota an unverified delivery is charged to."""
    start = raw.find(b'"keyid":"') + 9
    hint = raw[start : raw.find(b'"', start, start + 80)] if start >= 9 else b""
    owners = trust.keys.get(hint.decode("ascii", "replace"))
    return owners[0].member if owners else "?"
