"""Working papers 文稿: drafted, submitted, returned, approved and signed off by programs of the office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from hub.core.errors import Conflict
from hub.core.policy import Permit
from hub.flows import drafting
from hub.flows.drafting import Act, PaperDraft, SignedSheet
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Paper, PaperFilter
from hub.flows.rows import Part, User
from hub.web import papering, sight
from hub.web.addresses import Cursor, Limit, PaperId, Text
from hub.web.api import examples
from hub.web.api import paper_models as models
from hub.web.api.documents import recorded
from hub.web.api.files import attachments_of, part_of
from hub.web.api.ground import UUID, Listing
from hub.web.api.models import RecordedOut
from hub.web.api.openapi import READING, SENDING, answers, taking
from hub.web.auth import Reader, program_may
from hub.web.confirming import confirm_once
from hub.web.deps import Node, WebNode
from hub.web.sending import check_key, fingerprint
from hub.web.signing_in import source_of

router = APIRouter(prefix="/papers", tags=["papers"])
Drafter = Annotated[User, Depends(program_may(Permit.DRAFT))]
Reviewer = Annotated[User, Depends(program_may(Permit.REVIEW))]
Key = Annotated[
    str, Header(alias="Idempotency-Key", description="同一键和内容只办理一次 / done once per key", examples=["a1"])
]
State = Literal["drafting", "in_review", "approved", "issued", "returned", "discarded"]
_STEP = (*SENDING, 404)


@router.get(
    "",
    operation_id="listPapers",
    summary="文稿列表 / List working papers",
    response_model=Listing[models.PaperLine],
    responses=answers(examples.page(models.LINE), *READING),
)
def list_papers(
    node: Node,
    user: Reader,
    state: Annotated[State | None, Query(description="状态 / state")] = None,
    kind: Annotated[str | None, Query(max_length=40, description="文书种类 / kind")] = None,
    matter: Annotated[str | None, Query(pattern=UUID, description="事项 / matter")] = None,
    author: Annotated[str | None, Query(max_length=64, description="拟稿人 / who began it")] = None,
    text: Text = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listing[models.PaperLine]:
    """Newest first; people of a unit see their own."""
    found = papering.listed(node, user, PaperFilter(state, kind, matter, author, text), cursor, limit)
    return Listing[models.PaperLine](
        items=[models.PaperLine.model_validate(_plain(one)) for one in found.rows], next=found.next
    )


@router.post(
    "",
    operation_id="createPaper",
    summary="新拟文稿 / Begin a working paper",
    status_code=201,
    response_model=models.PaperOut,
    responses={**answers(models.PAPER, *SENDING, status=201), **answers(models.PAPER)},
    openapi_extra=taking(models.PAPER_IN),
)
def create_paper(node: Node, user: Drafter, wanted: models.PaperIn, response: Response, key: Key) -> models.PaperOut:
    """Nothing leaves the node before it is issued. The same key with the same content gives the same paper with 200."""
    _check_sight(node, user, wanted.matter)
    paper, again = _once(
        node,
        user,
        key,
        {"create": wanted.model_dump(mode="json")},
        lambda uow, act: drafting.save(uow, _draft(uow, user, wanted), act, node.new_id).id,
    )
    if again:
        response.status_code = 200
    return _told(node, user, paper)


@router.get(
    "/{paper}",
    operation_id="getPaper",
    summary="一份文稿及其办理经过 / One working paper with its history",
    response_model=models.PaperOut,
    responses=answers(models.PAPER, 404, *READING),
)
def get_paper(node: Node, user: Reader, paper: PaperId) -> models.PaperOut:
    """Looking it up is noted in the audit log."""
    told = _told(node, user, paper)
    node.note("look-up", paper, user.name)
    return told


@router.put(
    "/{paper}",
    operation_id="putPaper",
    summary="修改文稿 / Change a working paper",
    response_model=models.PaperOut,
    responses=answers(models.PAPER, *_STEP),
    openapi_extra=taking(models.PAPER_PUT),
)
def put_paper(node: Node, user: Drafter, paper: PaperId, wanted: models.PaperPut) -> models.PaperOut:
    """The whole of it; 409 names who saved in between. Attachments stay as long as the body lists them."""
    papering.found(node, user, paper)
    _check_sight(node, user, wanted.matter)
    node.act(
        lambda uow: drafting.save(
            uow, _draft(uow, user, wanted, paper, wanted.version), papering.act_of(node, user), node.new_id
        )
    )
    return _told(node, user, paper)


@router.post(
    "/{paper}/submit",
    operation_id="submitPaper",
    summary="送审 / Hand in for review",
    response_model=models.PaperOut,
    responses=answers(models.PAPER, *_STEP),
    openapi_extra=taking(models.COMMENT),
)
def submit_paper(node: Node, user: Drafter, paper: PaperId, said: models.CommentIn) -> models.PaperOut:
    """The paper must pass every check that sending makes."""
    return _step(node, user, paper, lambda uow, act: drafting.submit(uow, paper, act, said.comment))


@router.post(
    "/{paper}/return",
    operation_id="returnPaper",
    summary="退回修改 / Return for changes",
    response_model=models.PaperOut,
    responses=answers(models.PAPER, *_STEP),
    openapi_extra=taking(models.COMMENT),
)
def return_paper(node: Node, user: Drafter, paper: PaperId, said: models.CommentIn) -> models.PaperOut:
    """With what is to be changed; the author takes his paper back in this way."""
    return _step(node, user, paper, lambda uow, act: drafting.return_for_changes(uow, paper, act, said.comment))


@router.post(
    "/{paper}/approve",
    operation_id="approvePaper",
    summary="审核通过 / Approve",
    response_model=models.PaperOut,
    responses=answers(models.PAPER, *_STEP),
    openapi_extra=taking(models.COMMENT),
)
def approve_paper(node: Node, user: Reviewer, paper: PaperId, said: models.CommentIn) -> models.PaperOut:
    """By another person than who wrote or last changed it."""
    policy = papering.policy_of(node)
    return _step(node, user, paper, lambda uow, act: drafting.approve(uow, paper, act, policy, said.comment))


@router.post(
    "/{paper}/issue",
    operation_id="issuePaper",
    summary="签发 / Sign off: the paper becomes a document",
    response_model=RecordedOut,
    responses=answers(examples.RECORDED, *_STEP),
    openapi_extra=taking(models.ISSUE),
)
def issue_paper(
    request: Request, node: Node, user: Reviewer, paper: PaperId, wanted: models.IssueIn, key: Key
) -> RecordedOut:
    """Recorded once, by a signer of the level the kind needs who proves himself anew, or by a sheet signed on paper."""
    papering.found(node, user, paper)
    if wanted.sheet is None:
        confirm_once(node, user, check_key(key), wanted.confirm, source_of(request))
    policy, sheet = papering.policy_of(node), _sheet(wanted.sheet)
    document, _ = _once(
        node,
        user,
        key,
        {"issue": paper, **wanted.model_dump(mode="json", exclude={"confirm"})},
        lambda uow, act: (
            drafting.issue(uow, paper, act, policy, node.new_id, sheet, wanted.series, wanted.doc_no)[1].document
        ),
    )
    return recorded(node.views.document(document))


def _once(
    node: WebNode, user: User, key: str, content: dict[str, object], call: Callable[[UnitOfWork, Act], str]
) -> tuple[str, bool]:
    """The id that ``call`` gives, and whether it had been done before under this key."""
    check_key(key)
    digest = fingerprint(content)

    def flow(uow: UnitOfWork) -> tuple[str, bool]:
        known = uow.requests.find(user.name, key)
        if known is not None:
            if known[0] != digest:
                raise Conflict("同一 Idempotency-Key 已用于另一份内容", field="Idempotency-Key")
            return known[1], True
        made = call(uow, papering.act_of(node, user))
        uow.requests.put(user.name, key, digest, made, node.now())
        return made, False

    return node.act(flow)


def _step(node: WebNode, user: User, paper: str, call: Callable[[UnitOfWork, Act], Paper]) -> models.PaperOut:
    papering.found(node, user, paper)
    node.act(lambda uow: call(uow, papering.act_of(node, user)))
    return _told(node, user, paper)


def _check_sight(node: WebNode, user: User, matter: str | None) -> None:
    if matter is None:
        sight.check_opening(user)
    else:
        sight.check(node, user, matter)


def _draft(
    uow: UnitOfWork, user: User, wanted: models.PaperIn, paper: str | None = None, version: int | None = None
) -> PaperDraft:
    body, parts = attachments_of(uow, user, wanted.body, wanted.attachments)
    return PaperDraft(
        kind=wanted.kind,
        body=body,
        to=tuple(wanted.to),
        matter=wanted.matter,
        replaces=wanted.replaces,
        mark=wanted.mark,
        urgency=wanted.urgency,
        requested=wanted.requested,
        parts=parts,
        lead=wanted.lead,
        id=paper,
        version=version,
    )


def _sheet(given: models.SheetIn | None) -> SignedSheet | None:
    return None if given is None else SignedSheet(_scan(given), given.signer, given.signed_on)


def _scan(given: models.SheetIn) -> Part:
    return part_of(given.scan.media_type, given.scan.content, "sheet.scan")


def _told(node: WebNode, user: User, paper: str) -> models.PaperOut:
    row, events = papering.found(node, user, paper)
    return models.PaperOut.model_validate({**_plain(row), "body": papering.body_of(row), "history": events})


def _plain(row: Paper) -> dict[str, object]:
    return {name: getattr(row, name) for name in models.PaperOut.model_fields if name not in ("body", "history")}
