"""流转时间轴: documents, changed limits and what the office did inside itself, as one stream, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from hub.core.calendar import civil_date
from hub.core.ids import BEIJING
from hub.core.recount import Note
from hub.flows.offices import MANNERS
from hub.flows.ports.office_rows import Assignment, Event
from hub.flows.ports.views import MatterView
from hub.web import words
from hub.web.clocks import Clocks

if TYPE_CHECKING:
    from hub.web.ui.threads import Entry

_INNER = {"assign": "交出", "urge": "催办", "finish": "办结", "hand-back": "退回"}


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. ``sort``: ``document``, ``limit``, ``inner`` or ``note``.

    ``entry`` is the document with its rungs; ``text`` says the rest; ``who`` is a member id or a user of this office.
    """

    at: datetime
    sort: str
    title: str
    who: str
    text: str = ""
    entry: Entry | None = None


def timeline(
    view: MatterView,
    entries: Sequence[Entry],
    clocks: Clocks,
    inner: Sequence[tuple[Assignment, str, Sequence[Event]]],
    now: datetime,
) -> list[Moment]:
    """Everything known about the matter; ``inner``: what was handed to units, each with the unit's name and events."""
    found = [
        *_documents(entries),
        *_limits(clocks),
        *_clock(view, clocks, now),
        *_notes(view.notes),
        *(moment for given, unit, events in inner for moment in _assignment(given, unit, events)),
    ]
    # A limit moved by a document stands above it, though both have the same second.
    return sorted(found, key=lambda one: (one.at, one.sort == "limit"), reverse=True)


def _documents(entries: Iterable[Entry]) -> Iterator[Moment]:
    for one in entries:
        row = one.view.row
        yield Moment(row.issued, "document", words.act(row.act, row.kind), row.sender, row.title, one)


def _limits(clocks: Clocks) -> Iterator[Moment]:
    for one in clocks.notices:
        told = f"到期日延至 {words.day(one.granted)}" if one.granted else "到期日不变"
        yield Moment(one.told_at, "limit", told, "", one.why)


def _clock(view: MatterView, clocks: Clocks, now: datetime) -> Iterator[Moment]:
    """When the main limit began, by which rule, and that it ran out; a start that is only estimated is none yet."""
    due = clocks.main
    if due is None or clocks.estimated:
        return
    came = [one for one in (view.signed_at, view.delivered_at) if one is not None]
    at = next((one for one in came if civil_date(one) == due.start), None)
    at = at or (came[0] if came else datetime.combine(due.start, time(), BEIJING))
    kept = f"{words.LABELS.get(due.label, due.label)}，{due.article}；{words.day(due.start)}起算，当日不计"
    yield Moment(at, "limit", f"{clocks.title}起算", "", f"{kept}，{words.last_day(due)}届满")
    if view.row is not None and (view.row.clock == "late" or (view.row.clock == "running" and due.due_at <= now)):
        yield Moment(due.due_at, "limit", f"{clocks.title}已届满", "", f"{words.last_day(due)}届满时尚未办完")


def _notes(notes: Iterable[Note]) -> Iterator[Moment]:
    for one in notes:
        yield Moment(one.at, "note", "时限重新计算", "", one.text)


def _assignment(given: Assignment, unit: str, events: Sequence[Event]) -> Iterator[Moment]:
    for one in events:
        if one.act == "assign":
            text = f"限 {given.due_on.isoformat()} 前报结果" + (f"；{one.comment}" if one.comment else "")
            yield Moment(one.at, "inner", f"{MANNERS[given.manner]}{unit}", one.who, text)
        else:
            yield Moment(one.at, "inner", f"{unit}：{_INNER.get(one.act, one.act)}", one.who, one.comment)
