"""Units of the office and what was handed to them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query

from hub.core.policy import Permit
from hub.flows import offices
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Assignment, Event, Unit
from hub.flows.rows import User
from hub.web.addresses import Cursor, Limit
from hub.web.api import office_examples as examples
from hub.web.api.examples import page as page_of
from hub.web.api.ground import UUID, Listing
from hub.web.api.office_models import (
    CODE,
    AssignmentAct,
    AssignmentIn,
    AssignmentLine,
    AssignmentOut,
    UnitChange,
    UnitIn,
    UnitOut,
)
from hub.web.api.openapi import READING, SENDING, answers, taking
from hub.web.auth import Reader, program_may
from hub.web.deps import Node
from hub.web.office import act_on, assignment_filter, day_of, keep_unit, office_only, own_assignment

router = APIRouter(tags=["office"])

Keeper = Annotated[User, Depends(program_may(Permit.OFFICE))]
Assigner = Annotated[User, Depends(program_may(Permit.ASSIGN))]
UnitCode = Annotated[str, Path(pattern=CODE, description="承办单位代码 / unit code", examples=["lianjiang"])]
AssignmentId = Annotated[
    str, Path(pattern=UUID, description="交办编号 / assignment id", examples=[examples.ASSIGNMENT_ID])
]


@router.get(
    "/units",
    operation_id="listUnits",
    summary="承办单位 / Units of the office",
    response_model=Listing[UnitOut],
    responses=answers({"items": [examples.UNIT], "next": None}, *READING),
    dependencies=[Depends(program_may(Permit.READ))],
)
def list_units(node: Node) -> Listing[UnitOut]:
    """By code, those out of use too."""
    found = node.act(lambda uow: uow.units.all())
    return Listing[UnitOut](items=[UnitOut.model_validate(one) for one in found], next=None)


@router.post(
    "/units",
    operation_id="createUnit",
    summary="登记承办单位 / Register a unit",
    status_code=201,
    response_model=UnitOut,
    responses=answers(examples.UNIT, *SENDING, status=201),
    openapi_extra=taking(examples.UNIT),
)
def create_unit(node: Node, user: Keeper, wanted: UnitIn) -> UnitOut:
    """A code that is in use is refused."""
    return UnitOut.model_validate(keep_unit(node, office_only(user), Unit(**wanted.model_dump()), new=True))


@router.put(
    "/units/{code}",
    operation_id="changeUnit",
    summary="修改或停用承办单位 / Change a unit, or put it out of use",
    response_model=UnitOut,
    responses=answers(examples.UNIT, *SENDING),
    openapi_extra=taking(examples.UNIT_CHANGE),
)
def change_unit(node: Node, user: Keeper, code: UnitCode, wanted: UnitChange) -> UnitOut:
    """What it has in hand stays with it."""
    unit = Unit(code=code, **wanted.model_dump())
    return UnitOut.model_validate(keep_unit(node, office_only(user), unit, new=False))


@router.get(
    "/assignments",
    operation_id="listAssignments",
    summary="交办、转办列表 / What was handed to units",
    response_model=Listing[AssignmentLine],
    responses=answers(page_of(examples.ASSIGNMENT), *READING),
)
def list_assignments(
    node: Node,
    user: Reader,
    unit: Annotated[str | None, Query(pattern=CODE, description="承办单位 / unit")] = None,
    state: Annotated[Literal["open", "done", "returned"] | None, Query(description="状态 / state")] = None,
    overdue: Annotated[bool, Query(description="只看逾期未办结 / open past their day only")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listing[AssignmentLine]:
    """Newest first; a user of a unit sees its own alone."""
    wanted = assignment_filter(user, unit, state, overdue=overdue, now=node.now())
    found = node.act(lambda uow: offices.assignments(uow, wanted, cursor, limit))
    return Listing[AssignmentLine](items=[AssignmentLine.model_validate(one) for one in found.rows], next=found.next)


@router.post(
    "/assignments",
    operation_id="createAssignment",
    summary="转办、交办 / Hand a matter to a unit",
    status_code=201,
    response_model=AssignmentLine,
    responses=answers(examples.ASSIGNMENT, *SENDING, status=201),
    openapi_extra=taking(examples.ASSIGNMENT_IN),
)
def create_assignment(node: Node, user: Assigner, wanted: AssignmentIn) -> AssignmentLine:
    """Due after two working days of this office's calendar, or on a chosen day within the matter's own limit."""
    office_only(user)
    due = day_of(wanted.due, "due")

    def flow(uow: UnitOfWork) -> Assignment:
        handed = (wanted.matter, wanted.unit, wanted.manner, wanted.note, due)
        return offices.assign(uow, *handed, who=user.name, now=node.now(), new_id=node.new_id, salt=node.salt)

    return AssignmentLine.model_validate(node.act(flow))


@router.get(
    "/assignments/{assignment}",
    operation_id="getAssignment",
    summary="一件交办及其办理经过 / One assignment with its history",
    response_model=AssignmentOut,
    responses=answers(examples.ASSIGNMENT_OUT, 404, *READING),
)
def get_assignment(node: Node, user: Reader, assignment: AssignmentId) -> AssignmentOut:
    """Looking it up is noted in the audit log."""
    found = node.act(lambda uow: own_assignment(uow, user, assignment))
    node.note("look-up", assignment, user.name)
    return _out(*found)


@router.post(
    "/assignments/{assignment}/acts",
    operation_id="actOnAssignment",
    summary="催办、办结、退回 / Urge, finish, hand back",
    response_model=AssignmentOut,
    responses=answers(examples.ASSIGNMENT_OUT, *SENDING),
    openapi_extra=taking(examples.ASSIGNMENT_ACT),
)
def act_on_assignment(node: Node, user: Assigner, assignment: AssignmentId, wanted: AssignmentAct) -> AssignmentOut:
    """`on` is the day a paper report or return bears; urging is the office's alone."""
    return _out(*act_on(node, user, assignment, wanted.act, wanted.note, day_of(wanted.on, "on")))


def _out(given: Assignment, events: list[Event]) -> AssignmentOut:
    return AssignmentOut.model_validate({**asdict(given), "history": [asdict(one) for one in events]})
