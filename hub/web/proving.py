"""Evidence files 存证核验包 to take away: pages and API ask here; each export is noted with the digest of the file."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from starlette.responses import Response

from hub.core.errors import NotAllowed
from hub.core.ids import sha256
from hub.flows.ports.proving import Papers
from hub.flows.rows import User
from hub.flows.steps.proving import copies_of, cover, evidence_file
from hub.web.deps import WebNode
from hub.web.lettering import press_of

Form = Literal["file", "pdf"]
MEDIA = {"file": "application/octet-stream", "pdf": "application/pdf"}
CONTENT = Annotated[bool, Query(description="附加密文书的明文 / with opened bodies")]
PEOPLE = Annotated[bool, Query(description="附审计日志所记经办人和内容 / with persons and records of the log")]


def papers_of(node: WebNode, user: User, subject: str) -> Papers:
    """What proves a document or a matter; raises ``NotFound``, and ``NotAllowed`` for an account of a unit."""
    if user.unit is not None:
        raise NotAllowed("存证核验包由本局导出，承办单位账号不能导出", field="document", advice="请联系本局办案人员。")
    return node.views.proof_papers(subject)


def answer(node: WebNode, user: User, subject: str, form: Form, *, content: bool, people: bool) -> Response:
    """The file, or its cover as PDF. The caller has checked sight and ``Permit.EXPORT``."""
    papers, now = papers_of(node, user, subject), node.now()
    if form == "pdf":
        copies = copies_of(node.views, subject)
        sheet = cover(None, papers, copies, node.views.trust(), node.member, now, demo=node.demo)
        given = press_of(node).pdf(sheet)
    else:
        given = evidence_file(papers, about=subject, member=node.member, now=now, content=content, people=people)
    node.note("export", subject, user.name, evidence=sha256(given), content=content, people=people)
    name = f"evidence-{subject}.{'pdf' if form == 'pdf' else 'evidence'}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return Response(given, media_type=MEDIA[form], headers=headers)
