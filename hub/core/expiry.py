"""What people are told of a roster that ends soon or has ended: on every page and by ``hub doctor`` (DESIGN D5)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from hub.core.trust import GRACE, Trust

SOON = 14
"""Days before the end from which everybody is told: time for the holders to sign apart and for a ferry to travel."""


class ExpiryWarning(NamedTuple):
    """A sentence and what to do; ``stops``: nothing can be sent any more."""

    text: str
    todo: str
    stops: bool


def expiry_warning(trust: Trust, now: datetime) -> ExpiryWarning | None:
    """From :data:`SOON` days before the end on, through the grace time, and after it."""
    left = trust.days_left(now)
    ask = "请向名册持钥人索取新名册，执行 hub roster install。"
    if trust.lapsed(now):
        return ExpiryWarning(
            f"成员名册已过期 {-left} 天，超过 {GRACE.days} 天宽限期：可以收件和查阅，不能发出文书", ask, True
        )
    if trust.expired(now):
        return ExpiryWarning(f"成员名册已过期 {-left} 天；宽限期还有 {GRACE.days + left} 天，其间收发照常", ask, False)
    return ExpiryWarning(f"成员名册还有 {left} 天到期", ask, False) if left < SOON else None
