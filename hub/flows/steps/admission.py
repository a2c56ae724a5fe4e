"""Rules of the kind for a verified message: stored, refused with a code, or held (DESIGN D4). Values only.

Whether an act fits the matter's state is *not* asked here: arrival order differs between nodes, so that is the fold's
business.
"""

from __future__ import annotations

from datetime import date, datetime

from hub.core.errors import BrokenRules, Rejected
from hub.core.ids import ALL
from hub.core.inspection import Examined
from hub.core.sealing import text_of
from hub.core.trust import Trust
from hub.core.values import value
from hub.flows.ports import Sealer
from hub.flows.rows import Message, MessageStatus, PartMeta
from hub.flows.steps.files import unfit
from hub.flows.steps.lawful import lacks_seal, on_paper
from hub.flows.steps.sealed import open_body
from hub.kinds.kind import Kind, read_body
from hub.kinds.registry import KINDS
from schemas.catalogue import TITLES


@value
class Decision:
    """Outcome for one message; ``title`` comes from its body."""

    status: MessageStatus
    code: str | None
    reason: str
    title: str
    opened: bytes | None = None
    """A sealed body as we opened it."""


@value
class Judged:
    """A verified message with what was decided about it; recorded once its receipt is signed."""

    one: Examined
    decision: Decision
    stored_at: datetime

    @property
    def hash(self) -> str:
        """Of the message."""
        return self.one.hash

    @property
    def kind(self) -> str:
        """As the header names it."""
        return self.one.header.kind

    @property
    def sender(self) -> str:
        """Who signed it."""
        return self.one.header.sender

    @property
    def audience(self) -> str:
        """Whom it is for."""
        return self.one.header.audience

    @property
    def status(self) -> MessageStatus:
        """What it is recorded as."""
        return self.decision.status

    @property
    def code(self) -> str | None:
        """Why it was refused or held."""
        return self.decision.code


def admit(one: Examined, trust: Trust, sealer: Sealer) -> Decision:
    """Open a message that stands next in its stream, and judge it."""
    try:
        opened = open_body(one, sealer)
    except Rejected as error:
        kind = KINDS.get((one.header.kind, one.header.version))
        title = kind.title if kind else one.header.kind
        return Decision(MessageStatus.REFUSED, error.code, error.detail, title)
    return judge(one, opened, trust)


def judge(one: Examined, opened: bytes | None, trust: Trust) -> Decision:
    """The rules of the kind for a message that was opened; ``opened`` is None where the body travelled unsealed."""
    header = one.header
    kind = KINDS.get((header.kind, header.version))
    if kind is None:
        why = "本节点尚不认识该种类或版本，需升级后查看"
        return Decision(MessageStatus.HELD, "unknown-kind", why, header.kind, opened)
    title = kind.title
    try:
        body = read_body(kind, text_of(one.envelope.raw, opened) or b"", header.act)
        check_header(one, kind, body, trust)
    except Rejected as error:
        return Decision(MessageStatus.REFUSED, error.code, error.detail, title, opened)
    flag = "clock-skew" if one.skewed else None
    return Decision(MessageStatus.STORED, flag, "", str(getattr(body, "title", title)), opened)


def check_header(one: Examined, kind: Kind, body: object, trust: Trust) -> None:
    """Rights, audience, sealing, clock and attachments, all from signed data; raises ``BrokenRules``, the field."""
    header = one.header
    _check_audience(one, kind, trust)
    if header.replaces is not None and not kind.replaces:
        raise BrokenRules("该种文书不能以更正方式发出", field="replaces")
    if one.expires is not None and one.expires <= one.issued:
        raise BrokenRules("失效时间早于签发时间", field="expires")
    _check_deadline(one, kind, body, trust)
    if lacks_seal(kind.name, body, trust):
        raise BrokenRules("该种文书须附盖章件（PDF、OFD 或扫描件）", field="body.attachments")
    _check_parts(one, body)


