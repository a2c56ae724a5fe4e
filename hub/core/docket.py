"""The register line of a matter: its folded state and its clock, computed alike at both ends (DESIGN D8, D9).

Inputs are signed: the messages, the addressee's receipt (``delivered_at``), the 签收, the agreement. The only local
input is who we are, which decides whose clock must remind.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from hub.core.deadline import Due, Extended, due, start_of
from hub.core.errors import InvalidInput
from hub.core.families import CANCELLED
from hub.core.ids import ALL, is_outside
from hub.core.matter import Folded, fold
from hub.core.reminders import first_reminder
from hub.core.values import value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    from hub.core.calendar import WorkingCalendar
    from hub.core.matter import Act
    from hub.core.trust import Trust
    from schemas.wire.agreement import Rule

    class Recorded(Act, Protocol):
        """What the line needs of a recorded message beyond the fold."""

        @property
        def document(self) -> str: ...
        @property
        def rule(self) -> str | None: ...
        @property
        def agreement(self) -> int: ...
        @property
        def urgency(self) -> str: ...
        @property
        def title(self) -> str: ...
        @property
        def delivered_at(self) -> datetime | None: ...
        @property
        def requested(self) -> str | None: ...


MOST_DUES = 4096
"""Deadlines remembered per agreement; far more than the days on which something starts."""


@value
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
    """Of the duty that counts now: the supplement's while one is asked for."""
    agreement: int
    """Version of the agreement it was opened under; its rule stays as it stood there."""
    calendar: str | None
    """The duty-holder's calendar."""
    start: date | None
    due_strict: date | None
    due_effective: date | None
    due_at: datetime | None
    """First moment that is too late, UTC."""
    provisional: bool
    clock: str
    """``none`` no duty, ``waiting`` start not yet proved, ``running``, ``met``, ``late``, ``stopped``."""
    met_at: datetime | None
    remind_at: datetime | None
    """When the clock must look at it next; None: never."""
    extended: int
    """Extension notices that counted."""
    by_proxy: bool
    """Some of it was entered from paper by the opener (代录)."""
    ignored: int
    """Messages that had no place in the order of events."""


STANDING = ("id", "family", "title", "opener", "other", "document", "kind", "urgency", "opened_at", "agreement")
"""What a matter's documents say of it. While the same ones count, nothing but time can change the rest."""


def line(messages: Sequence[Recorded], trust: Trust, *, member: str, now: datetime) -> MatterRow | None:
    """Fold one matter (messages refused by their addressee already left out); None while its opening is not here."""
    folded = fold(messages)
    if folded.family is None or folded.state is None:
        return None
    by_hash = {message.hash: message for message in messages}
    opening = by_hash[folded.opening or ""]
    applied = [by_hash[one.hash] for one in folded.history if one.state is not None]
    latest = next(one for one in reversed(applied) if one.kind == opening.kind)
    duty = duty_of(folded, by_hash, trust)
    limit = duty.limit if duty else None
    clock = _clock(folded, duty)
    # By place: of so many names, looking each up takes longer than making the value.
    return MatterRow(
        opening.matter,
        folded.family.name,
        folded.state,
        latest.title,
        folded.opener,
        folded.other,
        opening.document,
        opening.kind,
        opening.urgency,
        opening.issued,
        now,
        applied[-1].act,
        len(messages),
        duty.rule.id if duty else opening.rule,
        opening.agreement,
        limit.calendar.id if limit else None,
        limit.start if limit else None,
        limit.due_strict if limit else None,
        limit.due_effective if limit else None,
        limit.due_at if limit else None,
        bool(duty and limit and (limit.provisional or duty.estimated)),
        clock,
        folded.done_at if clock in ("met", "late") else None,
        duty.first_reminder if duty and clock == "running" and folded.opener == member else None,
        len(limit.extensions) if limit else 0,
        folded.by_proxy,
        folded.ignored,
    )


@value
class Duty:
    """What the matter now demands, by which rule, and until when."""

    rule: Rule
    holder: str
    limit: Due | None
    """None while the start is not proved."""
    first_reminder: datetime | None
    estimated: bool
    """Counted from the sending, for want of a receipt from behind a gap or from outside: shown, never judged."""


