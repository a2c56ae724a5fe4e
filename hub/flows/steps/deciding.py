"""Recording a decision: checked against kind, rights, state and calendar before any write (DESIGN D2).

A document sent at once and a working paper that was signed off 签发 go through this one way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.core import envelope as wire
from hub.core.audit import leaf
from hub.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from hub.core.ids import is_document_id, milliseconds, owned, sha256
from hub.core.lifecycle import Family
from hub.core.matter import Folded, fold, frontier, ordered, side
from hub.flows.ports import NewId, Salt, UnitOfWork
from hub.flows.rows import Draft, Entry, MessageStatus, PartMeta, User
from hub.flows.steps.addressing import audiences_of, check_dates, check_registered, check_sealable, rule_of
from hub.flows.steps.approval import check_unreviewed
from hub.flows.steps.carrying import metas_of, put_small
from hub.flows.steps.following import check_followed
from hub.flows.steps.forwarding import check_onward
from hub.flows.steps.lawful import check_lawful
from hub.flows.steps.marking import check_marks
from hub.flows.steps.numbers import check_free, claim
from hub.flows.steps.refold import COUNTED
from hub.flows.steps.requests import Recorded, Request
from hub.kinds.kind import Kind, check_body
from hub.kinds.registry import LATEST, written_as
from schemas.catalogue import act_of


@dataclass(frozen=True, slots=True)
class Examined:
    """A request that may be recorded: everything the checks found out."""

    kind: Kind
    data: bytes
    body: object
    act: str
    metas: tuple[PartMeta, ...]
    audiences: tuple[str, ...]
    rules: tuple[str | None, ...]
    requested: str | None
    known: Folded | None
    seen: tuple[str, ...]
    """Its messages that nothing else names yet."""
    number: str | None
    """文号, read and free."""
    holders: frozenset[str]
    """Who may hold the number of the document already: its own working paper, and what it corrects."""


def examine(
    uow: UnitOfWork, request: Request, now: datetime, *, by: User | None = None, paper: str | None = None
) -> Examined:
    """Check one request and write nothing; raises a ``Refused`` that names field, reason and next step.

    (1) the kind and its body, and who may send it without review · (2) attachments are those the body names · (3) the
    matter and its state · (4) audience, rights, keys · (5) dates · (6) what law and agreement ask · (7) the number is
    free, what was received by transfer is not transferred on, and what others sent goes no further than its mark.

    ``by``: the user who sends it at once; ``paper``: the working paper that was reviewed instead.
    """
    kind = LATEST.get(request.kind)
    if kind is None:
        raise InvalidInput(f"没有文书种类 {request.kind}，可用：{'、'.join(LATEST)}", field="kind")
    data = wire.dump(request.body)
    body = check_body(kind, data)
    kind = written_as(kind, data)
    if by is not None:
        check_unreviewed(by, kind.name, body)
    act = act_of(kind.name, body)
    metas = _parts(uow, request)
    trust = uow.trusts.current()
    matter, known, expected, entries = _matter(uow, kind, act, request)
    audiences = audiences_of(request, kind, expected, trust, uow.member)
    check_sealable(kind, len(data), audiences, trust, uow.member, now)
    opening = next((entry for entry in entries if known and entry.hash == known.opening), None)
    rules = tuple(rule_of(kind, request.urgency, trust, uow.member, one, opening) for one in audiences)
    requested = getattr(body, kind.dated_by) if kind.dated_by else request.requested
    if kind.dated_by is None:
        check_dates(request, rules[0], trust, audiences, now)
    row = uow.matters.get([matter]).get(matter) if matter else None
    check_lawful(kind.name, body, row, trust, now, known.extensions if known else ())
    _replaceable(request, kind, entries)
    if kind.name == "compliance":
        check_followed(body, entries, uow.member)
    holders = _holders(request, kind, entries, uow.member, paper)
    number: str | None = getattr(body, "doc_no", None)
    if number is not None:
        check_free(uow, number, holders, "body.doc_no")
    if request.matter is None:
        check_registered(uow, audiences)
        check_onward(uow, kind.name, request.body, audiences)
    check_marks(uow, request, audiences)
    seen = frontier(ordered(entries))
    return Examined(kind, data, body, act, metas, audiences, rules, requested, known, seen, number, holders)


def record(
    uow: UnitOfWork,
    request: Request,
    *,
    actor: str,
    now: datetime,
    new_id: NewId,
    salt: Salt,
    by: User | None = None,
    paper: str | None = None,
) -> Recorded:
    """Record one decision; raises a ``Refused`` that names field, reason and next step, and then nothing was written.

    Outbox rows, attachments, the number and leaf commit together, or nothing does.
    """
    now = milliseconds(now)
    found = examine(uow, request, now, by=by, paper=paper)
    document = new_id(now)
    matter = request.matter or owned(new_id(now), uow.member)
    draft = _draft(request, found, document, matter, actor, now)
    put_small(uow, request.parts)
    if found.number is not None:
        claim(uow, found.number, document, actor, now, found.holders, "body.doc_no")
    # Several named addressees: one matter with each, for each has its own state and its own clock.
    threads = [matter, *(owned(new_id(now), uow.member) for _ in found.audiences[1:])]
    uow.outbox.add(
        [
            replace(draft, audience=a, matter=m, rule=rule, requested=found.requested if rule else None)
            for a, m, rule in zip(found.audiences, threads, found.rules, strict=True)
        ]
    )
    facts = {
        "kind": found.kind.name,
        "act": found.act,
        "to": list(found.audiences),
        "matter": matter,
        "body": sha256(found.data),
    }
    uow.ledger.add([leaf("decide", document, actor, now, salt(), **facts)])
    return Recorded(document, matter, found.audiences, found.act)


def _draft(request: Request, found: Examined, document: str, matter: str, actor: str, now: datetime) -> Draft:
    """The row to be signed, before it is known to whom each copy goes."""
    kind, known = found.kind, found.known
    return Draft(
        document=document,
        kind=kind.name,
        version=kind.version,
        act=found.act,
        audience="",
        matter=matter,
        title=str(getattr(found.body, "title", kind.title)),
        issued=now,
        decided_by=actor,
        after=found.seen,
        replies_to=known.opening if known else None,
        replaces=request.replaces,
        mark=request.mark,
        urgency=request.urgency,
        rule=None,
        requested=found.requested,
        expires=milliseconds(request.expires) if request.expires else None,
        body=found.data,
        parts=found.metas,
    )


def _parts(uow: UnitOfWork, request: Request) -> tuple[PartMeta, ...]:
    """Attachments must be exactly those the body lists, byte for byte."""
    listed = request.body.get("attachments") or ()
    named = {str(one.get("part")) for one in listed if isinstance(one, dict)} if isinstance(listed, Sequence) else set()
    metas = metas_of(uow, request.parts)
    if named != {one.sha256 for one in metas}:
        raise InvalidInput("正文附件清单与上传的附件不一致：缺少或多出附件", field="body.attachments")
    return metas


def _matter(
    uow: UnitOfWork, kind: Kind, act: str, request: Request
) -> tuple[str | None, Folded | None, Folded | None, list[Entry]]:
    """Find the matter and check that this act exists in its state, counting what we decided but did not send yet.

    Returns its id, the matter as signed so far (only that can be referred to), as it will be, and its messages.
    """
    if request.matter is None:
        if not kind.opens:
            raise InvalidInput(f"“{kind.title}”须在已有事项中办理，请给出事项编号", field="matter")
        return None, None, None, []
    if not is_document_id(request.matter):
        raise InvalidInput("事项编号格式不正确", field="matter")
    entries = [e for e in uow.messages.entries([request.matter]) if e.status in COUNTED and not e.refused]
    known = fold(entries)
    drafts = uow.outbox.of_matter(request.matter)
    version = uow.trusts.current().agreement.version
    expected = fold([*entries, *(_as_entry(draft, uow.member, known, version) for draft in drafts)])
    family = expected.family
    if family is None:
        raise NotFound(f"没有事项 {request.matter}", field="matter")
    by = side(uow.member, expected.opener, expected.other)
    if by is None or family.next(expected.state, kind.name, act, by) is None:
        _not_now(family, expected.state, by, kind)
    return request.matter, known, expected, entries


def _not_now(family: Family, state: str | None, by: str | None, kind: Kind) -> None:
    if by is None:
        raise NotAllowed("本单位不是该事项的一方", field="matter")
    allowed = "、".join(LATEST[name].title for name, _ in family.allowed(state, by) if name in LATEST) or "无"
    raise WrongState(
        f"事项当前为“{family.states.get(state or '', '未开始')}”，不能办理“{kind.title}”；现在可办理：{allowed}",
        field="kind",
    )


def _as_entry(draft: Draft, member: str, known: Folded, agreement: int) -> Entry:
    """A draft as the message it will become, after everything else."""
    return Entry(
        hash=f"~{draft.id:020d}",
        document=draft.document,
        kind=draft.kind,
        version=draft.version,
        act=draft.act,
        sender=member,
        audience=draft.audience,
        incarnation="~",
        seq=draft.id,
        matter=draft.matter,
        after=tuple(one.hash for one in known.history),
        replaces=draft.replaces,
        rule=draft.rule,
        requested=draft.requested,
        agreement=agreement,
        urgency=draft.urgency,
        issued=draft.issued,
        mark=draft.mark,
        title=draft.title,
        status=MessageStatus.STORED,
        delivered_at=None,
        refused=False,
    )


def _holders(request: Request, kind: Kind, entries: list[Entry], member: str, paper: str | None) -> frozenset[str]:
    """A correction may keep the number of what it corrects; a paper may have reserved one."""
    found = {paper} if paper else set[str]()
    if request.replaces is not None:
        found |= {one.document for one in entries if one.sender == member and one.kind == kind.name}
    return frozenset(found)


def _replaceable(request: Request, kind: Kind, entries: list[Entry]) -> None:
    """A correction names an earlier document of the same kind in the same matter."""
    if request.replaces is None:
        return
    if not kind.replaces:
        raise InvalidInput(f"“{kind.title}”不能以更正方式发出，请撤回后重发", field="replaces")
    if not any(e.document == request.replaces and e.kind == kind.name for e in entries):
        raise NotFound("被更正的文书不在本事项中", field="replaces")
