"""The limits inside a matter as the read models show it: alike on the page, in the API and on the command line."""

from __future__ import annotations

from datetime import date, datetime

from hub.core.ids import ALL
from hub.core.stages import StageClock, case_clock, stages_of
from hub.core.trust import Trust
from hub.flows.ports.views import CopyView, MatterView
from hub.flows.rows import MatterRow

_ANSWERED = frozenset({"accept", "return", "dispute", "record-accept", "record-return"})
_ACCEPTING = frozenset({"assistance", "transfer"})
"""Families in which somebody accepts or returns; a dispute or a letter of supervision is only signed for."""


def stage_clocks(view: MatterView, trust: Trust, now: datetime) -> tuple[StageClock, ...]:
    """签收, 受理或退回, and the asking office's ninety days where its letter says when the case was filed."""
    row = view.row
    if row is None or row.other == ALL or row.rule is None:
        return ()
    answered = [one.row.issued for one in view.thread if one.row.act in _ANSWERED and one.state is not None]
    found = stages_of(
        trust,
        row.other,
        row.urgency,
        delivered_at=view.delivered_at,
        signed_at=view.signed_at,
        answered_at=min(answered, default=None),
        now=now,
    )
    if row.family not in _ACCEPTING:
        found = tuple(one for one in found if one.stage != "answer")
    filed = _filed_on(view.thread)
    case = case_clock(trust, row.opener, filed, now) if filed and row.family == "assistance" else None
    return (*found, case) if case else found


def _filed_on(thread: tuple[CopyView, ...]) -> date | None:
    """When the requester filed its case, as its letter says; None where we cannot read it."""
    body = next((one.body for one in thread if one.row.kind == "assistance_request" and one.body), None)
    try:
        return date.fromisoformat(str(body.get("filed_on"))) if body and body.get("filed_on") else None
    except ValueError:
        return None


def ends(row: MatterRow) -> str:
    """What a reader must know beside a due date, in Chinese: extended, provisional, or only estimated."""
    notes = []
    if row.extended:
        notes.append(f"已告知延期 {row.extended} 次")
    if row.provisional and row.clock == "waiting":
        notes.append("待对方回执，暂按发出日推算")
    elif row.provisional:
        notes.append("暂定，待公布日历后重算")
    return f"（{'；'.join(notes)}）" if notes else ""
