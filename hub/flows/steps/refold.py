"""The one step several arrows share: after messages or receipts were recorded, fold their matters again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter

from hub.core.docket import line
from hub.core.lifecycle import VOID
from hub.core.trust import Trust
from hub.flows.ports import UnitOfWork
from hub.flows.rows import Entry, MatterRow, Message, MessageStatus

COUNTED = frozenset({MessageStatus.STORED, MessageStatus.COPY})
"""Refused and held messages move no matter."""
_SIGNED = attrgetter(*(one.name for one in fields(Entry)[:-2]))
"""All of an entry but what its addressee answered: that is the message's own."""


def refold(
    uow: UnitOfWork, trust: Trust, matters: Collection[str], now: datetime, fresh: Sequence[Message] = ()
) -> int:
    """Recompute the rows of these matters from their messages and record them; returns how many have one.

    ``fresh``: stored messages of these matters that the caller records right after, in the same transaction. Most of
    them open a matter, and of that the store then knows nothing yet.
    """
    if not matters:
        return 0
    rows = folded(uow, trust, matters, now, fresh)
    uow.matters.save(rows)
    return sum(1 for row in rows if row.state != VOID)


def redate(uow: UnitOfWork, trust: Trust, matters: Collection[str], now: datetime) -> None:
    """The same for matters that have rows and whose messages count as before: all that is new is when they arrived.

    Their titles stand, and are neither opened nor sealed again.
    """
    if matters:
        uow.matters.redate(folded(uow, trust, matters, now, titled=False))


def folded(
    uow: UnitOfWork,
    trust: Trust,
    matters: Collection[str],
    now: datetime,
    fresh: Sequence[Message] = (),
    *,
    titled: bool = True,
) -> list[MatterRow]:
    """The rows of these matters as they follow from their messages; the matters are locked until commit.

    A matter that had a row but no opening any more (its addressee refused it) becomes void: its author must see that.
    """
    grouped: dict[str, list[Entry]] = defaultdict(list)
    left_out: set[str] = set()
    for message in fresh:
        grouped[message.matter].append(_unanswered(message, uow.member))
    for entry in uow.messages.entries(matters, titled=titled):
        if entry.status in COUNTED and not entry.refused:
            grouped[entry.matter].append(entry)
        else:
            left_out.add(entry.matter)
    rows = [line(entries, trust, member=uow.member, now=now) for entries in grouped.values()]
    found = [row for row in rows if row is not None]
    lost = left_out - {row.id for row in found}
    void = uow.matters.get(lost).values() if lost else ()
    return [*found, *(replace(row, state=VOID, clock="none", remind_at=None, updated_at=now) for row in void)]


def _unanswered(message: Message, member: str) -> Entry:
    """As the store will tell of it: its addressee cannot have answered yet, unless that is ourselves."""
    delivered_at = message.stored_at if message.audience == member else None
    return Entry(*(*_SIGNED(message), delivered_at, False))
