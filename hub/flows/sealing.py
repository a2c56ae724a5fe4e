"""用印: a letter goes to the office's electronic-seal system, and the sealed file becomes a part of its working paper.

The sealed file is taken only for the very version of the paper that was handed over: what was changed afterwards is
not what was sealed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from hub.core import ijson
from hub.core.audit import leaf
from hub.core.errors import Conflict, InvalidInput, NotFound, TooLarge, WrongState
from hub.core.ids import sha256
from hub.core.seals import BEGINS, ENDINGS, Judged, Returned, SealRequest, judge
from hub.flows.ports import NewId, Salt, UnitOfWork
from hub.flows.ports.office_rows import Event, Paper
from hub.flows.ports.sealing import Sealing
from hub.flows.rows import Part, User
from hub.flows.steps.papers import PaperDraft
from hub.flows.steps.requests import MAX_AT_ONCE
from hub.flows.steps.texts import identified, said
from hub.kinds.kind import MAX_BODY

Save = Callable[[UnitOfWork, PaperDraft, User], Paper]
"""Keeps the next version of a paper: ``hub.flows.drafting.save``, handed in because arrows do not know one another."""

_OPEN = ("drafting", "returned")
_ASKED, _CAME = "seal-request", "seal-return"


def ask(
    uow: UnitOfWork,
    sealing: Sealing,
    pdf: bytes,
    title: str,
    paper: Paper | None,
    *,
    who: str,
    now: datetime,
    new_id: NewId,
    salt: Salt,
) -> SealRequest:
    """Hand a PDF over: the letter of ``paper``, or any file of the office. Raises a ``Refused`` or ``SealAway``."""
    if not pdf.startswith(BEGINS["application/pdf"]):
        raise InvalidInput("送印的文件应为 PDF", field="file")
    if len(pdf) > MAX_AT_ONCE:
        raise TooLarge(f"送印的文件不得超过 {MAX_AT_ONCE // 1024} KiB", field="file")
    if paper is not None and paper.state not in _OPEN:
        raise WrongState(
            "文稿已送审或已办结，不能再送印", field="paper", advice="盖章件须在送审前附上；已送审的，请先退回修改。"
        )
    known = uow.papers.get(paper.id) if paper else None
    if paper is not None and (known is None or known.version != paper.version):
        raise Conflict("文稿刚刚被人改过", field="paper", advice="请重新打开文稿，核对后再送印。")
    request = SealRequest(
        id=new_id(now),
        sha256=sha256(pdf),
        size=len(pdf),
        title=said(title, "title", "文件标题", 200),
        office=uow.trusts.current().member(uow.member).name,
        paper=paper.id if paper else None,
        version=paper.version if paper else None,
        who=who,
        at=now,
    )
    facts = {"sha256": request.sha256, "paper": request.paper, "version": request.version}
    uow.ledger.add([leaf(_ASKED, request.id, who, now, salt(), **facts)])
    if paper is not None:
        uow.events.add([Event(paper.id, _ASKED, who, now, _mark(request))])
    # Last, so that whatever is refused above has handed nothing over. Should the commit fail afterwards, the seal
    # system holds a request this office does not know of; what comes back for it is laid aside.
    sealing.hand_over(request, pdf)
    return request


def take_back(uow: UnitOfWork, back: Returned, save: Save, *, now: datetime, salt: Salt) -> tuple[Judged, Paper | None]:
    """Take a sealed file: into its paper, if it was made of one. Taking it twice is taking it once.

    Raises a ``Refused`` with the reason to lay it aside by.
    """
    found = judge(back, MAX_AT_ONCE)
    request, paper = found.request, None
    if request.paper is not None:
        paper = uow.papers.get(identified(request.paper, "paper", "文稿"))
        if paper is None:
            raise NotFound(f"没有文稿 {request.paper}", field="paper")
        if not any(one.sha256 == found.sha256 for one in paper.parts):
            paper = save(uow, _with_sealed(paper, found, back.content), _asker(uow, paper, request))
            uow.events.add([Event(paper.id, _CAME, request.who, now, f"{request.id} {found.sha256}")])
    facts = {"sha256": found.sha256, "original": request.sha256, "paper": request.paper, "kept": found.keeps_original}
    uow.ledger.add([leaf(_CAME, request.id, request.who, now, salt(), **facts)])
    return found, paper


def laid_aside(uow: UnitOfWork, back: Returned, reason: str, *, who: str, now: datetime, salt: Salt) -> None:
    """Note that a returned file was refused, and why."""
    subject = back.request.id if back.request else sha256(back.content)
    facts = {"reason": reason, "sha256": sha256(back.content)}
    uow.ledger.add([leaf("seal-refuse", subject, who, now, salt(), **facts)])


def _asker(uow: UnitOfWork, paper: Paper, request: SealRequest) -> User:
    """Who handed it over, in whose name it is attached; the database, not the folder, says what was handed over."""
    known = [one for one in uow.events.of(paper.id) if one.act == _ASKED and one.comment == _mark(request)]
    user = next((one for one in uow.users.all() if known and one.name == known[0].who), None)
    if user is None:
        raise InvalidInput("本节点没有这次送印的记录，或者送印人已不在册", field="request")
    if paper.version != request.version:
        raise InvalidInput(
            f"文稿在送印后改动过（送印的是第{request.version}版，现为第{paper.version}版），盖章的不是现在的内容",
            field="paper",
        )
    if paper.state not in _OPEN:
        raise WrongState("文稿已不在拟稿阶段，不能再附盖章件", field="paper")
    return user


def _mark(request: SealRequest) -> str:
    return f"{request.id} {request.sha256}"


def _with_sealed(paper: Paper, found: Judged, content: bytes) -> PaperDraft:
    """The next version of the paper with this sealed copy in place of any earlier one."""
    body = ijson.loads(paper.body, limit=MAX_BODY)
    line = {
        "name": f"{paper.title[:150] or '公文'}（盖章件）.{ENDINGS[found.media_type]}",
        "part": found.sha256,
        "size": len(content),
        "media_type": found.media_type,
        "role": "sealed_copy",
    }
    others = [one for one in body.get("attachments", []) if one.get("role") != "sealed_copy"]
    return PaperDraft(
        kind=paper.kind,
        body={**body, "attachments": [*others, line]},
        to=paper.to,
        matter=paper.matter,
        replaces=paper.replaces,
        mark=paper.mark,
        urgency=paper.urgency,
        requested=paper.requested,
        parts=(Part(found.sha256, found.media_type, content),),
        lead=paper.lead,
        id=paper.id,
        version=paper.version,
    )
