"""Working papers 拟稿 → 审核 → 签发: a paper becomes a recorded decision only by a second person's signature.

Each call is one transaction with one leaf (an issued paper adds the leaf of its decision). Nothing of a paper leaves
the node before it is issued, and then it goes through the very checks and the very record of a document sent at once
(DESIGN D2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from hub.core import envelope as wire
from hub.core import ijson
from hub.core.audit import leaf
from hub.core.errors import Conflict, InvalidInput, NotFound, WrongState
from hub.core.ids import sha256
from hub.flows.ports import NewId, Salt, UnitOfWork
from hub.flows.ports.office_rows import Event, LeadTransfer, Paper, PaperFilter
from hub.flows.ports.views import Page
from hub.flows.rows import User
from hub.flows.steps.approval import Policy, check_four_eyes, check_reviewer, check_signer
from hub.flows.steps.carrying import put_small
from hub.flows.steps.deciding import examine, record
from hub.flows.steps.issuing import SignedSheet, check_sheet, lead_of, numbered
from hub.flows.steps.numbers import next_of, series_for
from hub.flows.steps.papers import PaperDraft, checked, kept_parts, request_of
from hub.flows.steps.requests import Recorded
from hub.flows.steps.texts import before_of, identified, said
from hub.kinds.kind import MAX_BODY

__all__ = [
    "STATES",
    "Act",
    "PaperDraft",
    "Policy",
    "SignedSheet",
    "approve",
    "discard",
    "history",
    "issue",
    "papers",
    "restore",
    "return_for_changes",
    "save",
    "submit",
    "take_number",
]

STATES = {
    "drafting": "拟稿",
    "in_review": "待审核",
    "approved": "待签发",
    "issued": "已签发",
    "returned": "退回修改",
    "discarded": "已作废",
}
_OPEN = ("drafting", "returned")
_LONGEST_COMMENT = 1000


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, and when; ``salt`` for the leaf."""

    user: User
    now: datetime
    salt: Salt


def save(uow: UnitOfWork, draft: PaperDraft, act: Act, new_id: NewId) -> Paper:
    """Keep a new paper, or the next version of one (autosave): incomplete bodies are fine, stale versions are not.

    Raises ``Conflict`` when somebody saved in between, ``WrongState`` once it is under review.
    """
    body, title = checked(draft)
    known = _open_one(uow, draft) if draft.id else None
    metas = kept_parts(uow, draft, known)
    put_small(uow, draft.parts)
    paper = Paper(
        id=known.id if known else new_id(act.now),
        kind=draft.kind,
        title=title,
        matter=draft.matter,
        replaces=draft.replaces,
        to=tuple(dict.fromkeys(draft.to)),
        body=body,
        mark=draft.mark,
        urgency=draft.urgency,
        requested=draft.requested,
        parts=metas,
        state=known.state if known else "drafting",
        author=known.author if known else act.user.name,
        editor=act.user.name,
        reviewer=None,
        approver=None,
        sheet=None,
        lead=draft.lead or (known.lead if known else None),
        document=None,
        version=known.version if known else 0,
        created_at=known.created_at if known else act.now,
        updated_at=act.now,
    )
    return _moved(uow, paper, paper.state, "save", act, "", body=sha256(body))


def take_number(uow: UnitOfWork, paper_id: str, series: str, act: Act) -> Paper:
    """取号 while drafting, for a sheet must bear its number before it is stamped; the number stays with this paper."""
    paper = _in_state(uow, paper_id, "取号", _OPEN)
    body = ijson.loads(paper.body, limit=MAX_BODY)
    if body.get("doc_no"):
        raise InvalidInput("正文已有文号，不能再从编号序列取号", field="doc_no")
    number = next_of(uow, series_for(uow, series, paper.kind), paper.id, act.user.name, act.now)
    numbered_body = replace(paper, body=wire.dump({**body, "doc_no": number.doc_no}), editor=act.user.name)
    return _moved(uow, numbered_body, paper.state, "number", act, number.doc_no, doc_no=number.doc_no)


def submit(uow: UnitOfWork, paper_id: str, act: Act, comment: str = "") -> Paper:
    """送审: the paper must pass every check that sending makes."""
    paper = _in_state(uow, paper_id, "送审", _OPEN)
    examine(uow, request_of(paper), act.now, paper=paper.id)
    lead_of(uow, paper)
    return _moved(uow, paper, "in_review", "submit", act, comment)


def return_for_changes(uow: UnitOfWork, paper_id: str, act: Act, comment: str) -> Paper:
    """退回修改, with what is to be changed; the author may take his paper back in this way."""
    paper = _in_state(uow, paper_id, "退回修改", ("in_review", "approved"))
    if act.user.name != paper.author:
        check_reviewer(act.user)
    return _moved(
        uow,
        replace(paper, reviewer=None),
        "returned",
        "return",
        act,
        said(comment, "comment", "退回意见", _LONGEST_COMMENT),
    )


def approve(uow: UnitOfWork, paper_id: str, act: Act, policy: Policy, comment: str = "") -> Paper:
    """审核通过, by another person than who wrote it; raises ``NotAllowed`` otherwise."""
    paper = _in_state(uow, paper_id, "审核", ("in_review",))
    check_reviewer(act.user)
    waived = check_four_eyes(act.user, paper, policy)
    found = replace(paper, reviewer=act.user.name)
    return _moved(uow, found, "approved", "approve", act, comment, **_eyes(waived=waived))


