"""Matters: list, show, and the count of a deadline on any calendar."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from hub.core.errors import NotFound
from hub.core.policy import Permit
from hub.flows.ports.views import MatterFilter
from hub.web.addresses import Cursor, Limit, MatterId, Text
from hub.web.api import examples
from hub.web.api.ground import MEMBER, Listing
from hub.web.api.models import DeadlineOut, MatterLine, MatterOut
from hub.web.api.openapi import READING, answers
from hub.web.api.shapes import deadline_out, matter_line, matter_out
from hub.web.auth import Reader, program_may
from hub.web.clocks import clocks_of, deadline_of
from hub.web.deps import Node
from hub.web.sight import unit_of, visible

router = APIRouter(prefix="/matters", tags=["matters"])

Clock = Literal["none", "waiting", "running", "met", "late", "stopped"]


@router.get(
    "",
    operation_id="listMatters",
    summary="事项列表 / List matters",
    response_model=Listing[MatterLine],
    responses=answers(examples.page(examples.MATTER_LINE), *READING),
)
def list_matters(
    node: Node,
    user: Reader,
    family: Annotated[str | None, Query(max_length=40, description="事项类别 / family")] = None,
    state: Annotated[str | None, Query(max_length=40, description="环节 / state")] = None,
    clock: Annotated[Clock | None, Query(description="计时 / clock")] = None,
    role: Annotated[Literal["opener", "other"] | None, Query(description="本单位一方 / our side")] = None,
    overdue: Annotated[bool | None, Query(description="是否逾期 / overdue")] = None,
    provisional: Annotated[bool | None, Query(description="期限是否暂定 / provisional")] = None,
    counterpart: Annotated[str | None, Query(pattern=MEMBER, description="对方单位 / the other member")] = None,
    waits_for: Annotated[Literal["us", "them"] | None, Query(description="轮到哪一方办理 / whose move it is")] = None,
    text: Text = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listing[MatterLine]:
    """The last moved first. A page may hold fewer lines than asked for and still have a `next`."""
    wanted = MatterFilter(family, state, clock, role, overdue, provisional, counterpart, text, waits_for, unit_of(user))
    now = node.now()
    if text is not None:
        node.note("look-up", "matters", user.name, text=text)
    page = node.views.matters(wanted, cursor, limit, now=now)
    return Listing[MatterLine](items=[matter_line(row, now) for row in page.rows], next=page.next)


@router.get(
    "/{matter}",
    operation_id="getMatter",
    summary="事项：环节、期限、往来文书、可办理的操作 / One matter: state, deadline, thread, what may be done",
    response_model=MatterOut,
    responses=answers(examples.MATTER_OUT, 404, *READING),
)
def get_matter(node: Node, user: Reader, matter: MatterId) -> MatterOut:
    """Thread in causal order, the same at every node; looking it up is noted in the audit log."""
    view = node.views.matter(matter)
    node.note("look-up", matter, user.name)
    now = node.now()
    found = node.views.relations(matter)
    seen = visible(node, user, {one.matter for one in found})
    related = [one for one in found if one.matter in seen]
    return matter_out(view, clocks_of(view, node.views.trust(), now), related, now)


@router.get(
    "/{matter}/deadline",
    operation_id="getMatterDeadline",
    summary="期限逐日计算 / The deadline counted day by day",
    response_model=DeadlineOut,
    responses=answers(examples.DEADLINE, 404, *READING),
    dependencies=[Depends(program_may(Permit.READ))],
)
def get_matter_deadline(
    node: Node,
    matter: MatterId,
    calendar: Annotated[
        str | None, Query(max_length=20, description="换用其他日历 / another calendar", examples=["CN"])
    ] = None,
) -> DeadlineOut:
    """Without `calendar` the duty-holder's own; with it, what that calendar would say."""
    view = node.views.matter(matter)
    found = deadline_out(deadline_of(view, node.views.trust(), calendar))
    if found is None:
        raise NotFound("该事项没有时限，或尚未送达、不能起算", field="matter")
    return found
