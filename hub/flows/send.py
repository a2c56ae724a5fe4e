"""A person's request → a recorded decision, checked against kind, rights, state and calendar before any write (D2).

The web process runs this; it holds no key. Decision, outbox rows, attachments and leaf commit together, or nothing
does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from hub.core import envelope as wire
from hub.core.audit import leaf
from hub.core.errors import InvalidInput, NotAllowed, NotFound, TooLarge, WrongState
from hub.core.ids import ALL, BEIJING, is_document_id, is_outside, milliseconds, owned, sha256
from hub.core.lifecycle import Family
from hub.core.matter import Folded, fold, side
from hub.core.trust import Trust
from hub.flows.ports import NewId, Salt, UnitOfWork
from hub.flows.rows import Draft, Entry, MessageStatus, Part, PartMeta
from hub.flows.steps.lawful import check_lawful
from hub.flows.steps.refold import COUNTED
from hub.kinds.kind import Kind, check_body
from hub.kinds.registry import LATEST
from schemas.catalogue import act_of

MAX_PARTS = 1024 * 1024
"""All attachments of one document together, bytes; larger ones wait for sealed, resumable parts."""
MAX_ADDRESSEES = 50


@dataclass(frozen=True, slots=True)
class Request:
    """What a user asks to send. ``to`` may be empty inside a matter: the other side is meant."""

    kind: str
    body: dict[str, object]
    to: tuple[str, ...] = ()
    matter: str | None = None
    replaces: str | None = None
    mark: str = "addressee-only"
    urgency: str = "normal"
    requested: str | None = None
    expires: datetime | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """Ids of what was recorded."""

    document: str
    matter: str
    audiences: tuple[str, ...]
    act: str


def send(uow: UnitOfWork, request: Request, *, actor: str, now: datetime, new_id: NewId, salt: Salt) -> Recorded:
    """Record one decision; raises a ``Refused`` that names field, reason and next step, and then nothing was written.

    (1) the kind and its body · (2) attachments are those the body names · (3) the matter and its state · (4) audience
    and rights · (5) dates · (6) record.
    """
    now = milliseconds(now)
    kind = LATEST.get(request.kind)
    if kind is None:
        raise InvalidInput(f"没有文书种类 {request.kind}，可用：{'、'.join(LATEST)}", field="kind")
    data = wire.dump(request.body)
    body = check_body(kind, data)
    act = act_of(kind.name, body)
    metas = _parts(request)
    trust = uow.trusts.current()
    matter, known, expected, entries = _matter(uow, kind, act, request)
    audiences = _audiences(request, kind, expected, trust, uow.member)
    opening = next((entry for entry in entries if known and entry.hash == known.opening), None)
    rules = [_rule(kind, request.urgency, trust, uow.member, one, opening) for one in audiences]
    requested = getattr(body, kind.dated_by) if kind.dated_by else request.requested
    if kind.dated_by is None:
        _dates(request, rules[0], trust, audiences, now)
    row = uow.matters.get([matter]).get(matter) if matter else None
    check_lawful(kind.name, body, row, trust, now, known.extensions if known else ())
    document = new_id(now)
    matter = matter or owned(new_id(now), uow.member)
    draft = Draft(
        document=document,
        kind=kind.name,
        version=kind.version,
        act=act,
        audience="",
        matter=matter,
        title=str(getattr(body, "title", kind.title)),
        issued=now,
        decided_by=actor,
        after=known.frontier if known else (),
        replies_to=known.opening if known else None,
        replaces=request.replaces,
        mark=request.mark,
        urgency=request.urgency,
        rule=None,
        requested=requested,
        expires=milliseconds(request.expires) if request.expires else None,
        body=data,
        parts=metas,
    )
    _replaceable(request, kind, entries)
    for part in request.parts:
        uow.parts.put(part)
    # Several named addressees: one matter with each, for each has its own state and its own clock.
    threads = [matter, *(owned(new_id(now), uow.member) for _ in audiences[1:])]
    uow.outbox.add(
        [
            replace(draft, audience=a, matter=m, rule=rule, requested=requested if rule else None)
            for a, m, rule in zip(audiences, threads, rules, strict=True)
        ]
    )
    facts = {"kind": kind.name, "act": act, "to": list(audiences), "matter": matter, "body": sha256(data)}
    uow.ledger.add([leaf("decide", document, actor, now, salt(), **facts)])
    return Recorded(document, matter, audiences, act)


def _parts(request: Request) -> tuple[PartMeta, ...]:
    """Attachments must be exactly those the body lists, byte for byte."""
    listed = request.body.get("attachments") or ()
    named = {str(one.get("part")) for one in listed if isinstance(one, dict)} if isinstance(listed, Sequence) else set()
    given = {part.sha256 for part in request.parts}
    for part in request.parts:
        if sha256(part.content) != part.sha256:
            raise InvalidInput("附件内容与摘要不符，请重新上传", field="parts")
    if named != given:
        raise InvalidInput("正文附件清单与上传的附件不一致：缺少或多出附件", field="body.attachments")
    if sum(len(part.content) for part in request.parts) > MAX_PARTS:
        raise TooLarge(f"附件合计不得超过 {MAX_PARTS // 1024} KiB", field="parts")
    return tuple(PartMeta(part.sha256, len(part.content), part.media_type) for part in request.parts)


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
        title=draft.title,
        status=MessageStatus.STORED,
        delivered_at=None,
        refused=False,
    )


def _audiences(request: Request, kind: Kind, folded: Folded | None, trust: Trust, member: str) -> tuple[str, ...]:
    """Who gets it; each must be an active member the agreement lets us send this kind to."""
    wanted = tuple(dict.fromkeys(request.to))
    if folded is not None:
        other = folded.other if folded.opener == member else folded.opener
        if wanted and wanted != (other,):
            raise InvalidInput(f"本事项的对方是 {other}，不能发给其他单位", field="to")
        wanted = (other,)
    if not wanted:
        raise InvalidInput("请选择收件单位", field="to")
    if len(wanted) > MAX_ADDRESSEES or (ALL in wanted and len(wanted) > 1):
        raise InvalidInput(f"收件单位最多 {MAX_ADDRESSEES} 个；发给全体时只写 all", field="to")
    if kind.audience == "one" and (len(wanted) != 1 or wanted[0] == ALL):
        raise InvalidInput(f"“{kind.title}”只能发给一个单位", field="to")
    if kind.audience == "all" and wanted != (ALL,):
        raise InvalidInput(f"“{kind.title}”须发给全体成员单位（all）", field="to")
    for audience in wanted:
        _may(kind, audience, trust, member)
    return wanted


def _may(kind: Kind, audience: str, trust: Trust, member: str) -> None:
    if audience == member:
        raise InvalidInput("不能发给本单位", field="to")
    if audience != ALL and not is_outside(audience):
        found = trust.member(audience)
        if found.status != "active":
            raise NotAllowed(f"{found.name}目前不是有效成员单位", field="to")
    if not trust.may_send(kind.name, member, audience):
        raise NotAllowed(f"按协作协议，本单位不能向{_name(trust, audience)}发送“{kind.title}”", field="to")


def _name(trust: Trust, audience: str) -> str:
    if audience == ALL or is_outside(audience):
        return "全体成员单位" if audience == ALL else "系统外单位"
    return trust.member(audience).name


def _rule(kind: Kind, urgency: str, trust: Trust, member: str, audience: str, opening: Entry | None) -> str | None:
    """An opening document starts the rule agreed for the pair; one that moves the clock names the matter's rule."""
    if kind.opens:
        return trust.rule_for(kind.name, member, audience, urgency)
    return opening.rule if opening is not None and kind.dated_by else None