def issue(
    uow: UnitOfWork,
    paper_id: str,
    act: Act,
    policy: Policy,
    new_id: NewId,
    sheet: SignedSheet | None = None,
    series: str | None = None,
    doc_no: str | None = None,
) -> tuple[Paper, Recorded]:
    """签发: record the decision, by a signer of the level the kind needs, or by a sheet signed on paper.

    With ``sheet`` the review happened on paper too, so a paper that waits for review may be issued by it. The
    number 文号 is the one in the body, or else ``doc_no``, or the next of ``series``; raises ``InvalidInput`` if it was
    used before.
    """
    paper = _in_state(uow, paper_id, "签发", ("approved",) if sheet is None else ("in_review", "approved"))
    facts: dict[str, object] = {}
    if sheet is None:
        check_signer(act.user, paper.kind)
        facts = _eyes(waived=check_four_eyes(act.user, paper, policy))
    else:
        check_sheet(sheet, act.now)
        uow.parts.put(sheet.part)
        facts = {"sheet": sheet.part.sha256, "signer": sheet.signer, "signed_on": sheet.signed_on.isoformat()}
    request = numbered(uow, request_of(paper), paper, act.user.name, act.now, series, doc_no)
    lead = lead_of(uow, paper)
    done = record(uow, request, actor=act.user.name, now=act.now, new_id=new_id, salt=act.salt, paper=paper.id)
    if lead is not None:
        uow.leads.add_transfer(LeadTransfer(done.matter, lead.number, done.audiences[0], act.now))
        uow.leads.put(replace(lead, matter=done.matter, forwarded_at=lead.forwarded_at or act.now))
        uow.events.add([Event(lead.id, "transfer", act.user.name, act.now, done.audiences[0])])
    found = replace(
        paper,
        body=wire.dump(request.body),
        approver=act.user.name if sheet is None else sheet.signer,
        sheet=sheet.part.sha256 if sheet else None,
        document=done.document,
    )
    return _moved(uow, found, "issued", "issue", act, "", document=done.document, **facts), done


def discard(uow: UnitOfWork, paper_id: str, act: Act, comment: str = "") -> Paper:
    """作废; nothing is deleted, :func:`restore` takes it back."""
    paper = _in_state(uow, paper_id, "作废", (*_OPEN, "in_review", "approved"))
    return _moved(uow, replace(paper, reviewer=None), "discarded", "discard", act, comment)


def restore(uow: UnitOfWork, paper_id: str, act: Act) -> Paper:
    """撤销作废: the paper is a draft again, and is reviewed anew."""
    paper = _in_state(uow, paper_id, "撤销作废", ("discarded",))
    return _moved(uow, paper, "drafting", "restore", act, "")


def papers(uow: UnitOfWork, wanted: PaperFilter, cursor: str | None, limit: int) -> Page[Paper]:
    """Papers, newest first; raises ``InvalidInput`` for a cursor or a state that is not ours."""
    if wanted.state is not None and wanted.state not in STATES:
        raise InvalidInput(f"没有文稿状态 {wanted.state[:40]}，可用：{'、'.join(STATES)}", field="state")
    found = uow.papers.page(wanted, before_of(cursor), limit + 1)
    return Page(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)


def history(uow: UnitOfWork, paper_id: str) -> tuple[Paper, list[Event]]:
    """One paper with all that was done with it; raises ``NotFound``."""
    return _found(uow, paper_id), uow.events.of(paper_id)


def _open_one(uow: UnitOfWork, draft: PaperDraft) -> Paper:
    known = _in_state(uow, draft.id or "", "修改", _OPEN)
    if draft.version != known.version:
        raise Conflict(
            f"文稿已由 {known.editor} 改为第 {known.version} 版，您打开的是第 {draft.version} 版",
            field="version",
            advice="请重新打开文稿，把改动合到最新一版后再保存。",
        )
    if draft.kind != known.kind:
        raise InvalidInput("文稿的文书种类不能更改，请另拟一份", field="kind")
    return known


def _found(uow: UnitOfWork, paper_id: str) -> Paper:
    paper = uow.papers.get(identified(paper_id, "paper", "文稿"))
    if paper is None:
        raise NotFound(f"没有文稿 {paper_id}", field="paper")
    return paper


def _in_state(uow: UnitOfWork, paper_id: str, what: str, states: tuple[str, ...]) -> Paper:
    paper = _found(uow, paper_id)
    if paper.state not in states:
        needed = "、".join(STATES[state] for state in states)
        raise WrongState(
            f"文稿当前为“{STATES[paper.state]}”，不能{what}；“{needed}”时才能办理",
            field="paper",
            advice="请打开文稿查看其办理经过。",
        )
    return paper


def _eyes(*, waived: bool) -> dict[str, object]:
    return {"four_eyes": "waived"} if waived else {}


def _moved(uow: UnitOfWork, paper: Paper, state: str, what: str, act: Act, comment: str, **facts: object) -> Paper:
    """Keep the next version with its line of history and its leaf."""
    comment = said(comment, "comment", "意见", _LONGEST_COMMENT, needed=False)
    found = replace(paper, state=state, version=paper.version + 1, updated_at=act.now)
    uow.papers.put(found)
    uow.events.add([Event(found.id, what, act.user.name, act.now, comment)])
    told = {"act": what, "kind": found.kind, "state": state, "version": found.version, **facts}
    uow.ledger.add([leaf("paper", found.id, act.user.name, act.now, act.salt(), **told)])
    return found
