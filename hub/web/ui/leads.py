"""线索台账: what came in, handed on within two working days, and what became of it. Nobody who reported is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import InvalidInput, Refused
from hub.core.ids import UUID_PATTERN
from hub.core.policy import Permit
from hub.core.trust import Trust
from hub.flows import drafting, leads
from hub.flows.leads import OUTCOMES, SOURCES
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Lead
from hub.flows.prefill import lead_body
from hub.flows.rows import User
from hub.flows.steps.texts import today
from hub.web.addresses import Cursor
from hub.web.auth import person_may
from hub.web.deps import Node, WebNode
from hub.web.office import day_in, inner_lamp, lead_filter, names_of, office_only, own_lead
from hub.web.problems import problem_of
from hub.web.sheets import FORM
from hub.web.ui.forms import Form
from hub.web.ui.registers import leads_table
from hub.web.ui.render import page

router = APIRouter()

Registrar = Annotated[User, Depends(person_may(Permit.LEAD))]
Drafter = Annotated[User, Depends(person_may(Permit.DRAFT))]
LeadId = Annotated[str, Path(pattern=UUID_PATTERN.replace(r"\Z", "$"))]

ROWS = 30
ACTS = {"register": "登记", "forward": "转办", "transfer": "移送", "settle": "处理结果"}
"""Act of a history -> its name on screen."""
_FLAGS = {"yes": True, "no": False}
_BLANK = {
    "number": "",
    "platform_no": "",
    "source": "complaint_report",
    "received_on": "",
    "summary": "",
    "first_receiver": "1",
    "came_by": "",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One lead as the register shows it; ``lamp``: (colour, word) of its two working days."""

    row: Lead
    unit: str
    lamp: tuple[str, str]


@router.get("/leads")
def list_leads(
    request: Request,
    node: Node,
    user: Registrar,
    text: str = "",
    forwarded: str = "",
    settled: str = "",
    overdue: str = "",
    cursor: Cursor = None,
    form: FORM = None,
) -> Response:
    """Newest first; one of a unit sees what was forwarded to it."""
    chosen = {
        "text": text[:100],
        "forwarded": forwarded if forwarded in _FLAGS else "",
        "settled": settled if settled in _FLAGS else "",
        "overdue": "1" if overdue else "",
    }
    wanted = lead_filter(
        user,
        chosen["text"] or None,
        forwarded=_FLAGS.get(forwarded),
        settled=_FLAGS.get(settled),
        overdue=bool(overdue),
        now=node.now(),
    )
    if wanted.text is not None:
        node.note("look-up", "leads", user.name, text=wanted.text)
    if form is not None:
        return leads_table(node, user, wanted, form)

    def read(uow: UnitOfWork) -> Any:
        found = leads.leads(uow, wanted, cursor, ROWS)
        return found, _lines(node, uow, found.rows)

    found, lines = node.act(read)
    following = {name: value for name, value in chosen.items() if value} | {"cursor": found.next or ""}
    return page(
        request,
        node,
        user,
        "office/leads.html",
        lines=lines,
        chosen=chosen,
        sources=SOURCES,
        outcomes=OUTCOMES,
        first=cursor is None,
        more=f"/leads?{urlencode(following)}" if found.next else None,
    )


@router.get("/leads/new")
def new_lead(request: Request, node: Node, user: Registrar, came_by: str = "") -> Response:
    """An empty form; ``came_by``: the matter of a received transfer it is registered from."""
    values = {**_BLANK, "received_on": today(node.now()).isoformat(), "came_by": came_by[:40]}
    return _form(request, node, office_only(user), values, None)


@router.post("/leads/new")
def register(request: Request, node: Node, user: Registrar, form: Form) -> Response:
    """Enter it; a refusal shows the form again with what is wrong."""
    values = {name: form.get(name, "") for name in _BLANK}

    def flow(uow: UnitOfWork) -> Lead:
        received = day_in(values, "received_on")
        if received is None:
            raise InvalidInput("请填写接到日期", field="received_on")
        new = leads.NewLead(
            number=values["number"],
            source=values["source"],
            received_on=received,
            summary=values["summary"],
            first_receiver=bool(values["first_receiver"]),
            platform_no=values["platform_no"] or None,
            came_by=values["came_by"] or None,
        )
        return leads.register(uow, new, who=user.name, now=node.now(), new_id=node.new_id, salt=node.salt)

    try:
        office_only(user)
        lead = node.act(flow)
    except Refused as error:
        return _form(request, node, user, values, error)
    return RedirectResponse(f"/leads/{lead.id}?done=register", status_code=303)


