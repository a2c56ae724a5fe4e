"""The one step several arrows share: after messages or receipts were recorded, fold their matters again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from hub.core.docket import line
from hub.core.lifecycle import VOID
from hub.core.trust import Trust
from hub.flows.ports import UnitOfWork
from hub.flows.rows import Entry, MatterRow, MessageStatus

COUNTED = frozenset({MessageStatus.STORED, MessageStatus.COPY})
"""Refused and held messages move no matter."""


def refold(uow: UnitOfWork, trust: Trust, matters: Collection[str], now: datetime) -> int:
    """Recompute the rows of these matters from their messages and record them; returns how many have one."""
    rows = folded(uow, trust, matters, now)
    uow.matters.save(rows)
    return sum(1 for row in rows if row.state != VOID)


def folded(uow: UnitOfWork, trust: Trust, matters: Collection[str], now: datetime) -> list[MatterRow]:
    """The rows of these matters as they follow from their messages; the matters are locked until commit.

    A matter that had a row but no opening any more (its addressee refused it) becomes void: its author must see that.
    """
    grouped: dict[str, list[Entry]] = defaultdict(list)
    left_out: set[str] = set()
    for entry in uow.messages.entries(matters):
        if entry.status in COUNTED and not entry.refused:
            grouped[entry.matter].append(entry)
        else:
            left_out.add(entry.matter)
    rows = [line(entries, trust, member=uow.member, now=now) for entries in grouped.values()]
    found = [row for row in rows if row is not None]
    lost = left_out - {row.id for row in found}
    void = uow.matters.get(lost).values() if lost else ()
    return [*found, *(replace(row, state=VOID, clock="none", remind_at=None, updated_at=now) for row in void)]
