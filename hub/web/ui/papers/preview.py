"""A paper as the letter it will be, before anybody signs it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hub.core import envelope as wire
from hub.core.errors import InvalidInput
from hub.core.policy import Permit
from hub.flows.steps.printing import sheet_of_paper
from hub.web import lettering, papering
from hub.web.addresses import PaperId
from hub.web.auth import permitted
from hub.web.deps import Node
from hub.web.ui.formtree import pruned
from hub.web.ui.papers.desk import faults_of, show
from hub.web.ui.papers.who import Onlooker
from hub.web.ui.render import page

router = APIRouter()


@router.get("/papers/{paper}/letter")
def preview(
    request: Request,
    node: Node,
    user: Onlooker,
    paper: PaperId,
    form: lettering.FORM = None,
    clean: Annotated[bool, Query(description="盖章用，不带“草稿”字样")] = False,
) -> Response:
    """The sheet for printing, stamping and reading; while something is missing, the form that says what.

    As a file it says 草稿 across the page unless it is ``clean``, to be stamped.
    """
    row, events = papering.found(node, user, paper)
    body = pruned(papering.body_of(row))
    faults = faults_of(row.kind, body)
    if faults and row.state in papering.OPEN:
        return show(request, node, user, papering.as_draft(row, body), row, events, faults)
    if faults:
        raise InvalidInput("这份文稿没有填写完整，不能预览公文", field="paper")
    trust = node.views.trust()
    thread = node.views.matter(row.matter).thread if row.matter else ()
    shown = replace(row, body=wire.dump(body))
    to = papering.receivers_of(node, row)
    sheet = sheet_of_paper(shown, to, thread, trust, node.member, node.now(), demo=node.demo, to_be_sealed=clean)
    if form is not None:
        permitted(user, Permit.EXPORT)
        return lettering.answer(node, user, sheet, form, paper)
    node.note("print", paper, user.name)
    return page(
        request,
        node,
        user,
        "letter.html",
        letter=sheet.letter,
        issuer=sheet.issuer,
        document=None,
        back=f"/papers/{paper}",
        digest=None,
        by_proxy=row.kind == "proxy_record",
        files=f"/papers/{paper}/letter",
        fault=lettering.fault(node, row.kind),
    )