@router.get("/leads/{lead}")
def show_lead(request: Request, node: Node, user: Registrar, lead: LeadId) -> Response:
    """One lead with its history, and what may be done with it."""
    return _shown(request, node, user, lead)


@router.post("/leads/{lead}/forward")
def forward(request: Request, node: Node, user: Registrar, lead: LeadId, form: Form) -> Response:
    """转办 to a unit of our own."""

    def flow(uow: UnitOfWork) -> Lead:
        unit, note = form.get("unit", ""), form.get("note", "")
        return leads.forward_to_unit(uow, lead, unit, note, who=user.name, now=node.now(), salt=node.salt)

    try:
        office_only(user)
        node.act(flow)
    except Refused as error:
        return _shown(request, node, user, lead, "forward", form, error)
    return RedirectResponse(f"/leads/{lead}?done=forward", status_code=303)


@router.post("/leads/{lead}/transfer")
def transfer(request: Request, node: Node, user: Drafter, lead: LeadId, form: Form) -> Response:
    """移送: draw up the letter as a working paper, filled in as far as the register knows; signing it off transfers."""
    to = form.get("to", "")

    def flow(uow: UnitOfWork) -> str:
        found = leads.transferable(uow, lead, to)
        body = lead_body(found, uow.trusts.current().member(uow.member).name, today(node.now()))
        draft = drafting.PaperDraft("lead_transfer", body, to=(to,), lead=found.id)
        return drafting.save(uow, draft, drafting.Act(user, node.now(), node.salt), node.new_id).id

    try:
        office_only(user)
        paper = node.act(flow)
    except Refused as error:
        return _shown(request, node, user, lead, "transfer", form, error)
    return RedirectResponse(f"/papers/{paper}", status_code=303)


@router.post("/leads/{lead}/outcome")
def settle(request: Request, node: Node, user: Registrar, lead: LeadId, form: Form) -> Response:
    """处理结果, by the office or by the unit that has it."""

    def flow(uow: UnitOfWork) -> Lead:
        own_lead(uow, user, lead)
        on = day_in(form, "on") or today(node.now())
        outcome, note = form.get("outcome", ""), form.get("note", "")
        return leads.settle(uow, lead, outcome, on, note, who=user.name, now=node.now(), salt=node.salt)

    try:
        node.act(flow)
    except Refused as error:
        return _shown(request, node, user, lead, "outcome", form, error)
    return RedirectResponse(f"/leads/{lead}?done=settle", status_code=303)


def _form(request: Request, node: WebNode, user: User, values: dict[str, str], error: Refused | None) -> Response:
    response = page(request, node, user, "office/lead_new.html", values=values, error=error, sources=SOURCES)
    response.status_code = 200 if error is None else problem_of(error).status
    return response


def _shown(
    request: Request,
    node: WebNode,
    user: User,
    lead: str,
    act: str = "",
    values: dict[str, str] | None = None,
    error: Refused | None = None,
) -> Response:
    def read(uow: UnitOfWork) -> Any:
        found, events = own_lead(uow, user, lead)
        return _lines(node, uow, (found,))[0], events, [one for one in uow.units.all() if one.active], names_of(uow)

    line, events, units, names = node.act(read)
    node.note("look-up", lead, user.name)
    response = page(
        request,
        node,
        user,
        "office/lead.html",
        line=line,
        events=events,
        names=names,
        acts=ACTS,
        sources=SOURCES,
        outcomes=OUTCOMES,
        units=[("", "请选择"), *((one.code, one.name) for one in units)],
        others=[("", "请选择"), *_offices(node.views.trust(), node.member)],
        act=act,
        values=values or {},
        error=error,
        today=today(node.now()),
    )
    response.status_code = 200 if error is None else problem_of(error).status
    return response


def _lines(node: WebNode, uow: UnitOfWork, rows: tuple[Lead, ...]) -> list[Line]:
    units = {one.code: one.name for one in uow.units.all()}
    now = node.now()
    return [Line(one, units.get(one.unit or "", one.unit or ""), _lamp(one, now)) for one in rows]


def _lamp(lead: Lead, now: datetime) -> tuple[str, str]:
    """How its two working days stand; a lead settled without being handed on needs none."""
    if lead.forwarded_at is None and lead.outcome is not None:
        return "grey", "未转办即办结"
    colour, word = inner_lamp(lead.due_on, lead.forwarded_at, now)
    return colour, f"{word}转办" if lead.forwarded_at else f"待转办，{word}"


def _offices(trust: Trust, own: str) -> list[tuple[str, str]]:
    """Whom a lead may be transferred to by the agreement."""
    return [(one.id, one.name) for one in trust.roster.members if trust.may_send("lead_transfer", own, one.id)]
