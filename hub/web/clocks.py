"""The deadline of a matter counted day by day, on its own calendar or as another one would have it."""

from __future__ import annotations

from hub.core.deadline import Due, start_of
from hub.core.docket import due_on
from hub.core.errors import InvalidInput
from hub.core.trust import Trust
from hub.flows.ports.views import MatterView


def deadline_of(view: MatterView, trust: Trust, calendar: str | None = None) -> Due | None:
    """None while there is no duty, or nothing proves its start; raises ``InvalidInput`` for a strange calendar."""
    row = view.row
    rule = trust.rules.get(row.rule or "") if row is not None else None
    if calendar is not None and calendar not in trust.calendars:
        known = "、".join(sorted(trust.calendars))
        raise InvalidInput(f"协作协议中没有这个日历，可用：{known}", field="calendar")
    wanted = calendar or (row.calendar if row is not None else None)
    if rule is None or wanted is None or view.delivered_at is None or wanted not in trust.calendars:
        return None
    try:
        start = start_of(rule, trust.calendars[wanted], delivered_at=view.delivered_at, signed_at=view.signed_at)
    except InvalidInput:
        return None
    return due_on(trust, rule.id, start, wanted)


def calendar_title(trust: Trust, calendar: str) -> str:
    """Its Chinese name."""
    return next((one.title for one in trust.agreement.calendars if one.id == calendar), calendar)