def duty_of(folded: Folded, by_hash: Mapping[str, Recorded], trust: Trust) -> Duty | None:
    """The duty of the matter as it stands; None if it has none.

    A matter keeps the rule as it stood in the agreement it was opened under (DESIGN D8); the calendars are always the
    newest, for days are facts. While a supplement is asked for, its own limit is the one that counts.
    """
    opening = by_hash[folded.opening or ""]
    asked = by_hash.get(folded.supplement or "") if folded.state == "supplement" else None
    rule_id = trust.stage_rule("supplement", opening.urgency) if asked else opening.rule
    if rule_id is None or opening.audience == ALL:
        return None
    rule = trust.rule(rule_id, opening.agreement) or trust.rules.get(rule_id)
    if rule is None:
        return None
    holder = opening.audience if rule.duty == "receiver" else opening.sender
    calendar = trust.calendar_of(holder)
    begun = asked or opening
    signed_at = None if asked else folded.signed_at
    delivered_at = begun.delivered_at or (None if asked else folded.delivered_at or signed_at)
    estimated = delivered_at is None and _behind_a_gap(opening, trust)
    if estimated:
        delivered_at = begun.issued
    if calendar is None or (delivered_at is None and rule.start not in ("event", "named")):
        return Duty(rule, holder, None, None, False)
    extensions = () if asked else folded.extensions
    try:
        event_at = _day_named(begun) if rule.start == "named" else begun.issued
        start = start_of(rule, calendar, delivered_at=delivered_at, signed_at=signed_at, event_at=event_at)
        limit, first = _due(trust, rule, opening.agreement, start, calendar, extensions)
    except InvalidInput:
        return Duty(rule, holder, None, None, False)  # A peer may have signed a date nobody can count from.
    return Duty(rule, holder, limit, first, estimated)


def _day_named(message: Recorded) -> date | None:
    """The last day its header names; None where a peer signed none, or one that does not exist."""
    try:
        return date.fromisoformat(message.requested or "")
    except ValueError:
        return None


def _behind_a_gap(opening: Recorded, trust: Trust) -> bool:
    """Its receipt comes by ferry, or never: an office outside has no node."""
    return is_outside(opening.audience) or opening.audience in trust.by_ferry(opening.sender)


def due_on(trust: Trust, rule: str, start: datetime | date, calendar: str) -> Due:
    """Compute by names; raises ``InvalidInput`` naming what is unknown."""
    if rule not in trust.rules:
        raise InvalidInput(f"协作协议中没有时限规则 {rule}，可用：{'、'.join(sorted(trust.rules))}", field="rule")
    if calendar not in trust.calendars:
        raise InvalidInput(
            f"协作协议中没有日历 {calendar}，可用：{'、'.join(sorted(trust.calendars))}", field="calendar"
        )
    return due(trust.rules[rule], start, trust.calendars[calendar])


def _clock(folded: Folded, duty: Duty | None) -> str:
    if duty is None:
        return "none"
    if folded.state in CANCELLED:
        return "stopped"
    if duty.limit is None:
        return "waiting"
    if folded.done_at is not None and folded.state != "supplement":
        return "met" if folded.done_at < duty.limit.due_at else "late"
    return "waiting" if duty.estimated else "running"


def _due(
    trust: Trust,
    rule: Rule,
    version: int,
    start: datetime | date,
    calendar: WorkingCalendar,
    extensions: tuple[tuple[datetime, date], ...],
) -> tuple[Due, datetime | None]:
    """Deadline and first reminder. Hundreds of requests start on one day: equal inputs are computed once.

    ``version``: of the agreement the rule was looked up in, which with its id names it.
    """
    key = (rule.id, version, start, calendar.id, extensions)
    found = trust.dues.get(key)
    if found is None:
        if len(trust.dues) >= MOST_DUES:
            trust.dues.clear()
        limit = due(rule, start, calendar, extensions=[Extended(told, None, until) for told, until in extensions])
        found = trust.dues[key] = (limit, first_reminder(limit, trust.agreement.reminders))
    return found
