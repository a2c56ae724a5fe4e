"""The clocks of a matter as pages and API show them: the main limit, those beside it, and every extension notice.

Nothing is decided here: the limits come from :mod:`hub.core.deadline`, this says which of them stand side by side, by
which version of the agreement, and why an extension counts or not (程序规定 art. 45; DESIGN D8).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from hub.core.calendar import WorkingCalendar
from hub.core.deadline import Due, Extended, due, extend, start_of
from hub.core.errors import InvalidInput
from hub.core.families import FAMILIES
from hub.core.trust import Trust
from hub.flows.ports.views import CopyView, MatterView
from hub.flows.rows import MatterRow
from hub.flows.steps.clocks import stage_clocks
from schemas.wire.agreement import BY_THE_CLOCK, Rule

_ASKED = {"sign-for": "sign-for", "answer": "accept"}
"""Stage -> the act that a family must know for it to be asked at all; a dispute is not accepted or returned."""
_WAITING = frozenset({"requested", "transferred", "raised", "supervised", "signed", "disputed"})
"""States in which 签收, 受理 or 退回 are still to come."""


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One limit beside the main one. ``status``: ``running``, ``overdue``, ``met`` or ``late``."""

    name: str
    title: str
    holder: str
    limit: Due
    met_at: datetime | None
    status: str


@dataclass(frozen=True, slots=True)
class Notice:
    """An extension notice 延期告知: told when, asking for which day; ``granted`` is the new last day, None: none.

    ``why`` says in Chinese why it does not count, or what was cut; empty when it counts as it stands.
    """

    document: str
    told_at: datetime
    until: date
    granted: date | None
    why: str


@dataclass(frozen=True, slots=True)
class Clocks:
    """Everything about time in one matter.

    ``estimated``: counted from the sending, for no receipt came yet; ``title`` names what the main limit is for.
    """

    main: Due | None
    title: str
    estimated: bool
    lines: tuple[ClockLine, ...]
    notices: tuple[Notice, ...]
    agreement: int | None


def clocks_of(view: MatterView, trust: Trust, now: datetime) -> Clocks:
    """All clocks of a matter; empty ones while its opening document is not signed."""
    row = view.row
    if row is None:
        return Clocks(None, "", False, (), (), None)
    rule = rule_of(row, trust)
    return Clocks(
        main=deadline_of(view, trust),
        title=rule.title if rule is not None else "",
        estimated=is_estimated(row),
        lines=tuple(_lines(view, row, trust, now)),
        notices=tuple(_notices(view, row, trust)),
        agreement=row.agreement if row.rule else None,
    )


def is_estimated(row: MatterRow) -> bool:
    """True while the start is only supposed: the other side's receipt comes by ferry, or on paper."""
    return row.clock == "waiting" and row.due_at is not None


def rule_of(row: MatterRow, trust: Trust) -> Rule | None:
    """The rule that counts now, as the matter's own version of the agreement has it."""
    return trust.rule(row.rule, row.agreement) or trust.rules.get(row.rule or "")


def deadline_of(view: MatterView, trust: Trust, calendar: str | None = None) -> Due | None:
    """None while there is no duty, or nothing proves its start; raises ``InvalidInput`` for a strange calendar."""
    row = view.row
    if calendar is not None and calendar not in trust.calendars:
        known = "、".join(sorted(trust.calendars))
        raise InvalidInput(f"协作协议中没有这个日历，可用：{known}", field="calendar")
    rule = rule_of(row, trust) if row is not None else None
    if row is None or rule is None or row.start is None or row.calendar is None:
        return None
    days = trust.calendars.get(calendar or row.calendar)
    extensions = [Extended(told, None, until) for told, until in view.extensions] if row.state != "supplement" else []
    try:
        elsewhere = days is not None and calendar not in (None, row.calendar) and row.state != "supplement"
        start = _start(view, rule, days, row.start) if days and elsewhere else row.start
        return due(rule, _moment(view, rule) or start, days, extensions=extensions) if days else None
    except InvalidInput:
        return None


def _start(view: MatterView, rule: Rule, days: WorkingCalendar, known: date) -> datetime | date:
    """Day 0 as another calendar would have it; the known one where nothing but the event counts."""
    if rule.start != "delivered_or_signed" or view.delivered_at is None:
        return known
    return start_of(rule, days, delivered_at=view.delivered_at, signed_at=view.signed_at)