def _dates(request: Request, rule: str | None, trust: Trust, audiences: tuple[str, ...], now: datetime) -> None:
    """A requested date must be a working day of the duty-holder; a year without calendar is provisional (B55)."""
    if request.expires is not None and request.expires <= now:
        raise InvalidInput("失效时间必须晚于现在", field="expires")
    if request.requested is None:
        return
    day = _day(request.requested)
    if day < now.astimezone(BEIJING).date():
        raise InvalidInput("请求答复日期不能早于今天", field="requested")
    calendar = trust.calendar_of(audiences[0]) if rule else None
    if calendar is not None and calendar.covers(day) and not calendar.is_working(day):
        raise InvalidInput(f"{day.isoformat()} 不是对方的工作日：{calendar.why(day)}", field="requested")


def _day(text: str) -> date:
    """Only the form that the wire knows: ``fromisoformat`` alone would take ``20260508`` too."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise InvalidInput("请求答复日期应写作 2026-05-08 的形式", field="requested")
    return day


def _replaceable(request: Request, kind: Kind, entries: list[Entry]) -> None:
    """A correction names an earlier document of the same kind in the same matter."""
    if request.replaces is None:
        return
    if not kind.replaces:
        raise InvalidInput(f"“{kind.title}”不能以更正方式发出，请撤回后重发", field="replaces")
    if not any(e.document == request.replaces and e.kind == kind.name for e in entries):
        raise NotFound("被更正的文书不在本事项中", field="replaces")
