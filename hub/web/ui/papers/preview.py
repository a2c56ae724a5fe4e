"""A paper as the letter it will be, before anybody signs it."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.core import envelope as wire
from hub.core.errors import InvalidInput
from hub.flows.steps.lettering import letter_of_paper
from hub.web import papering, words
from hub.web.addresses import PaperId
from hub.web.deps import Node
from hub.web.ui.formtree import pruned
from hub.web.ui.papers.desk import faults_of, show
from hub.web.ui.papers.who import Onlooker
from hub.web.ui.render import page

router = APIRouter()


@router.get("/papers/{paper}/letter")
def preview(request: Request, node: Node, user: Onlooker, paper: PaperId) -> Response:
    """The sheet for printing, stamping and reading; while something is missing, the form that says what."""
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
    letter = letter_of_paper(shown, to, thread, trust, node.member, node.now(), demo=node.demo)
    node.note("print", paper, user.name)
    return page(
        request,
        node,
        user,
        "letter.html",
        letter=letter,
        issuer=words.member(trust, node.member),
        document=None,
        back=f"/papers/{paper}",
        digest=None,
        by_proxy=row.kind == "proxy_record",
    )
