"""Evidence files 存证核验包 for programs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response as Bytes

from hub.web import proving
from hub.web.addresses import DocumentId, MatterId
from hub.web.api.openapi import READING, answers
from hub.web.auth import Exporter
from hub.web.deps import Node

router = APIRouter(tags=["documents"])

_FILE = {"schema": {"type": "string", "format": "binary"}, "example": "（文件内容）"}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    **answers(None, 403, 404, *READING),
    200: {"description": "存证核验包 / evidence file", "content": {"application/octet-stream": _FILE}},
}


@router.get(
    "/documents/{document}/evidence",
    operation_id="getDocumentEvidence",
    summary="下载一份文书的存证核验包 / Evidence file of a document",
    response_class=Bytes,
    responses=_ANSWERS,
)
def get_document_evidence(
    node: Node, user: Exporter, document: DocumentId, content: proving.CONTENT = False, people: proving.PEOPLE = False
) -> Bytes:
    """Signed envelopes, receipts, roster and proofs of the audit log; checked offline by ``deploy/verify.py``."""
    return proving.answer(node, user, document, "file", content=content, people=people)


@router.get(
    "/matters/{matter}/evidence",
    operation_id="getMatterEvidence",
    summary="下载一个事项全部文书的存证核验包 / Evidence file of a matter",
    response_class=Bytes,
    responses=_ANSWERS,
)
def get_matter_evidence(
    node: Node, user: Exporter, matter: MatterId, content: proving.CONTENT = False, people: proving.PEOPLE = False
) -> Bytes:
    """The same for all documents of a matter."""
    return proving.answer(node, user, matter, "file", content=content, people=people)
