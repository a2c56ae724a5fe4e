"""工作台: what waits for whom, in numbers that open their own lists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.core.calendar import WorkingCalendar
from hub.core.ids import BEIJING
from hub.core.policy import Permit, may
from hub.core.slots import Slot
from hub.flows.ports.duties import DutyFilter
from hub.flows.ports.office_rows import Paper
from hub.flows.ports.views import DocumentFilter, MatterFilter
from hub.flows.rows import MatterRow, User
from hub.web.auth import Anybody
from hub.web.condition import condition
from hub.web.deps import Node, WebNode
from hub.web.sight import unit_of
from hub.web.ui.render import page

router = APIRouter()

SHORT = 8
MOST = 1000
"""Where a counter stops counting and says so."""
DAYS = 10
"""Working days of the strip."""
_PAPERS = {"drafting": "拟稿中", "returned": "退回修改", "in_review": "待审核", "approved": "待签发"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the strip, or some days off in a row (``last`` then after ``day``)."""

    day: date
    last: date
    working: bool
    word: str
    """Why nobody works; empty on a working day."""
    number: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A working paper that waits for this person."""

    paper: Paper
    state: str


@router.get("/")
def work_bench(request: Request, node: Node, user: Anybody) -> Response:
    """Everybody's first page: who sees no matters sees how the node is."""
    if not may(user.role, Permit.READ):
        health = condition(node) if may(user.role, Permit.HEADERS) else []
        return page(request, node, user, "lists/bench_office.html", health=health)
    with node.views.moment():
        return _bench(request, node, user)


def _bench(request: Request, node: WebNode, user: User) -> Response:
    now, views, unit = node.now(), node.views, unit_of(user)
    today = now.astimezone(BEIJING).date()
    duties = views.duty_counts(now=now, unit=unit)
    ours, owed = MatterFilter(waits_for="us", unit=unit), MatterFilter(waits_for="them", unit=unit)
    open_ones = MatterFilter(waits_for="any", unit=unit)
    trust = views.trust()
    calendar, joint = trust.calendars[trust.member(node.member).calendar], trust.joint_meeting(today) == node.member
    proposed = DutyFilter(None, Slot.OVERDUE, proposed=True, unit=unit)
    return page(
        request,
        node,
        user,
        "lists/bench.html",
        counts={
            "ours": views.matter_count(ours, now=now, most=MOST),
            "open": views.matter_count(open_ones, now=now, most=MOST),
            "near": duties.ours[Slot.TODAY] + duties.ours[Slot.SOON],
            "overdue": duties.ours[Slot.OVERDUE],
            "unsigned": views.document_count(DocumentFilter(waiting="sign", unit=unit), most=MOST),
        },
        most=MOST,
        mine=_soonest(node, ours),
        overdue=views.duties(DutyFilter("ours", Slot.OVERDUE, unit=unit), None, SHORT, now=now).rows,
        unsigned=views.documents(DocumentFilter(waiting="sign", unit=unit), None, SHORT).rows,
        owed=_soonest(node, owed) if not joint else None,
        proposed=views.duties(proposed, None, SHORT, now=now) if joint else None,
        joint=joint,
        strip=_strip(node, calendar, today, unit),
        papers=_papers(node, user),
        health=condition(node) if may(user.role, Permit.HEADERS) else [],
    )


def _soonest(node: WebNode, wanted: MatterFilter) -> list[MatterRow]:
    """What ends first, the longest overdue before all; then what no clock drives, the last moved first."""
    now = node.now()
    timed = node.views.matters(replace(wanted, order="due"), None, SHORT, now=now).rows
    known = {row.id for row in timed}
    rest = node.views.matters(wanted, None, SHORT, now=now).rows if len(timed) < SHORT else ()
    return [*timed, *(row for row in rest if row.id not in known)][:SHORT]


def _strip(node: WebNode, calendar: WorkingCalendar, today: date, unit: str | None) -> list[Cell]:
    """From today to the tenth working day from today, days off in a row as one cell."""
    last = calendar.add_working_days(today, DAYS - calendar.is_working(today))
    due = node.views.duty_days(today, last, now=node.now(), unit=unit)
    cells: list[Cell] = []
    for place in range((last - today).days + 1):
        day = today + timedelta(days=place)
        working = calendar.is_working(day)
        word = "" if working else ("节假日" if calendar.is_holiday(day) else "周末")
        before = cells[-1] if cells else None
        if before is not None and not working and not before.working and not (before.number or due.get(day)):
            word = "节假日" if "节假日" in (word, before.word) else word
            cells[-1] = Cell(before.day, day, working=False, word=word, number=0)
        else:
            cells.append(Cell(day, day, working, word, due.get(day, 0)))
    return cells


def _papers(node: WebNode, user: User) -> list[Waiting]:
    """My drafts and what came back to me; to whom reviews, also what waits for an opinion or a signature."""
    found: list[Paper] = []
    if may(user.role, Permit.DRAFT):
        found += node.views.papers(("drafting", "returned"), user.name, SHORT)
    if may(user.role, Permit.REVIEW) and user.unit is None:
        waiting = node.views.papers(("in_review", "approved"), None, SHORT)
        # Nobody approves what he wrote himself (four eyes).
        found += [one for one in waiting if one.state == "approved" or user.name not in (one.author, one.editor)]
    found.sort(key=lambda one: one.updated_at, reverse=True)
    return [Waiting(one, _PAPERS[one.state]) for one in found[:SHORT]]
