"""A document as its official letter 公文, for printing on A4 (GB/T 9704-2012, 信函格式). Persons stand in full in it.

The letter is the document itself in another dress, so whoever may open the document may print it; each look is noted.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.core.policy import Permit
from hub.flows.ports.views import CopyView
from hub.kinds.registry import KINDS
from hub.web import lettering
from hub.web.addresses import DocumentId
from hub.web.auth import Person, permitted
from hub.web.deps import Node
from hub.web.ui.render import page

router = APIRouter()


@router.get("/documents/{document}/letter")
def show_letter(
    request: Request, node: Node, user: Person, document: DocumentId, form: lettering.FORM = None
) -> Response:
    """The sheet, for the browser to print or as a file. Raises ``NotFound`` where there is no body here."""
    copy, sheet = lettering.of_document(node, user, document)
    if form is not None:
        permitted(user, Permit.EXPORT)
        return lettering.answer(node, user, sheet, form, document)
    node.note("print", document, user.name)
    return page(
        request,
        node,
        user,
        "letter.html",
        letter=sheet.letter,
        issuer=sheet.issuer,
        document=document,
        digest=copy.row.hash,
        by_proxy=copy.row.kind == "proxy_record",
        files=f"/documents/{document}/letter",
        fault=lettering.fault(node, sheet.kind),
    )


def has_letter(copy: CopyView) -> bool:
    """True if the document has a body here, of a kind this node knows."""
    return copy.body is not None and (copy.row.kind, copy.version) in KINDS
