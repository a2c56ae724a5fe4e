"""What is due: the clock reminds the duty-holder 催办, once per stage, and nothing else (DESIGN D8).

It runs at the opener's node. A reminder is a document like any other, signed and receipted; it has no legal effect.
Being overdue shows on the lists of both sides; to supervise (督办) is a person's decision.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hub.core import envelope as wire
from hub.core.audit import leaf
from hub.core.ids import milliseconds
from hub.core.matter import frontier, ordered
from hub.core.reminders import Span, next_reminder
from hub.core.trust import Trust
from hub.flows.ports import NewId, Salt, UnitOfWork
from hub.flows.rows import Draft, MatterRow

STAGES = {"before-3": "due_in_3", "before-1": "due_in_1", "due": "due_today"}
"""Agreement's stage ids -> the reminder's own enum; all others are overdue stages."""


def remind(uow: UnitOfWork, *, now: datetime, new_id: NewId, salt: Salt, limit: int) -> int:
    """Handle up to ``limit`` matters whose moment has come; returns how many reminders were recorded.

    Nothing due costs one indexed query.
    """
    now = milliseconds(now)
    rows = uow.matters.to_remind(now, limit)
    if not rows:
        return 0
    trust = uow.trusts.current()
    drafts: list[Draft] = []
    settled: list[MatterRow] = []
    for row in rows:
        limit_of = _limit(row, trust)
        if limit_of is None or row.clock != "running":
            settled.append(replace(row, remind_at=None))
            continue
        come, later = next_reminder(limit_of, trust.agreement.reminders, now)
        fresh = [one for one in come if uow.matters.claim_stage(row.id, f"{row.due_effective}:{one.stage}", now)]
        settled.append(replace(row, remind_at=later))
        # After a long stop only the latest stage is sent: five reminders at once would help nobody.
        if fresh and trust.may_send("reminder", uow.member, row.other):
            drafts.append(_draft(uow, row, fresh[-1].stage, limit_of, now, new_id))
    uow.outbox.add(drafts)
    uow.matters.save(settled)
    uow.ledger.add([leaf("remind", d.document, "clock", now, salt(), matter=d.matter) for d in drafts])
    return len(drafts)


def _limit(row: MatterRow, trust: Trust) -> Span | None:
    """The last day as the row has it, extensions included; None when there is none to remind of."""
    if row.start is None or row.due_effective is None or row.calendar not in trust.calendars:
        return None
    return Span(row.start, row.due_effective, trust.calendars[row.calendar])


def _draft(uow: UnitOfWork, row: MatterRow, stage: str, limit: Span, now: datetime, new_id: NewId) -> Draft:
    day = limit.due_effective
    entries = uow.messages.entries([row.id])
    body = {
        "title": f"关于“{row.title}”的催办"[:200],
        "classification": "internal",
        "matter_title": row.title,
        "due_text": f"{day.year}年{day.month}月{day.day}日",
        "stage": STAGES.get(stage, "overdue"),
    }
    return Draft(
        document=new_id(now),
        kind="reminder",
        version=1,
        act="remind",
        audience=row.other,
        matter=row.id,
        title=body["title"],
        issued=now,
        decided_by="clock",
        after=frontier(ordered(entries)),
        replies_to=None,
        replaces=None,
        mark="addressee-only",
        urgency=row.urgency,
        rule=None,
        requested=None,
        expires=None,
        body=wire.dump(body),
        parts=(),
    )
