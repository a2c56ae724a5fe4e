"""The register line of a matter: its folded state and its clock, computed alike at both ends (DESIGN D8, D9).

Inputs are signed: the messages, the addressee's receipt (``delivered_at``), the 签收, the agreement. The only local
input is who we are, which decides whose clock must remind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from hub.core.deadline import Due, due, reminder_moments, start_of
from hub.core.errors import InvalidInput
from hub.core.ids import ALL, BEIJING
from hub.core.matter import Folded, fold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from typing import Protocol

    from hub.core.deadline import Reminder
    from hub.core.matter import Act
    from hub.core.trust import Trust
    from schemas.wire.agreement import ReminderStage

    class Recorded(Act, Protocol):
        """What the line needs of a recorded message beyond the fold."""

        @property
        def document(self) -> str: ...
        @property
        def rule(self) -> str | None: ...
        @property
        def urgency(self) -> str: ...
        @property
        def title(self) -> str: ...
        @property
        def delivered_at(self) -> datetime | None: ...


MOST_DUES = 4096
"""Deadlines remembered per agreement; far more than the days on which something starts."""
REMIND_AT = time(9, 0)
"""Reminders go out at the start of the office day, +08:00."""


@dataclass(frozen=True, slots=True)
class MatterRow:
    """State of one matter: always recomputed from its messages, never edited (DESIGN D9)."""

    id: str
    family: str
    state: str
    title: str
    opener: str
    other: str
    """Audience of the opening message: a member or ``all``."""
    document: str
    """The opening document."""
    kind: str
    urgency: str
    opened_at: datetime
    updated_at: datetime
    last_act: str
    messages: int
    rule: str | None
    calendar: str | None
    """The duty-holder's calendar."""
    start: date | None
    due_strict: date | None
    due_effective: date | None
    due_at: datetime | None
    """First moment that is too late, UTC."""
    provisional: bool
    clock: str
    """``none`` no duty, ``waiting`` start not yet proved, ``running``, ``met``, ``stopped``."""
    met_at: datetime | None
    remind_at: datetime | None
    """When the clock must look at it next; None: never."""
    ignored: int
    """Messages that had no place in the order of events."""


def line(messages: Sequence[Recorded], trust: Trust, *, member: str, now: datetime) -> MatterRow | None:
    """Fold one matter (messages refused by their addressee already left out); None while its opening is not here."""
    folded = fold(messages)
    if folded.family is None or folded.state is None:
        return None
    by_hash = {message.hash: message for message in messages}
    opening = by_hash[folded.opening or ""]
    applied = [by_hash[one.hash] for one in folded.history if one.state is not None]
    latest = [one for one in applied if one.kind == opening.kind][-1]
    limit, first = deadline_of(opening, folded, trust) or (None, None)
    clock = _clock(folded, limit, opening, trust)
    return MatterRow(
        id=opening.matter,
        family=folded.family.name,
        state=folded.state,
        title=latest.title,
        opener=folded.opener,
        other=folded.other,
        document=opening.document,
        kind=opening.kind,
        urgency=opening.urgency,
        opened_at=opening.issued,
        updated_at=now,
        last_act=applied[-1].act,
        messages=len(messages),
        rule=opening.rule,
        calendar=limit.calendar.id if limit else None,
        start=limit.start if limit else None,
        due_strict=limit.due_strict if limit else None,
        due_effective=limit.due_effective if limit else None,
        due_at=limit.due_at if limit else None,
        provisional=bool(limit and limit.provisional),
        clock=clock,
        met_at=folded.done_at if clock in ("met", "late") else None,
        remind_at=first if clock == "running" and folded.opener == member else None,
        ignored=folded.ignored,
    )


def deadline_of(opening: Recorded, folded: Folded, trust: Trust) -> tuple[Due, datetime | None] | None:
    """The matter's deadline with its first reminder; None when it has no rule here or its start is not proved yet."""
    rule = trust.rules.get(opening.rule or "")
    if rule is None or opening.audience == ALL or opening.delivered_at is None:
        return None
    holder = trust.members.get(opening.audience if rule.duty == "receiver" else opening.sender)
    calendar = trust.calendars.get(holder.calendar) if holder else None
    if calendar is None:
        return None
    try:
        start = start_of(rule, calendar, delivered_at=opening.delivered_at, signed_at=folded.signed_at)
    except InvalidInput:
        return None
    return _due(trust, rule.id, start, calendar.id)


def due_on(trust: Trust, rule: str, start: datetime | date, calendar: str) -> Due:
    """Compute by names; raises ``InvalidInput`` naming what is unknown."""
    if rule not in trust.rules:
        raise InvalidInput(f"协作协议中没有时限规则 {rule}，可用：{'、'.join(sorted(trust.rules))}", field="rule")
    if calendar not in trust.calendars:
        raise InvalidInput(
            f"协作协议中没有日历 {calendar}，可用：{'、'.join(sorted(trust.calendars))}", field="calendar"
        )
    return due(trust.rules[rule], start, trust.calendars[calendar])


def next_reminder(limit: Due, stages: Sequence[ReminderStage], now: datetime) -> tuple[list[Reminder], datetime | None]:
    """Stages whose moment has come by ``now``, and the moment of the one after."""
    until = max(now.astimezone(BEIJING).date(), limit.due_effective) + timedelta(days=60)
    moments = reminder_moments(limit, stages, until)
    come = [one for one in moments if moment_of(one) <= now]
    later = [moment_of(one) for one in moments if moment_of(one) > now]
    return come, min(later, default=None)


def moment_of(reminder: Reminder) -> datetime:
    """When a reminder goes out."""
    return datetime.combine(reminder.date, REMIND_AT, BEIJING)


def _clock(folded: Folded, limit: Due | None, opening: Recorded, trust: Trust) -> str:
    family, state = folded.family, folded.state
    if opening.rule not in trust.rules or opening.audience == ALL or family is None:
        return "none"
    if state in ("returned", "withdrawn"):
        return "stopped"
    if limit is None:
        return "waiting"
    if state in family.clock_stops:
        return "met" if folded.done_at is not None and folded.done_at < limit.due_at else "late"
    return "running"


def _first_reminder(limit: Due, stages: Sequence[ReminderStage]) -> datetime | None:
    days = (limit.calendar.add_working_days(limit.due_effective, stage.offset) for stage in stages)
    return min((datetime.combine(day, REMIND_AT, BEIJING) for day in days if day > limit.start), default=None)


def _due(trust: Trust, rule: str, start: datetime | date, calendar: str) -> tuple[Due, datetime | None]:
    """Deadline and first reminder. Hundreds of requests start on one day: equal inputs are computed once."""
    key = (rule, start, calendar)
    found = trust.dues.get(key)
    if found is None:
        if len(trust.dues) >= MOST_DUES:
            trust.dues.clear()
        limit = due_on(trust, rule, start, calendar)
        found = trust.dues[key] = (limit, _first_reminder(limit, trust.agreement.reminders))
    return found
