"""What is due: the clock reminds the duty-holder 催办, once per stage, and nothing else (DESIGN D8).

It runs at the opener's node. A reminder is a document like any other, signed and receipted; it has no legal effect.
Being overdue shows on the lists of both sides; to supervise (督办) is a person's decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from hub.core import envelope as wire
from hub.core.audit import leaf
from hub.core.ids import ALL, milliseconds
from hub.core.matter import frontier, ordered
from hub.core.reminders import Span, next_reminder
from hub.core.trust import Trust
from hub.flows.ports import NewId, Salt, UnitOfWork
from hub.flows.rows import Draft, Entry, MatterRow

STAGES = {"before-3": "due_in_3", "before-1": "due_in_1", "due": "due_today"}
"""Agreement's stage ids -> the reminder's own enum; all others are overdue stages."""


class _Schedule:
    """The stages around each last day: hundreds of matters end on one day, so it is worked out once per day."""

    def __init__(self, trust: Trust, now: datetime) -> None:
        self._trust, self._now = trust, now
        self._known: dict[tuple[str | None, date | None, date | None], tuple[str | None, datetime | None]] = {}

    def of(self, row: MatterRow) -> tuple[str | None, datetime | None]:
        """(the latest stage that has come, when to look again).

        After a long stop only the latest stage is sent: five reminders at once would help nobody.
        """
        key = (row.calendar, row.start, row.due_effective)
        if row.clock != "running":
            return None, None
        if key not in self._known:
            self._known[key] = self._look(*key)
        return self._known[key]

    def _look(self, name: str | None, start: date | None, day: date | None) -> tuple[str | None, datetime | None]:
        calendar = self._trust.calendars.get(name or "")
        if calendar is None or start is None or day is None:
            return None, None
        come, later = next_reminder(Span(start, day, calendar), self._trust.agreement.reminders, self._now)
        return (come[-1].stage if come else None), later


def remind(uow: UnitOfWork, *, now: datetime, new_id: NewId, salt: Salt, limit: int) -> int:
    """Handle up to ``limit`` matters whose moment has come; returns how many reminders were recorded.

    Nothing due costs one indexed query, a batch a fixed number of statements. A stage is claimed in the transaction
    that records its reminder: of two workers one sends it, and a crash leaves both or neither.
    """
    now = milliseconds(now)
    if uow.recovery.waits_for() & {ALL, uow.member}:
        return 0  # What was reminded after the backup is not known yet.
    rows = uow.matters.to_remind(now, limit)
    if not rows:
        return 0
    trust = uow.trusts.current()
    schedule = _Schedule(trust, now)
    stages = {row.id: stage for row in rows if (stage := schedule.of(row)[0]) is not None}
    fresh = uow.matters.claim_stages([_claim(row, stages[row.id]) for row in rows if row.id in stages], now)
    told = [
        row
        for row in rows
        if row.id in stages
        and _claim(row, stages[row.id]) in fresh
        and trust.may_send("reminder", uow.member, row.other)
    ]
    threads = _threads(uow, told)
    drafts = [_draft(row, stages[row.id], threads[row.id], now, new_id) for row in told]
    uow.outbox.add(drafts)
    uow.matters.look_again([(row.id, schedule.of(row)[1]) for row in rows])
    uow.ledger.add([leaf("remind", d.document, "clock", now, salt(), matter=d.matter) for d in drafts])
    return len(drafts)


def _claim(row: MatterRow, stage: str) -> tuple[str, str]:
    """A stage belongs to one due date: when that moves, its stages come anew."""
    return row.id, f"{row.due_effective}:{stage}"


def _threads(uow: UnitOfWork, rows: Sequence[MatterRow]) -> dict[str, list[Entry]]:
    threads: dict[str, list[Entry]] = defaultdict(list)
    if rows:
        for entry in uow.messages.entries([row.id for row in rows]):
            threads[entry.matter].append(entry)
    return threads


def _draft(row: MatterRow, stage: str, thread: list[Entry], now: datetime, new_id: NewId) -> Draft:
    day = row.due_effective
    body = {
        "title": f"关于“{row.title}”的催办"[:200],
        "classification": "internal",
        "matter_title": row.title,
        "due_text": f"{day.year}年{day.month}月{day.day}日" if day else "",
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
        after=frontier(ordered(thread)),
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
