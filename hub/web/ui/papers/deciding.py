"""Review, return, signature and what undoes a paper; each one POST, one transaction, one line of history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import InvalidInput, Refused
from hub.flows import drafting
from hub.flows.drafting import Act, SignedSheet
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Paper
from hub.flows.rows import Part, User
from hub.flows.steps.files import LONGEST_HEAD, media_type_of
from hub.flows.steps.requests import Recorded
from hub.web import papering
from hub.web.addresses import PaperId
from hub.web.confirming import confirm_again
from hub.web.deps import Node, WebNode
from hub.web.ui.forms import Form
from hub.web.ui.papers.dossier import show_dossier
from hub.web.ui.papers.reading import Filled, FilledForm
from hub.web.ui.papers.who import Drafter, Reviewer

router = APIRouter(prefix="/papers/{paper}")


@router.post("/approve")
def approve(request: Request, node: Node, user: Reviewer, paper: PaperId, form: Form) -> Response:
    """审核通过."""
    policy = papering.policy_of(node)
    return _step(
        request,
        node,
        user,
        paper,
        form,
        "approved",
        lambda uow, act: drafting.approve(uow, paper, act, policy, form.get("comment", "")),
    )


@router.post("/return")
def send_back(request: Request, node: Node, user: Drafter, paper: PaperId, form: Form) -> Response:
    """退回修改 with what is to be changed; the author takes his paper back in this way."""
    return _step(
        request,
        node,
        user,
        paper,
        form,
        "returned",
        lambda uow, act: drafting.return_for_changes(uow, paper, act, form.get("comment", "")),
    )


@router.post("/discard")
def discard(request: Request, node: Node, user: Drafter, paper: PaperId, form: Form) -> Response:
    """作废; it can be taken back."""
    return _step(
        request,
        node,
        user,
        paper,
        form,
        "discarded",
        lambda uow, act: drafting.discard(uow, paper, act, form.get("comment", "")),
    )


@router.post("/restore")
def restore(request: Request, node: Node, user: Drafter, paper: PaperId, form: Form) -> Response:
    """撤销作废."""
    return _step(request, node, user, paper, form, "restored", lambda uow, act: drafting.restore(uow, paper, act))


@router.post("/issue")
def issue(request: Request, node: Node, user: Reviewer, paper: PaperId, form: Form) -> Response:
    """签发 here: proved again by password or code; ``approve`` in the form reviews it in the same breath."""
    row, events = papering.found(node, user, paper)
    try:
        if row.state == "issued":
            return _issued(row)
        if row.state not in ("approved", "in_review"):
            raise InvalidInput(f"文稿当前为“{drafting.STATES[row.state]}”，不能签发", field="paper")
        confirm_again(node, user, form.get("confirm", ""), "sign-off", _source(request))
        done = node.act(lambda uow: _reviewed_and_issued(uow, node, row, papering.act_of(node, user), form))
    except Refused as error:
        return show_dossier(request, node, user, row, events, error, form)
    return RedirectResponse(f"/matters/{done.matter}?done=issued", status_code=303)


@router.post("/sheet")
def issue_by_sheet(request: Request, node: Node, user: Drafter, paper: PaperId, form: FilledForm) -> Response:
    """签发 on paper: the scan of the signed sheet, who signed, and when."""
    row, events = papering.found(node, user, paper)
    try:
        if row.state == "issued":
            return _issued(row)
        sheet = _sheet(form)
        number = _number(form.texts)
        act, policy = papering.act_of(node, user), papering.policy_of(node)
        _, done = node.act(lambda uow: drafting.issue(uow, paper, act, policy, node.new_id, sheet, *number))
    except Refused as error:
        return show_dossier(request, node, user, row, events, error, form.texts)
    return RedirectResponse(f"/matters/{done.matter}?done=issued", status_code=303)


def _reviewed_and_issued(uow: UnitOfWork, node: WebNode, row: Paper, act: Act, form: dict[str, str]) -> Recorded:
    policy = papering.policy_of(node)
    if row.state == "in_review":
        drafting.approve(uow, row.id, act, policy, form.get("comment", ""))
    return drafting.issue(uow, row.id, act, policy, node.new_id, None, *_number(form))[1]


def _number(texts: dict[str, str]) -> tuple[str | None, str | None]:
    """(series, number of the office's own system); both empty where the body has one or none is wanted."""
    return texts.get("series", "").strip() or None, texts.get("doc_no", "").strip() or None


def _sheet(form: Filled) -> SignedSheet:
    given = next((one for one in form.files if one.field == "signed_sheet"), None)
    if given is None:
        raise InvalidInput("请选择签批单扫描件（PDF、OFD 或图片）", field="signed_sheet")
    media = media_type_of(given.name, len(given.content), given.content[:LONGEST_HEAD])
    try:
        signed_on = date.fromisoformat(form.texts.get("signed_on", "").strip())
    except ValueError as error:
        raise InvalidInput("请填写签批单上的签发日期，如 2026-05-08", field="signed_on") from error
    return SignedSheet(Part(given.digest, media, given.content), form.texts.get("signer", "").strip(), signed_on)


def _step(
    request: Request,
    node: WebNode,
    user: User,
    paper: str,
    form: dict[str, str],
    done: str,
    call: Callable[[UnitOfWork, Act], Paper],
) -> Response:
    row, events = papering.found(node, user, paper)
    try:
        node.act(lambda uow: call(uow, papering.act_of(node, user)))
    except Refused as error:
        return show_dossier(request, node, user, row, events, error, form)
    return RedirectResponse(f"/papers/{paper}?done={done}", status_code=303)


def _issued(paper: Paper) -> Response:
    """It was issued before: a second press of the button leads to what it became."""
    return RedirectResponse(f"/documents/{paper.document}", status_code=303)


def _source(request: Request) -> str:
    return request.client.host if request.client else ""
