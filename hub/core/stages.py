"""The limits inside a matter beside its main one: 签收, 受理或退回, and the asking office's own case clock (DESIGN D8).

They are shown, and counted in the figures; only the main limit is reminded of and judged. Waiting for assistance does
not stop the requester's ninety days (程序规定 art. 64, DOMAIN CM13), so both clocks stand side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.core.deadline import Due, due, start_of
from hub.core.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import date, datetime

    from hub.core.trust import Trust

TITLES = {"sign-for": "签收", "answer": "受理或者退回", "case": "办案期限（请求方）"}
CASE_RULE = "CASE_90"


@dataclass(frozen=True, slots=True)
class StageClock:
    """One limit inside a matter."""

    stage: str
    holder: str
    limit: Due
    met_at: datetime | None
    status: str
    """``running``, ``overdue``, ``met`` or ``late``."""

    @property
    def title(self) -> str:
        """What has to be done."""
        return TITLES[self.stage]


def stages_of(
    trust: Trust,
    holder: str,
    urgency: str,
    *,
    delivered_at: datetime | None,
    signed_at: datetime | None,
    answered_at: datetime | None,
    now: datetime,
) -> tuple[StageClock, ...]:
    """签收 and 受理/退回 of one delivered document; whoever accepts has signed for it too. Empty before delivery."""
    done = {"sign-for": min(filter(None, (signed_at, answered_at)), default=None), "answer": answered_at}
    found = []
    for stage, met_at in done.items():
        rule = trust.rules.get(trust.stage_rule(stage, urgency) or "")
        calendar = trust.calendar_of(holder)
        if rule is None or calendar is None or delivered_at is None:
            continue
        try:
            start = start_of(rule, calendar, delivered_at=delivered_at, signed_at=signed_at, event_at=delivered_at)
            limit = due(rule, start, calendar)
        except InvalidInput:
            continue  # A peer may have signed a time nobody can count from.
        found.append(StageClock(stage, holder, limit, met_at, _status(limit, met_at, now)))
    return tuple(found)


def case_clock(trust: Trust, opener: str, filed_on: date, now: datetime) -> StageClock | None:
    """The requester's own ninety days from filing (程序规定 art. 64), on its own calendar; it binds ``mr`` only."""
    rule, calendar = trust.rules.get(CASE_RULE), trust.calendar_of(opener)
    if rule is None or calendar is None or trust.system(opener) not in rule.binds:
        return None
    try:
        limit = due(rule, filed_on, calendar)
    except InvalidInput:
        return None
    return StageClock("case", opener, limit, None, _status(limit, None, now))


def _status(limit: Due, met_at: datetime | None, now: datetime) -> str:
    if met_at is not None:
        return "met" if met_at < limit.due_at else "late"
    return "running" if now < limit.due_at else "overdue"