def _check_parts(one: Examined, body: object) -> None:
    """Attachments are what the body lists, and of types and sizes that may be accepted: asked before any is fetched."""
    listed = getattr(body, "attachments", None) or ()
    if not listed and not one.header.parts:
        return
    why = unfit(metas_of(one))
    if why is not None:
        raise BrokenRules(why, field="parts")
    if {item.part for item in listed} != {part.sha256 for part in one.header.parts}:
        raise BrokenRules("正文附件清单与信封不一致", field="parts")


def _check_audience(one: Examined, kind: Kind, trust: Trust) -> None:
    """The agreement allows this kind between these two, and only sealed where it may hold personal data."""
    header = one.header
    if not trust.may_send(header.kind, header.sender, header.audience):
        raise BrokenRules("按协作协议，发件单位无权向该收件单位发送此种文书", field="audience")
    if trust.is_sealed(header.kind, header.agreement) and not header.body.sealed:
        raise BrokenRules("按协作协议，该种文书的正文必须加密", field="body.sealed")
    if (kind.audience == "one" and header.audience == ALL) or (kind.audience == "all" and header.audience != ALL):
        raise BrokenRules("该种文书的收件范围不符", field="audience")
    if header.kind == "proxy_record" and not on_paper(header.sender, header.audience, trust):
        raise BrokenRules("对方单位已在线，不能代录其答复", field="kind")


def _check_deadline(one: Examined, kind: Kind, body: object, trust: Trust) -> None:
    """The rule must be the one law or agreement gives this pair (DOMAIN CM5), a requested date a working day there."""
    header = one.header
    deadline, audience = header.deadline, header.audience
    if kind.dated_by is not None:
        if deadline is not None and deadline.requested != getattr(body, kind.dated_by):
            raise BrokenRules("信封所载日期与正文不符", field="deadline.requested")
        return
    pair = (header.sender, audience)
    expected = trust.rule_for(kind.name, *pair, header.urgency, header.agreement) if kind.opens else None
    if (deadline.rule if deadline else None) != expected:
        raise BrokenRules(f"时限规则应为 {expected or '无'}", field="deadline.rule")
    if deadline is None or deadline.requested is None:
        return
    try:
        day = date.fromisoformat(deadline.requested)
    except ValueError as error:
        raise BrokenRules("请求答复日期不存在", field="deadline.requested") from error
    holder = trust.members.get(audience)
    calendar = trust.calendars.get(holder.calendar) if holder else None
    if calendar is not None and calendar.covers(day) and not calendar.is_working(day):
        raise BrokenRules(f"请求答复日期不是工作日：{calendar.why(day)}", field="deadline.requested")


def to_message(one: Examined, decision: Decision, now: datetime, receipt_frame: str | None = None) -> Message:
    """The row of a received message."""
    header = one.header
    return Message(
        hash=one.hash,
        document=header.document,
        kind=header.kind,
        version=header.version,
        act=header.act,
        sender=header.sender,
        audience=header.audience,
        incarnation=header.incarnation,
        seq=header.seq,
        prev=header.prev,
        matter=header.matter,
        after=tuple(header.after),
        replies_to=header.replies_to,
        replaces=header.replaces,
        mark=header.mark,
        urgency=header.urgency,
        rule=header.deadline.rule if header.deadline else None,
        requested=header.deadline.requested if header.deadline else None,
        agreement=header.agreement,
        issued=one.issued,
        sealed=one.sealed,
        expires=one.expires,
        title=decision.title or TITLES.get(header.kind, header.kind),
        status=decision.status,
        code=decision.code,
        stored_at=now,
        decided_by=header.sender,
        receipt_frame=receipt_frame,
        raw=one.envelope.raw,
        parts=metas_of(one),
        opened=decision.opened,
    )


def metas_of(one: Examined) -> tuple[PartMeta, ...]:
    """Its attachments as the header names them."""
    return tuple(PartMeta(part.sha256, part.size, part.media_type) for part in one.header.parts)
