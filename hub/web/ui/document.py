"""One document on one page, and what of it can be taken away: the signed bytes and the attachments."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import InvalidInput
from hub.core.policy import ROLES, Permit, may
from hub.flows import looking
from hub.flows.looking import PURPOSES, Wanted
from hub.flows.ports import UnitOfWork
from hub.flows.ports.looks import PeerLook
from hub.flows.ports.views import CopyView
from hub.flows.rows import User
from hub.flows.steps.following import is_demand
from hub.flows.steps.texts import said
from hub.web.addresses import DocumentId, Hash
from hub.web.auth import Person, person_may
from hub.web.casefile import Attached, attachments_of
from hub.web.compliance import Demand, demands_of
from hub.web.deps import Node, WebNode
from hub.web.reading import copies_in_place, envelope_answer, part_answer
from hub.web.ui import threads
from hub.web.ui.fields import fields_of
from hub.web.ui.forms import Form
from hub.web.ui.letters import has_letter
from hub.web.ui.render import page

router = APIRouter()

Unmasker = Annotated[User, Depends(person_may(Permit.UNMASK))]
CHOICES = [("", "请选择"), *((one, PURPOSES[one]) for one in ("case", "assist", "lead", "serve", "other"))]


@router.get("/documents/{document}")
def show_document(request: Request, node: Node, user: Person, document: DocumentId) -> Response:
    """One document: its fields, its copies, the evidence for each."""
    node.note("look-up", document, user.name)
    return _page(request, node, user, document)


@router.post("/documents/{document}/whole")
def show_whole(request: Request, node: Node, user: Unmasker, document: DocumentId, form: Form) -> Response:
    """Personal data in full, on this one page, for a stated purpose and a short time; asked again, noted again."""
    purpose = form.get("purpose", "")
    try:
        if purpose not in dict(CHOICES[1:]):
            raise InvalidInput("请选择查看目的", field="purpose")
        why = said(form.get("why", ""), "why", "查看事由", 200)
    except InvalidInput as error:
        return _page(request, node, user, document, error=error.detail)
    copies, _ = copies_in_place(node, user, document)
    row = copies[0].row
    wanted = Wanted(document, row.matter, row.sender, purpose, why)
    given: dict[str, Any] = {"lasts": node.unmask, "now": node.now(), "new_id": node.new_id, "salt": node.salt}
    node.act(lambda uow: looking.unmask(uow, wanted, user, **given))
    return RedirectResponse(f"/documents/{document}", status_code=303)


def _looks(node: WebNode, user: User, document: str) -> tuple[datetime | None, list[PeerLook]]:
    """Until when this person sees the document whole, and what peers said of looking at it."""

    def read(uow: UnitOfWork) -> tuple[datetime | None, list[PeerLook]]:
        until = looking.shown(uow, user, (document,), node.now()) if may(user.role, Permit.UNMASK) else {}
        return until.get(document), uow.looks.of_document(document)

    return node.act(read)


def _page(request: Request, node: WebNode, user: User, document: str, *, error: str = "") -> Response:
    copies, _ = copies_in_place(node, user, document)
    entries = threads.entries(copies)
    first = entries[0]
    fields = first.fields
    until, looked = _looks(node, user, document)
    if until is not None and first.view.body is not None:
        fields = fields_of(first.view.row.kind, first.view.version, first.view.body, whole=True)
    answer = page(
        request,
        node,
        user,
        "document.html",
        document=document,
        copies=entries,
        first=first,
        fields=fields,
        until=until,
        looked=looked,
        error=error,
        choices=CHOICES,
        purposes=PURPOSES,
        roles=ROLES,
        attached=_attached(first.view),
        demands=_demands(node, document, copies),
        letter=has_letter(copies[0]),
    )
    answer.status_code = 422 if error else 200
    if until is not None and not error:
        # The page masks itself when the time is over, without a script; nobody has to remember to leave it.
        answer.headers["Refresh"] = str(int((until - node.now()).total_seconds()) + 1)
    return answer


def _attached(view: CopyView) -> list[Attached]:
    """As the body names them; without a body, by what the header says."""
    bare = [Attached("", "", one.sha256, one.size, one.media_type, None, view.row) for one in view.parts]
    return attachments_of([view]) or bare


@router.get("/documents/{document}/envelopes/{digest}")
def download(node: Node, user: Person, document: DocumentId, digest: Hash) -> Response:
    """The signed bytes, for whoever wants to check them elsewhere."""
    return envelope_answer(node, user, document, digest)


@router.get("/documents/{document}/parts/{digest}")
def download_part(node: Node, user: Person, document: DocumentId, digest: Hash) -> Response:
    """One attachment, as a download and never shown inside a page of ours."""
    return part_answer(node, user, document, digest)


def _demands(node: WebNode, document: str, copies: list[CopyView]) -> list[Demand]:
    """Who has followed this document, if it is one to be followed; each copy stands in a matter of its own."""
    if not any(is_demand(copy.row) for copy in copies):
        return []
    matters = dict.fromkeys(copy.row.matter for copy in copies)
    return [one for matter in matters for one in demands_of(node.views.matter(matter)) if one.document == document]
