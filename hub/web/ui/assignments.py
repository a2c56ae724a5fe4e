"""交办转办: who inside the office has what in hand until when, and the panel of a matter that says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import AgainstMark, Refused
from hub.core.ids import UUID_PATTERN
from hub.core.policy import Permit, may
from hub.flows import offices
from hub.flows.offices import MANNERS, STATES
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Assignment, Unit
from hub.flows.ports.views import Page
from hub.flows.rows import User
from hub.flows.steps.marking import check_passed_down
from hub.flows.steps.printing import sheet_of_notice
from hub.flows.steps.texts import today
from hub.kinds.letter import Letter
from hub.web import lettering
from hub.web.addresses import Cursor, MatterId
from hub.web.auth import Person, permitted, person_may
from hub.web.deps import Node, WebNode
from hub.web.office import (
    Ending,
    act_on,
    assignment_filter,
    day_in,
    inner_lamp,
    names_of,
    office_only,
    own_assignment,
)
from hub.web.problems import problem_of
from hub.web.sheets import FORM
from hub.web.ui.forms import Form
from hub.web.ui.registers import assignments_table
from hub.web.ui.render import page

router = APIRouter()

Assigner = Annotated[User, Depends(person_may(Permit.ASSIGN))]
AssignmentId = Annotated[str, Path(pattern=UUID_PATTERN.replace(r"\Z", "$"))]

ROWS = 30
ACTS = {"assign": "交办、转办", "urge": "催办", "finish": "办结", "hand-back": "退回"}
"""Act of a history -> its name on screen."""
_BLANK = {"unit": "", "manner": "assign", "note": "", "due": ""}


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment as lists show it. ``title`` of the matter; ``lamp``: (colour, word) of the inner limit."""

    row: Assignment
    unit: str
    title: str
    lamp: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Panel:
    """内部办理 of one matter: what was handed on, and what the form offers if the user may hand it on."""

    matter: str
    lines: tuple[Line, ...]
    units: tuple[Unit, ...]
    may_assign: bool
    values: dict[str, str]
    kept: AgainstMark | None = None
    """Why the matter may not go to a county bureau, if it may not."""
    asks: str = ""
    """The office that would have to allow it."""

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The units to choose from."""
        return [("", "请选择"), *((one.code, one.name) for one in self.units)]


def panel(node: WebNode, user: User, matter: str) -> Panel:
    """What ``assignments_panel.html`` shows on the page of a matter, under the name ``inner``."""
    return _panel(node, user, matter, _BLANK)


@router.get("/assignments")
def list_assignments(
    request: Request,
    node: Node,
    user: Person,
    unit: str = "",
    state: str = "",
    overdue: str = "",
    cursor: Cursor = None,
    form: FORM = None,
) -> Response:
    """Newest first; one of a unit sees its own alone."""
    state = state if state in STATES else ""
    chosen = {"unit": user.unit or unit, "state": state, "overdue": "1" if overdue else ""}
    wanted = assignment_filter(user, unit or None, state or None, overdue=bool(overdue), now=node.now())
    if form is not None:
        return assignments_table(node, user, wanted, form)

    def read(uow: UnitOfWork) -> tuple[Page[Assignment], list[Line], list[Unit], dict[str, str]]:
        found = offices.assignments(uow, wanted, cursor, ROWS)
        return found, _lines(node, uow, found.rows), uow.units.all(), names_of(uow)

    found, lines, units, names = node.act(read)
    following = {name: value for name, value in chosen.items() if value} | {"cursor": found.next or ""}
    return page(
        request,
        node,
        user,
        "office/assignments.html",
        lines=lines,
        units=units,
        names=names,
        chosen=chosen,
        states=STATES,
        manners=MANNERS,
        first=cursor is None,
        more=f"/assignments?{urlencode(following)}" if found.next else None,
    )


@router.get("/assignments/{assignment}")
def show_assignment(request: Request, node: Node, user: Person, assignment: AssignmentId) -> Response:
    """One of them: what was asked, what was done, and what may be done now."""
    return _shown(request, node, user, assignment)


@router.get("/assignments/{assignment}/notice")
def print_notice(
    request: Request, node: Node, user: Person, assignment: AssignmentId, form: lettering.FORM = None
) -> Response:
    """案件交办（转办）通知书 on A4 or as a file, with a 回执 to be torn off; printing it is noted."""

    def read(uow: UnitOfWork) -> tuple[Letter, datetime]:
        given, _ = own_assignment(uow, user, assignment)
        return offices.notice(uow, given.id, demo=node.demo), given.at

    letter, at = node.act(read)
    if form is not None:
        permitted(user, Permit.EXPORT)
        return lettering.answer(node, user, sheet_of_notice(letter, assignment, at, demo=node.demo), form, assignment)
    node.note("print", assignment, user.name)
    return page(request, node, user, "office/notice.html", letter=letter, assignment=assignment)


@router.post("/matters/{matter}/assignments")
def assign(request: Request, node: Node, user: Assigner, matter: MatterId, form: Form) -> Response:
    """转办、交办; a refusal shows the form again with what is wrong."""
    values = {name: form.get(name, "") for name in _BLANK}

    def flow(uow: UnitOfWork) -> Assignment:
        due = day_in(values, "due")
        handed = (matter, values["unit"], values["manner"], values["note"], due)
        return offices.assign(uow, *handed, who=user.name, now=node.now(), new_id=node.new_id, salt=node.salt)

    try:
        office_only(user)
        given = node.act(flow)
    except Refused as error:
        response = page(
            request, node, user, "office/assign.html", inner=_panel(node, user, matter, values), error=error
        )
        response.status_code = problem_of(error).status
        return response
    return RedirectResponse(f"/assignments/{given.id}?done=assign", status_code=303)


@router.post("/assignments/{assignment}/{act}")
def act_here(
    request: Request, node: Node, user: Assigner, assignment: AssignmentId, act: Ending, form: Form
) -> Response:
    """催办、办结、退回; a refusal shows the page again with what is wrong."""
    try:
        act_on(node, user, assignment, act, form.get("note", ""), day_in(form, "on"))
    except Refused as error:
        return _shown(request, node, user, assignment, act, form, error)
    return RedirectResponse(f"/assignments/{assignment}?done={act}", status_code=303)


def _shown(
    request: Request,
    node: WebNode,
    user: User,
    assignment: str,
    act: str = "",
    values: dict[str, str] | None = None,
    error: Refused | None = None,
) -> Response:
    def read(uow: UnitOfWork) -> tuple[Line, Unit | None, list[Any], dict[str, str]]:
        given, events = own_assignment(uow, user, assignment)
        return _lines(node, uow, (given,))[0], uow.units.get(given.unit), events, names_of(uow)

    line, unit, events, names = node.act(read)
    node.note("look-up", assignment, user.name)
    response = page(
        request,
        node,
        user,
        "office/assignment.html",
        line=line,
        unit=unit,
        events=events,
        names=names,
        acts=ACTS,
        manners=MANNERS,
        states=STATES,
        may_end=may(user.role, Permit.ASSIGN),
        may_urge=may(user.role, Permit.ASSIGN) and user.unit is None,
        act=act,
        values=values or {},
        error=error,
        today=today(node.now()),
    )
    response.status_code = 200 if error is None else problem_of(error).status
    return response


def _panel(node: WebNode, user: User, matter: str, values: dict[str, str]) -> Panel:
    def read(uow: UnitOfWork) -> tuple[list[Line], list[Unit], AgainstMark | None, str]:
        given = [one for one in uow.units.of_matter(matter) if user.unit in (None, one.unit)]
        units = [one for one in uow.units.all() if one.active]
        kept, row = _kept(uow, matter, units), uow.matters.get([matter]).get(matter)
        asks = (row.other if row.opener == uow.member else row.opener) if kept and row else ""
        return _lines(node, uow, given), units, kept, asks

    lines, usable, kept, asks = node.act(read)
    may_assign = may(user.role, Permit.ASSIGN) and user.unit is None
    return Panel(matter, tuple(lines), tuple(usable), may_assign, values, kept, asks)


def _kept(uow: UnitOfWork, matter: str, units: list[Unit]) -> AgainstMark | None:
    """Said before somebody chooses in vain, where there is a county bureau to choose."""
    try:
        for county in [one for one in units if one.kind == "county"][:1]:
            check_passed_down(uow, matter, county)
    except AgainstMark as error:
        return error
    return None


def _lines(node: WebNode, uow: UnitOfWork, rows: tuple[Assignment, ...] | list[Assignment]) -> list[Line]:
    units = {one.code: one.name for one in uow.units.all()}
    matters = uow.matters.get({one.matter for one in rows})
    now = node.now()
    return [
        Line(
            one,
            units.get(one.unit, one.unit),
            matters[one.matter].title if one.matter in matters else one.matter,
            inner_lamp(one.due_on, one.ended_at, now),
        )
        for one in rows
    ]
