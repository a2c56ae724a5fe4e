"""After a newer agreement or roster: count open matters again, batch by batch, and say what changed (DESIGN D8).

However many matters are open, no transaction grows with them, and a restart goes on where the last commit stood.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from hub.core.audit import leaf
from hub.core.ids import BEIJING, milliseconds
from hub.core.recount import Note, Reasons, changed_from, told
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.steps.refold import folded


def recount(uow: UnitOfWork, *, now: datetime, salt: Salt, limit: int) -> int:
    """Count up to ``limit`` open matters again; returns how many were looked at, 0 when there is nothing to recount.

    A matter whose last day is as it was is not touched: it must not rise to the top of the register.
    """
    left = uow.notes.recount()
    if left is None:
        return 0
    now, trust = milliseconds(now), uow.trusts.current()
    ids = uow.matters.open_ids(limit, left.after)
    rows = folded(uow, trust, ids, now)
    before = uow.matters.get(ids)
    reasons = Reasons(trust, left.was)
    day = changed_from(trust, left.was) if not left.after else None
    if day is not None:
        uow.figures.count_again(datetime.combine(day, time(), BEIJING))
    notes: list[Note] = []
    changed = []
    for row in rows:
        text = told(before[row.id], row, reasons.of(row)) if row.id in before else None
        if text is not None:
            notes.append(Note(row.id, now, text))
        known = before.get(row.id)
        if known is None or replace(row, updated_at=known.updated_at, remind_at=known.remind_at) != known:
            changed.append(row)
    uow.matters.save(changed)
    uow.notes.add(notes)
    uow.ledger.add([leaf("due-changed", note.matter, "clock", now, salt(), text=note.text) for note in notes])
    uow.notes.recounted(ids[-1] if len(ids) == limit else None)
    return len(ids)
