"""Who may get a document, which deadline rule it starts there, and which date may be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from hub.core.envelope import MAX_BODY
from hub.core.errors import InvalidInput, NotAllowed, NotFound, TooLarge
from hub.core.ids import ALL, BEIJING, is_outside
from hub.core.matter import Folded
from hub.core.sealing import size_of
from hub.core.terms import host_at
from hub.core.trust import Trust
from hub.flows.ports import UnitOfWork
from hub.flows.rows import Delivery, DeliveryStatus, Entry, Message
from hub.flows.steps.requests import MAX_ADDRESSEES, Request
from hub.kinds.kind import Kind


def audiences_of(request: Request, kind: Kind, folded: Folded | None, trust: Trust, member: str) -> tuple[str, ...]:
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


def check_registered(uow: UnitOfWork, audiences: Sequence[str]) -> None:
    """Paper goes only to an office outside that is known by name; raises ``NotFound`` with the next step."""
    for one in audiences:
        office = uow.outside.get(one) if is_outside(one) else None
        if is_outside(one) and (office is None or not office.active):
            why = "已停用" if office is not None else "尚未登记"
            raise NotFound(
                f"系统外单位 {one} {why}，不能发文",
                field="to",
                advice="请先在系统外单位登记中填写名称、地址和寄送方式（hub outside add）。",
            )


def check_sealable(kind: Kind, size: int, audiences: Sequence[str], trust: Trust, member: str, now: datetime) -> None:
    """A body of ``size`` bytes that travels sealed needs a key of everybody who is to open it; it is never sent open.

    Raises ``NotAllowed`` naming the members without one, ``TooLarge`` if the keys leave no room for the body.
    """
    if not trust.is_sealed(kind.name):
        return
    for audience in audiences:
        members = [] if is_outside(audience) else trust.addressees(audience, member)
        keyless = [trust.name_of(one) for one in members if trust.seal_key(one, now) is None]
        if keyless:
            raise NotAllowed(
                f"成员名册中没有{'、'.join(keyless[:5])}{'等单位' if len(keyless) > 5 else ''}的加密公钥，"
                f"不能加密发送“{kind.title}”",
                field="to",
                advice="请该单位用 hub node enrol 提交加密密钥的登记申请，待名册更新后再发。",
            )
        if size_of(size, len(members) + 1) > MAX_BODY:
            raise TooLarge(f"收件单位有 {len(members)} 个，正文加密后超过上限", field="body")


def _name(trust: Trust, audience: str) -> str:
    if audience == ALL or is_outside(audience):
        return "全体成员单位" if audience == ALL else "系统外单位"
    return trust.member(audience).name


def rule_of(kind: Kind, urgency: str, trust: Trust, member: str, audience: str, opening: Entry | None) -> str | None:
    """An opening document starts the rule agreed for the pair; one that moves the clock names the matter's rule."""
    if kind.opens:
        return trust.rule_for(kind.name, member, audience, urgency)
    return opening.rule if opening is not None and kind.dated_by else None


def check_dates(request: Request, rule: str | None, trust: Trust, audiences: tuple[str, ...], now: datetime) -> None:
    """A requested date must be a working day of the duty-holder; a year without calendar is provisional (B55)."""
    if request.expires is not None and request.expires <= now:
        raise InvalidInput("失效时间必须晚于现在", field="expires")
    if request.requested is None:
        return
    day = day_of(request.requested)
    if day < now.astimezone(BEIJING).date():
        raise InvalidInput("请求答复日期不能早于今天", field="requested")
    calendar = trust.calendar_of(audiences[0]) if rule else None
    if calendar is not None and calendar.covers(day) and not calendar.is_working(day):
        raise InvalidInput(f"{day.isoformat()} 不是对方的工作日：{calendar.why(day)}", field="requested")


def day_of(text: str) -> date:
    """Only the form that the wire knows: ``fromisoformat`` alone would take ``20260508`` too."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise InvalidInput("请求答复日期应写作 2026-05-08 的形式", field="requested")
    return day


Route = tuple[str, str]
"""Member and form: ``full``, or the ``header`` alone."""


def routes_of(kind: str, sender: str, audience: str, trust: Trust, now: datetime) -> list[Route]:
    """Everyone the audience stands for, and the joint-meeting office's header copy where the agreement grants it."""
    members = [] if is_outside(audience) else trust.addressees(audience, sender)
    routes = [(member, "full") for member in members]
    office = host_at(trust, now)
    sees = trust.visible(kind, sender, audience) == "header"
    if office and sees and office not in members and office != sender:
        routes.append((office, "header"))
    return routes


def deliveries_of(message: Message, routes: Sequence[Route]) -> list[Delivery]:
    """The message's way along each of its routes."""
    return [Delivery(message.hash, member, form, DeliveryStatus.PENDING) for member, form in routes]
