"""What law and agreement ask of one decision beyond its form and the matter's state: seals, extensions, superiors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from hub.core.deadline import Due, Extended, due, extend
from hub.core.errors import InvalidInput, NotAllowed, WrongState
from hub.core.ids import BEIJING, is_outside
from hub.core.tiers import tiers
from hub.core.trust import GRACE, Trust
from hub.flows.rows import MatterRow

SEALED_TYPES = frozenset({"application/pdf", "application/ofd", "image/png", "image/jpeg", "image/tiff"})
"""A sealed PDF or OFD, or the scan of a sealed sheet (DESIGN D15)."""


def lacks_seal(kind: str, body: object, trust: Trust) -> bool:
    """True if the agreement wants this kind stamped (需盖章) and no attachment is the sealed copy."""
    if kind not in trust.agreement.stamped:
        return False
    attachments: Any = getattr(body, "attachments", None) or ()
    return not any(one.role == "sealed_copy" and one.media_type in SEALED_TYPES for one in attachments)


Told = Sequence[tuple[datetime, date]]
"""Extension notices of a matter so far: when told, and until when."""


def check_lawful(
    kind: str, body: object, row: MatterRow | None, trust: Trust, now: datetime, extensions: Told = ()
) -> None:
    """Raise a ``Refused`` that names field, reason and next step; ``row`` is the matter the document belongs to."""
    _check_roster(trust, now)
    if lacks_seal(kind, body, trust):
        raise InvalidInput(
            "该种文书须盖章后发出：请附上盖章件（PDF、OFD 或扫描件），附件类别选“盖章件”", field="body.attachments"
        )
    if kind == "jurisdiction_designation":
        _check_authority(body, trust, now)
    if row is None:
        return
    if kind == "extension_notice":
        _check_extension(body, row, trust, now, extensions)
    elif kind == "jurisdiction_escalation":
        _check_superior(body, row, trust)
    elif kind == "answer":
        _check_return(body, row)
    elif kind == "proxy_record" and not on_paper(row.opener, row.other, trust):
        raise NotAllowed(
            "对方单位已在线，应由其自行签收、答复，不能代录；只有隔离网单位和系统外单位的纸质答复可以代录", field="kind"
        )


def _check_roster(trust: Trust, now: datetime) -> None:
    """An expired roster stops nothing in its grace time; after it, who is still a member is anybody's guess."""
    if trust.lapsed(now):
        raise NotAllowed(
            f"成员名册已过期 {-trust.days_left(now)} 天，超过 {GRACE.days} 天宽限期，不能再发出文书",
            field="roster",
            advice="请向名册持钥人索取新名册，执行 hub roster install；收件和查阅不受影响。",
        )


def on_paper(opener: str, other: str, trust: Trust) -> bool:
    """True if the other side answers on paper or by ferry, so that what it said may be entered for it (代录)."""
    return is_outside(other) or other in trust.by_ferry(opener)


def _check_return(body: object, row: MatterRow) -> None:
    """程序规定 art. 14: a transferred case is not sent back or on; the way is the common superior (DOMAIN CM9)."""
    if row.kind == "case_transfer" and getattr(body, "reason", None) == "jurisdiction_disputed":
        raise InvalidInput(
            "对移送的案件有管辖异议的，不得退回或者再自行移送（程序规定第十四条）；请办理“提出管辖异议”，协商或报请指定管辖",
            field="body.reason",
        )


def _check_extension(body: object, row: MatterRow, trust: Trust, now: datetime, told: Told) -> None:
    """程序规定 arts 18, 45: told in time, approved where asked, no longer than allowed."""
    if row.due_at is None or row.due_effective is None:
        raise WrongState("本事项没有已起算的办理期限，无需告知延期", field="kind")
    if now >= row.due_at:
        raise WrongState(
            f"办理期限已于{_text(row.due_effective)}届满，届满后告知的延期不生效；请尽快反馈并说明逾期原因",
            field="kind",
        )
    until = date.fromisoformat(str(getattr(body, "planned_finish", "")))
    if until <= row.due_effective:
        raise InvalidInput(
            f"拟完成日须晚于原届满日{_text(row.due_effective)}；按期能够完成的无需告知延期", field="body.planned_finish"
        )
    rule, calendar = trust.rule(row.rule, row.agreement), trust.calendars.get(row.calendar or "")
    if rule is None or calendar is None or row.start is None:
        return
    if not rule.extensions:
        raise NotAllowed(f"“{rule.title}”（{rule.basis}）没有延期的规定，请在期限内办结", field="kind")
    current = due(rule, row.start, calendar, extensions=[Extended(at, None, day) for at, day in told])
    _check_tier(body, current, until, now)


def _check_tier(body: object, current: Due, until: date, now: datetime) -> None:
    """The first tier that reaches the day asked for says whose approval it takes; no tier reaches beyond the last."""
    rule, latest = current.rule, current.due_effective
    for tier in tiers(rule):
        if tier.extension.amount is not None:
            if tier.ceiling <= current.added:
                continue
            latest = extend(current, Extended(now, tier.ceiling - current.added)).due_effective
            if until > latest:
                continue
        if tier.extension.approver and not getattr(body, "approved_by", None):
            case = f"（{tier.extension.condition}）" if tier.extension.condition else ""
            raise InvalidInput(
                f"延至{_text(until)}{case}须经{tier.extension.approver}批准，请填写批准人和批准日期",
                field="body.approved_by",
            )
        return
    raise InvalidInput(f"按{rule.basis}，最迟可延至{_text(latest)}，拟完成日不能更晚", field="body.planned_finish")


def _check_superior(body: object, row: MatterRow, trust: Trust) -> None:
    """程序规定 arts 13-16: the common superior only; a joint meeting is none (DOMAIN CM8)."""
    right = trust.common_superior(row.opener, row.other)
    named = str(getattr(body, "superior", ""))
    if right is not None and named != right:
        raise InvalidInput(f"争议双方的共同上一级机关是{right}，不能报请{named}指定管辖", field="body.superior")


def _check_authority(body: object, trust: Trust, now: datetime) -> None:
    named = str(getattr(body, "authority", ""))
    host = trust.joint_meeting(now.astimezone(BEIJING).date())
    names = {trust.member(host).name, trust.member(host).short_name} if host else set()
    if named in names or "联席会议" in named:
        raise NotAllowed(
            "联席会议办公室不是上级机关，无权指定管辖；请填写作出指定的共同上一级机关", field="body.authority"
        )


def _text(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
