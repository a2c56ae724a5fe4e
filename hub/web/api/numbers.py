"""Numbers 文号 and 收文号, and the contacts of the members."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from hub.core.policy import Permit
from hub.flows import numbering
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Number
from hub.flows.rows import User
from hub.flows.steps.numbers import INCOMING, coming
from hub.flows.steps.texts import today
from hub.web.addresses import Cursor, Limit
from hub.web.api import office_examples as examples
from hub.web.api.examples import page as page_of
from hub.web.api.ground import Listing
from hub.web.api.office_models import (
    ContactsOut,
    NumberIn,
    NumberNext,
    NumberOut,
    NumberReceive,
    NumberVoid,
    SeriesOut,
)
from hub.web.api.openapi import READING, SENDING, answers, taking
from hub.web.auth import Reader, program_may
from hub.web.contacts import latest
from hub.web.deps import Node, WebNode
from hub.web.office import office_only

router = APIRouter(tags=["office"])

Clerk = Annotated[User, Depends(program_may(Permit.REGISTER))]


@router.get(
    "/numbers",
    operation_id="listNumbers",
    summary="文号、收文号登记簿 / Register of numbers",
    response_model=Listing[NumberOut],
    responses=answers(page_of(examples.NUMBER), *READING),
)
def list_numbers(
    node: Node,
    user: Clerk,
    code: Annotated[str, Query(max_length=20, description="机关代字 / code word", examples=["湛市监协"])] = INCOMING,
    year: Annotated[int | None, Query(ge=1949, le=2999, description="年份 / year")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listing[NumberOut]:
    """The highest first, void ones with their reason; without `code` what came in."""
    office_only(user)
    wanted = year or today(node.now()).year
    found = node.act(lambda uow: numbering.register(uow, code, wanted, cursor, limit))
    return Listing[NumberOut](items=[NumberOut.model_validate(one) for one in found.rows], next=found.next)


@router.get(
    "/series",
    operation_id="listSeries",
    summary="编号序列 / Runs of numbers",
    response_model=Listing[SeriesOut],
    responses=answers({"items": [examples.SERIES], "next": None}, *READING),
)
def list_series(node: Node, user: Clerk) -> Listing[SeriesOut]:
    """Each with the number it gives next this year."""
    office_only(user)
    year = today(node.now()).year

    def read(uow: UnitOfWork) -> list[SeriesOut]:
        known = [one for one in uow.numbers.all_series() if one.code != INCOMING]
        return [
            SeriesOut(code=one.code, kinds=list(one.kinds), first=one.first, next=coming(uow, one, year))
            for one in known
        ]

    return Listing[SeriesOut](items=node.act(read), next=None)


@router.post(
    "/numbers",
    operation_id="enterNumber",
    summary="登记已编文号 / Enter a number of the office's own system",
    status_code=201,
    response_model=NumberOut,
    responses=answers(examples.NUMBER, *SENDING, status=201),
    openapi_extra=taking(examples.NUMBER_IN),
)
def enter_number(node: Node, user: Clerk, wanted: NumberIn) -> NumberOut:
    """Refused if it is malformed, was used before or is void, with the sentence that says which."""
    return _taken(node, user, lambda uow, by: numbering.enter(uow, wanted.doc_no, wanted.document, **by))


@router.post(
    "/numbers/next",
    operation_id="takeNumber",
    summary="从编号序列取号 / Take the next number of a series",
    status_code=201,
    response_model=NumberOut,
    responses=answers(examples.NUMBER, *SENDING, status=201),
    openapi_extra=taking(examples.NUMBER_NEXT),
)
def take_number(node: Node, user: Clerk, wanted: NumberNext) -> NumberOut:
    """For a letter written elsewhere; every call takes another one."""
    return _taken(node, user, lambda uow, by: numbering.assign(uow, wanted.code, **by))


@router.post(
    "/numbers/void",
    operation_id="voidNumber",
    summary="作废文号 / Make a number void",
    response_model=NumberOut,
    responses=answers({**examples.NUMBER, "state": "void", "subject": None, "reason": "打印错误"}, *SENDING),
    openapi_extra=taking(examples.NUMBER_VOID),
)
def void_number(node: Node, user: Clerk, wanted: NumberVoid) -> NumberOut:
    """It stays in the register with the reason and is never given again."""
    return _taken(node, user, lambda uow, by: numbering.void(uow, wanted.doc_no, wanted.reason, **by))


@router.post(
    "/numbers/received",
    operation_id="receiveNumber",
    summary="登记收文号 / Number a received document",
    response_model=NumberOut,
    responses=answers(examples.RECEIVED, *SENDING),
    openapi_extra=taking(examples.NUMBER_RECEIVE),
)
def receive_number(node: Node, user: Clerk, wanted: NumberReceive) -> NumberOut:
    """The next number, or the one given; asked again, the same comes back."""
    return _taken(node, user, lambda uow, by: numbering.receive(uow, wanted.document, wanted.doc_no, **by))


@router.get(
    "/contacts",
    operation_id="listContacts",
    summary="联络员 / Whom to call at each member",
    response_model=Listing[ContactsOut],
    responses=answers({"items": [examples.CONTACTS], "next": None}, *READING),
)
def list_contacts(node: Node, user: Reader) -> Listing[ContactsOut]:
    """The newest list of each member that published one; a new one of ours is a `contact_list` document."""
    now = node.now()
    node.note("look-up", "contacts", user.name)
    items = [
        ContactsOut(
            member=one.member,
            document=one.document,
            matter=one.matter,
            issued=one.issued,
            stale=one.stale(now),
            contacts=one.serving(today(now)),
        )
        for _, one in sorted(latest(node.views).items())
    ]
    return Listing[ContactsOut](items=items, next=None)


def _taken(node: WebNode, user: User, act: Callable[[UnitOfWork, dict[str, Any]], Number]) -> NumberOut:
    """Run one act on the register in the name of the user."""
    office_only(user)
    by = {"who": user.name, "now": node.now(), "salt": node.salt}
    return NumberOut.model_validate(node.act(lambda uow: act(uow, by)))
