"""收文登记簿: every letter that came in gets one number of the year, taken or typed by the clerk."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import Refused
from hub.core.policy import Permit
from hub.flows import numbering
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Number
from hub.flows.ports.views import DocumentFilter, DocumentRow, Page
from hub.flows.rows import User
from hub.flows.steps.numbers import INCOMING
from hub.flows.steps.texts import today
from hub.web.addresses import Cursor, DocumentId
from hub.web.auth import person_may
from hub.web.deps import Node, WebNode
from hub.web.office import names_of, office_only
from hub.web.problems import problem_of
from hub.web.sheets import FORM
from hub.web.ui.forms import Form
from hub.web.ui.numbers import TABS, Year
from hub.web.ui.registers import received_table
from hub.web.ui.render import page

router = APIRouter()

Clerk = Annotated[User, Depends(person_may(Permit.REGISTER))]

ROWS = 50
NEWEST = 30
"""Received documents looked at for one without a number."""


@router.get("/numbers/received")
def list_received(
    request: Request, node: Node, user: Clerk, year: Year = None, cursor: Cursor = None, form: FORM = None
) -> Response:
    """What waits for a number, and the register of a year."""
    if form is not None:
        return received_table(node, office_only(user), year or today(node.now()).year, form)
    return _page(request, node, office_only(user), year, cursor)


@router.post("/numbers/received/{document}")
def receive(request: Request, node: Node, user: Clerk, document: DocumentId, form: Form) -> Response:
    """Take the next 收文号, or keep the one typed."""

    def flow(uow: UnitOfWork) -> Number:
        typed = form.get("doc_no") or None
        return numbering.receive(uow, document, typed, who=user.name, now=node.now(), salt=node.salt)

    try:
        office_only(user)
        number = node.act(flow)
    except Refused as error:
        return _page(request, node, office_only(user), None, None, error, document)
    where = {"done": number.doc_no, "year": number.year}
    return RedirectResponse(f"/numbers/received?{urlencode(where)}", status_code=303)


def _page(
    request: Request,
    node: WebNode,
    user: User,
    year: int | None,
    cursor: str | None,
    error: Refused | None = None,
    document: str = "",
) -> Response:
    year = year or today(node.now()).year
    newest = node.views.documents(DocumentFilter(direction="in"), None, NEWEST)

    def read(uow: UnitOfWork) -> tuple[Page[numbering.Received], list[DocumentRow], dict[str, str]]:
        found = numbering.received(uow, year, cursor, ROWS)
        return found, _waiting(uow, newest), names_of(uow)

    found, waiting, names = node.act(read)
    response = page(
        request,
        node,
        user,
        "office/received.html",
        tabs=TABS,
        found=found,
        waiting=waiting,
        names=names,
        year=year,
        error=error,
        document=document,
        first=cursor is None,
        more=f"/numbers/received?{urlencode({'year': year, 'cursor': found.next or ''})}" if found.next else None,
    )
    response.status_code = 200 if error is None else problem_of(error).status
    return response


def _waiting(uow: UnitOfWork, newest: Page[DocumentRow]) -> list[DocumentRow]:
    """The newest received documents that have no number yet, each once."""
    rows: dict[str, Any] = {one.document: one for one in newest.rows if one.status == "stored"}
    return [row for name, row in rows.items() if not any(one.code == INCOMING for one in uow.numbers.of(name))]
