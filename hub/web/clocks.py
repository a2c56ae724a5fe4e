"""The deadline of a matter counted day by day, on its own calendar or as another one would have it."""

from __future__ import annotations

from datetime import date, datetime

from hub.core.calendar import WorkingCalendar
from hub.core.deadline import Due, Extended, due, start_of
from hub.core.errors import InvalidInput
from hub.core.trust import Trust
from hub.flows.ports.views import MatterView
from schemas.wire.agreement import Rule


def deadline_of(view: MatterView, trust: Trust, calendar: str | None = None) -> Due | None:
    """None while there is no duty, or nothing proves its start; raises ``InvalidInput`` for a strange calendar."""
    row = view.row
    if calendar is not None and calendar not in trust.calendars:
        known = "、".join(sorted(trust.calendars))
        raise InvalidInput(f"协作协议中没有这个日历，可用：{known}", field="calendar")
    rule = trust.rule(row.rule, row.agreement) if row is not None else None
    if row is None or rule is None or row.start is None or row.calendar is None:
        return None
    days = trust.calendars.get(calendar or row.calendar)
    extensions = [Extended(told, None, until) for told, until in view.extensions] if row.state != "supplement" else []
    try:
        start = _start(view, rule, days, row.start) if days and calendar not in (None, row.calendar) else row.start
        return due(rule, _moment(view, rule) or start, days, extensions=extensions) if days else None
    except InvalidInput:
        return None


def _start(view: MatterView, rule: Rule, days: WorkingCalendar, known: date) -> datetime | date:
    """Day 0 as another calendar would have it; the known one where nothing but the event counts."""
    if rule.start != "delivered_or_signed" or view.delivered_at is None:
        return known
    return start_of(rule, days, delivered_at=view.delivered_at, signed_at=view.signed_at)


def _moment(view: MatterView, rule: Rule) -> datetime | None:
    """Limits in hours run from a moment."""
    return (view.delivered_at or view.signed_at) if rule.unit == "hours" else None


def calendar_title(trust: Trust, calendar: str) -> str:
    """Its Chinese name."""
    return next((one.title for one in trust.agreement.calendars if one.id == calendar), calendar)
