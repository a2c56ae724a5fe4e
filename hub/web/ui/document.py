"""One document on one page, and what of it can be taken away: the signed bytes and the attachments."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.flows.ports.views import CopyView
from hub.flows.steps.following import is_demand
from hub.web.addresses import DocumentId, Hash
from hub.web.auth import Person
from hub.web.compliance import Demand, demands_of
from hub.web.deps import Node, WebNode
from hub.web.reading import copies_in_place, envelope_answer, part_answer
from hub.web.ui import threads
from hub.web.ui.letters import has_letter
from hub.web.ui.render import page

router = APIRouter()


@router.get("/documents/{document}")
def show_document(request: Request, node: Node, user: Person, document: DocumentId) -> Response:
    """One document: its fields, its copies, the evidence for each."""
    copies, _ = copies_in_place(node, user, document)
    node.note("look-up", document, user.name)
    entries = threads.entries(copies)
    return page(
        request,
        node,
        user,
        "document.html",
        document=document,
        copies=entries,
        first=entries[0],
        demands=_demands(node, document, copies),
        letter=has_letter(copies[0]),
    )


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
