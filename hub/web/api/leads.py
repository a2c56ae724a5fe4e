"""The register of leads 线索台账."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from hub.core.policy import Permit
from hub.flows import leads
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Event, Lead
from hub.flows.rows import User
from hub.flows.steps.texts import today
from hub.web.addresses import Cursor, Limit
from hub.web.api import office_examples as examples
from hub.web.api.examples import page as page_of
from hub.web.api.ground import UUID, Listing
from hub.web.api.office_models import LeadForward, LeadIn, LeadLine, LeadOut, LeadOutcome
from hub.web.api.openapi import READING, SENDING, answers, taking
from hub.web.auth import program_may
from hub.web.deps import Node, WebNode
from hub.web.office import day_of, lead_filter, office_only, own_lead

router = APIRouter(prefix="/leads", tags=["office"])

Registrar = Annotated[User, Depends(program_may(Permit.LEAD))]
LeadId = Annotated[str, Path(pattern=UUID, description="线索 / lead id", examples=[examples.LEAD_ID])]


@router.get(
    "",
    operation_id="listLeads",
    summary="线索台账 / Register of leads",
    response_model=Listing[LeadLine],
    responses=answers(page_of(examples.LEAD), *READING),
)
def list_leads(
    node: Node,
    user: Registrar,
    text: Annotated[
        str | None, Query(min_length=1, max_length=100, description="编号或摘要中的文字 / part of number or summary")
    ] = None,
    forwarded: Annotated[bool | None, Query(description="是否已转办、移送 / handed on")] = None,
    settled: Annotated[bool | None, Query(description="是否有处理结果 / settled")] = None,
    overdue: Annotated[bool, Query(description="只看超期未转办 / past their two working days only")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listing[LeadLine]:
    """Newest first; a user of a unit sees what was forwarded to it."""
    now = node.now()
    wanted = lead_filter(user, text, forwarded=forwarded, settled=settled, overdue=overdue, now=now)
    if text is not None:
        node.note("look-up", "leads", user.name, text=text)
    found = node.act(lambda uow: leads.leads(uow, wanted, cursor, limit))
    return Listing[LeadLine](items=[LeadLine.model_validate(_line(one, now)) for one in found.rows], next=found.next)


@router.post(
    "",
    operation_id="createLead",
    summary="登记线索 / Register a lead",
    status_code=201,
    response_model=LeadOut,
    responses=answers(examples.LEAD_OUT, *SENDING, status=201),
    openapi_extra=taking(examples.LEAD_IN),
)
def create_lead(node: Node, user: Registrar, wanted: LeadIn) -> LeadOut:
    """Who reported it is never recorded; a summary with a telephone or identity number is refused."""
    office_only(user)
    received = day_of(wanted.received_on, "received_on") or today(node.now())
    new = leads.NewLead(**{**wanted.model_dump(), "received_on": received})

    def flow(uow: UnitOfWork) -> tuple[Lead, list[Event]]:
        lead = leads.register(uow, new, who=user.name, now=node.now(), new_id=node.new_id, salt=node.salt)
        return leads.history(uow, lead.id)

    return _out(node, *node.act(flow))


@router.get(
    "/{lead}",
    operation_id="getLead",
    summary="一条线索及其办理经过 / One lead with its history",
    response_model=LeadOut,
    responses=answers(examples.LEAD_OUT, 404, *READING),
)
def get_lead(node: Node, user: Registrar, lead: LeadId) -> LeadOut:
    """Looking it up is noted in the audit log."""
    found = node.act(lambda uow: own_lead(uow, user, lead))
    node.note("look-up", lead, user.name)
    return _out(node, *found)


@router.post(
    "/{lead}/forward",
    operation_id="forwardLead",
    summary="转给承办单位 / Hand a lead to a unit",
    response_model=LeadOut,
    responses=answers(examples.LEAD_OUT, *SENDING),
    openapi_extra=taking(examples.LEAD_FORWARD),
)
def forward_lead(node: Node, user: Registrar, lead: LeadId, wanted: LeadForward) -> LeadOut:
    """Within two working days of the day it was received."""
    office_only(user)

    def flow(uow: UnitOfWork) -> tuple[Lead, list[Event]]:
        leads.forward_to_unit(uow, lead, wanted.unit, wanted.note, who=user.name, now=node.now(), salt=node.salt)
        return leads.history(uow, lead)

    return _out(node, *node.act(flow))


@router.post(
    "/{lead}/outcome",
    operation_id="settleLead",
    summary="登记处理结果 / Enter what became of a lead",
    response_model=LeadOut,
    responses=answers(examples.LEAD_OUT, *SENDING),
    openapi_extra=taking(examples.LEAD_OUTCOME),
)
def settle_lead(node: Node, user: Registrar, lead: LeadId, wanted: LeadOutcome) -> LeadOut:
    """Once; a second outcome is refused."""
    on = day_of(wanted.on, "on") or today(node.now())

    def flow(uow: UnitOfWork) -> tuple[Lead, list[Event]]:
        own_lead(uow, user, lead)
        leads.settle(uow, lead, wanted.outcome, on, wanted.note, who=user.name, now=node.now(), salt=node.salt)
        return leads.history(uow, lead)

    return _out(node, *node.act(flow))


def _line(lead: Lead, now: datetime) -> dict[str, object]:
    return {**asdict(lead), "clock": leads.clock(lead, now)}


def _out(node: WebNode, lead: Lead, events: list[Event]) -> LeadOut:
    history = [asdict(one) for one in events]
    return LeadOut.model_validate({**_line(lead, node.now()), "history": history})
