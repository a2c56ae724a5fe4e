"""A document as its official letter 公文, for printing on A4 (GB/T 9704-2012, 信函格式). Persons stand in full in it.

The letter is the document itself in another dress, so whoever may open the document may print it; each look is noted.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from hub.core.envelope import dump
from hub.core.errors import NotFound
from hub.core.ids import ALL
from hub.core.trust import Trust
from hub.flows.ports.views import CopyView
from hub.kinds.letter import LetterFacts, letter_of
from hub.kinds.registry import KINDS
from hub.web import words
from hub.web.addresses import DocumentId
from hub.web.auth import Person
from hub.web.deps import Node
from hub.web.reading import copies_in_place
from hub.web.ui.render import page

router = APIRouter()

_ANSWERS_FEEDBACK = frozenset({"confirmation", "supplement_request"})


@router.get("/documents/{document}/letter")
def show_letter(request: Request, node: Node, user: Person, document: DocumentId) -> Response:
    """The sheet; the browser prints it."""
    copies, thread = copies_in_place(node, document)
    first = copies[0]
    body = body_model(first)
    if body is None:
        raise NotFound("本单位没有这份文书的正文，不能打印公文", field="document")
    node.note("letter", document, user.name)
    trust = node.views.trust()
    answered = _answered(first, thread)
    facts = LetterFacts(
        sender_name=words.member(trust, first.row.sender),
        addressee_name=_addressees(copies, trust),
        urgency=first.row.urgency,
        mark=first.mark,
        issued=first.row.issued,
        replies_to_doc_no=str((answered.body or {}).get("doc_no") or "") or None if answered else None,
        demo=node.demo,
        replies_to_title=answered.row.title if answered else None,
    )
    letter = letter_of(KINDS[first.row.kind, first.version], body, facts)
    return page(
        request,
        node,
        user,
        "letter.html",
        letter=letter,
        issuer=facts.sender_name,
        document=document,
        digest=first.row.hash,
        by_proxy=first.row.kind == "proxy_record",
    )


def body_model(copy: CopyView) -> BaseModel | None:
    """The body as its kind knows it; None without a body, or of a kind nobody here knows."""
    kind = KINDS.get((copy.row.kind, copy.version))
    if kind is None or copy.body is None:
        return None
    try:
        return kind.body.model_validate_json(dump(copy.body))
    except ValidationError:
        return None


def _addressees(copies: list[CopyView], trust: Trust) -> str:
    names = dict.fromkeys(copy.row.audience for copy in copies)
    return "各成员单位" if ALL in names else "、".join(words.member(trust, name) for name in names)


def _answered(copy: CopyView, thread: list[CopyView]) -> CopyView | None:
    """The document this one answers: the feedback, or what opened the matter."""
    of_matter = [one for one in thread if one.row.matter == copy.row.matter and one.row.document != copy.row.document]
    before = [one for one in of_matter if one.row.issued <= copy.row.issued]
    if copy.row.kind in _ANSWERS_FEEDBACK:
        told = [one for one in before if one.row.act in ("feedback-final", "result")]
        before = told[-1:] or before
    return before[0] if before else None
