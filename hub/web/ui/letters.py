"""A document as its official letter 公文, for printing on A4 (GB/T 9704-2012, 信函格式). Persons stand in full in it.

The letter is the document itself in another dress, so whoever may open the document may print it; each look is noted.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.flows.ports.views import CopyView
from hub.flows.steps.lettering import letter_of_copy
from hub.kinds.registry import KINDS
from hub.web import words
from hub.web.addresses import DocumentId
from hub.web.auth import Person
from hub.web.deps import Node
from hub.web.reading import copies_in_place
from hub.web.ui.render import page

router = APIRouter()


@router.get("/documents/{document}/letter")
def show_letter(request: Request, node: Node, user: Person, document: DocumentId) -> Response:
    """The sheet; the browser prints it. Raises ``NotFound`` where there is no body here."""
    copies, thread = copies_in_place(node, user, document)
    first, trust = copies[0], node.views.trust()
    of_matter = tuple(one for one in thread if one.row.matter == first.row.matter)
    letter = letter_of_copy(first, of_matter, trust, demo=node.demo)
    node.note("print", document, user.name)
    return page(
        request,
        node,
        user,
        "letter.html",
        letter=letter,
        issuer=words.member(trust, first.row.sender),
        document=document,
        digest=first.row.hash,
        by_proxy=first.row.kind == "proxy_record",
    )


def has_letter(copy: CopyView) -> bool:
    """True if the document has a body here, of a kind this node knows."""
    return copy.body is not None and (copy.row.kind, copy.version) in KINDS
