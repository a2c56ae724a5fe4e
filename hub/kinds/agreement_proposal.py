"""A member proposes to change an agreed limit; only a newly signed agreement changes it (DESIGN D8)."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.agreement_proposal import AgreementProposal


def _letter(body: AgreementProposal, facts: LetterFacts) -> Letter:
    title = f"“{body.rule_title}”（{body.rule}）" if body.rule_title else body.rule
    version = f"（第{body.agreement_version}版）" if body.agreement_version else ""
    now = f"{body.present_amount}{say.said(body, 'present_unit')}"
    then = f"{body.proposed_amount}{say.said(body, 'proposed_unit')}"
    reply = f"请于{say.day(body.reply_by)}前函复意见。" if body.reply_by else "请函复意见。"
    text = (
        (
            f"{say.by_law(body)}现建议将协作协议{version}中时限规则{title}由{now}调整为{then}，"
            f"自{say.day(body.effective_from)}起实施。"
        ),
        f"修改理由：{say.sentence(body.reason)}",
        f"{reply}修改以各成员单位同意后重新签署的协议为准。",
        "此函。",
    )
    return say.draft(body, facts, text)


KIND = Kind("agreement_proposal", 1, AgreementProposal, opens=True, audience="all", letter=_letter)
