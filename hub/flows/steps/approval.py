"""Who may sign off 签发 which kind, and the rule that nobody approves what he wrote: policy as data.

Sources: 禁止传销条例 art. 23 (public warnings by the head), 程序规定 arts 14, 45, and the agreement's practice.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.core.errors import NotAllowed
from hub.core.policy import LEVELS
from hub.flows.ports.office_rows import Paper
from hub.flows.rows import User

_RISING = ("handler", "unit_head", "bureau_leader", "principal_head")
_REVIEWERS = frozenset({"unit_head", "bureau_leader", "principal_head", "legal_reviewer"})

APPROVERS = {
    "assistance_request": "unit_head",
    "answer": "handler",
    "assistance_feedback": "unit_head",
    "supplement_request": "unit_head",
    "extension_notice": "bureau_leader",
    "confirmation": "handler",
    "withdrawal": "unit_head",
    "compliance": "unit_head",
    "reminder": "handler",
    "proxy_record": "handler",
    "lead_transfer": "unit_head",
    "case_transfer": "bureau_leader",
    "transfer_result": "unit_head",
    "case_notice": "principal_head",
    "inquiry_bulletin": "bureau_leader",
    "opinion_notice": "unit_head",
    "opinion_reply": "unit_head",
    "risk_warning": "bureau_leader",
    "public_warning": "principal_head",
    "joint_operation": "bureau_leader",
    "operation_reply": "bureau_leader",
    "meeting_notice": "bureau_leader",
    "meeting_minutes": "bureau_leader",
    "agreed_item": "bureau_leader",
    "jurisdiction_dispute": "bureau_leader",
    "jurisdiction_opinion": "bureau_leader",
    "jurisdiction_escalation": "principal_head",
    "jurisdiction_designation": "unit_head",
    "jurisdiction_handover": "bureau_leader",
    "supervision_letter": "bureau_leader",
    "progress_report": "unit_head",
    "blacklist_entry": "principal_head",
    "blacklist_removal": "principal_head",
    "contact_list": "unit_head",
    "agreement_proposal": "principal_head",
    "agreement_consent": "principal_head",
    "statistic_report": "unit_head",
}
"""Kind -> the lowest level that may sign it off."""
_UNLISTED = "principal_head"


@dataclass(frozen=True, slots=True)
class Policy:
    """What an office may set for itself. ``four_eyes`` False waives the rule, and every leaf then says so."""

    four_eyes: bool = True


def needed_level(kind: str) -> str:
    """The lowest level that signs off this kind; one nobody listed needs the head."""
    return APPROVERS.get(kind, _UNLISTED)


def check_signer(user: User, kind: str) -> None:
    """Raise ``NotAllowed`` unless the user's level suffices to sign off."""
    needed = needed_level(kind)
    if user.level not in _RISING or _RISING.index(user.level) < _RISING.index(needed):
        raise NotAllowed(
            f"该种文书须由{LEVELS[needed]}以上签发，{user.name} 的级别是“{LEVELS.get(user.level, user.level)}”",
            field="user",
            advice="请送有权签发的人员；已在纸质文稿上签发的，请用签批单扫描件登记。",
        )


def check_unreviewed(user: User, kind: str, body: object) -> None:
    """Raise ``NotAllowed`` unless the user may send this kind at once, without a working paper and its review.

    Who may sign the kind off may send it. An office's document system 公文系统 (a program of level ``oa``) sends what
    was signed there: then the body says by whom, and under which number.
    """
    needed = needed_level(kind)
    if user.level in _RISING and _RISING.index(user.level) >= _RISING.index(needed):
        return
    if user.role == "program" and user.level == "oa":
        if getattr(body, "signer", None) and getattr(body, "doc_no", None):
            return
        raise NotAllowed(
            "该种文书须经审核签发；公文系统已签发的，请填写签发人和文号",
            field="body.doc_no" if getattr(body, "signer", None) else "body.signer",
        )
    raise NotAllowed(
        f"该种文书须经审核签发，请通过拟稿办理（须{LEVELS[needed]}以上签发）",
        field="kind",
        advice="请拟稿后送审；由有权签发的人员签发时自动发出。",
    )


def check_reviewer(user: User) -> None:
    """Raise ``NotAllowed`` unless the user may review 审核."""
    if user.level not in _REVIEWERS:
        raise NotAllowed(f"审核须由承办机构负责人以上或者法制审核人员办理，{user.name} 不能审核", field="user")


def check_four_eyes(user: User, paper: Paper, policy: Policy) -> bool:
    """Raise ``NotAllowed`` if the user wrote or last changed the paper; True: he did, and the office waives it."""
    if user.name not in (paper.author, paper.editor):
        return False
    if policy.four_eyes:
        raise NotAllowed(
            f"文稿由 {user.name} 拟写或最后修改，不能由同一人审核、签发",
            field="user",
            advice="请由其他有权人员办理。",
        )
    return True
