"""What proves a document or a matter, to be taken away and checked without this system."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.core.policy import Permit
from hub.flows.rows import User
from hub.flows.steps.proving import trust_anchor
from hub.web import proving
from hub.web.addresses import DocumentId, MatterId
from hub.web.auth import Person, permitted
from hub.web.deps import Node, WebNode
from hub.web.ui.render import page

router = APIRouter()


@router.get("/documents/{document}/evidence")
def show_of_document(
    request: Request,
    node: Node,
    user: Person,
    document: DocumentId,
    form: proving.Form | None = None,
    content: proving.CONTENT = False,
    people: proving.PEOPLE = False,
) -> Response:
    """What the file of one document would hold, or the file itself."""
    if form is not None:
        permitted(user, Permit.EXPORT)
        return proving.answer(node, user, document, form, content=content, people=people)
    return _page(request, node, user, document, f"/documents/{document}")


@router.get("/matters/{matter}/evidence")
def show_of_matter(
    request: Request,
    node: Node,
    user: Person,
    matter: MatterId,
    form: proving.Form | None = None,
    content: proving.CONTENT = False,
    people: proving.PEOPLE = False,
) -> Response:
    """The same for a matter with all its documents."""
    if form is not None:
        permitted(user, Permit.EXPORT)
        return proving.answer(node, user, matter, form, content=content, people=people)
    return _page(request, node, user, matter, f"/matters/{matter}")


def _page(request: Request, node: WebNode, user: User, subject: str, back: str) -> Response:
    papers = proving.papers_of(node, user, subject)
    return page(request, node, user, "evidence.html", papers=papers, root=trust_anchor(papers), back=back)
