"""Consent or objection to a proposed change of the agreement."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.agreement_consent import AgreementConsent


def _letter(body: AgreementConsent, facts: LetterFacts) -> Letter:
    text = (
        (
            f"{say.received(body, facts)}经研究，{say.by_law(body)}"
            f"我单位对时限规则{body.rule}的修改建议：{say.said(body, 'act')}。"
        ),
        *say.noted(body, "reason"),
        "特此函复。",
    )
    return say.draft(body, facts, text)


KIND = Kind("agreement_consent", 1, AgreementConsent, opens=False, audience="one", letter=_letter)