def _moment(view: MatterView, rule: Rule) -> datetime | None:
    """Limits by the clock run from a moment."""
    return (view.delivered_at or view.signed_at) if rule.unit in BY_THE_CLOCK else None


def _lines(view: MatterView, row: MatterRow, trust: Trust, now: datetime) -> Iterator[ClockLine]:
    if row.state == "supplement":
        yield from _first_duty(view, row, trust, now)
    for one in stage_clocks(view, trust, now):
        if one.stage in _ASKED and (_ASKED[one.stage] not in _acts(row) or _is_over(one.met_at, row)):
            continue
        yield ClockLine(one.stage, one.title, one.holder, one.limit, one.met_at, one.status)


def _acts(row: MatterRow) -> set[str]:
    family = FAMILIES.get(row.family)
    return {step.act for step in family.steps} if family is not None else set()


def _is_over(met_at: datetime | None, row: MatterRow) -> bool:
    """True if nobody waits for this any more: the other side went on without it, or the matter ended."""
    family = FAMILIES[row.family]
    return met_at is None and (row.state in family.clock_stops or row.state not in _WAITING)


def _first_duty(view: MatterView, row: MatterRow, trust: Trust, now: datetime) -> Iterator[ClockLine]:
    """The limit of the matter itself while the main clock is the supplement's."""
    opening = next((one for one in view.thread if one.row.document == row.document), None)
    rule = trust.rule(opening.rule, row.agreement) if opening is not None else None
    calendar = trust.calendar_of(row.other)
    if rule is None or calendar is None or view.delivered_at is None:
        return
    extensions = [Extended(told, None, until) for told, until in view.extensions]
    try:
        start = start_of(rule, calendar, delivered_at=view.delivered_at, signed_at=view.signed_at)
        limit = due(rule, start, calendar, extensions=extensions)
    except InvalidInput:
        return
    met_at = next((one.row.issued for one in view.thread if one.state == "fed_back"), None)
    late = (met_at or now) >= limit.due_at
    status = ("late" if late else "met") if met_at else ("overdue" if late else "running")
    yield ClockLine("main", f"首次反馈（{rule.title}）", row.other, limit, met_at, status)


def _notices(view: MatterView, row: MatterRow, trust: Trust) -> Iterator[Notice]:
    """Each notice in the order told, with what it changed; the same steps as ``due`` takes with all of them."""
    told = sorted(filter(None, map(_told, view.thread)), key=lambda one: one[1])
    current = _unextended(view, row, trust)
    for document, told_at, until in told:
        if current is None:
            yield Notice(document, told_at, until, None, "办理期限尚未起算")
            continue
        after = extend(current, Extended(told_at, None, until))
        counts = after is not current
        yield Notice(
            document, told_at, until, after.due_effective if counts else None, _why(current, after, told_at, until)
        )
        current = after


def _told(copy: CopyView) -> tuple[str, datetime, date] | None:
    if copy.row.act != "extend" or copy.state is None or copy.requested is None:
        return None
    try:
        return copy.row.document, copy.row.issued, date.fromisoformat(copy.requested)
    except ValueError:
        return None  # A peer may have signed a day that does not exist.


def _unextended(view: MatterView, row: MatterRow, trust: Trust) -> Due | None:
    """The limit as it would stand without any notice."""
    now = view.thread[-1].row.issued
    lines = _first_duty(view, row, trust, now) if row.state == "supplement" else ()
    found = next((one.limit for one in lines), None) if row.state == "supplement" else deadline_of(view, trust)
    return due(found.rule, found.began, found.calendar) if found is not None else None


def _why(current: Due, after: Due, told_at: datetime, until: date) -> str:
    """Why a notice does not count, or counts for less than it asks."""
    if after is not current:
        return "超出规则允许的延长幅度，按允许的上限计算" if after.due_effective < until else ""
    if not current.rule.extensions:
        return "该时限不允许延期"
    if told_at >= current.due_at:
        return "届满后才告知，不生效"
    return "拟完成日不晚于原届满日，无需延期" if until <= current.due_strict else "延长幅度已用完"


def calendar_title(trust: Trust, calendar: str) -> str:
    """Its Chinese name."""
    return next((one.title for one in trust.agreement.calendars if one.id == calendar), calendar)
