"""Position, proposal and agreement in the talks over jurisdiction."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.jurisdiction_opinion import JurisdictionOpinion


def _letter(body: JurisdictionOpinion, facts: LetterFacts) -> Letter:
    side = f"，由{say.said(body, 'competent')}管辖" if body.competent else ""
    verdict = {
        "position": f"现就本案管辖陈述意见如下{side}",
        "propose": f"经研究，现提出协商方案：建议本案{side.lstrip('，')}",
        "agree": f"经研究，我单位同意协商方案{side}",
    }
    text = (
        f"{say.by_law(body)}{verdict[body.act]}。",
        say.sentence(body.position) if body.position else "",
        *say.noted(body, "filed_at", "case_no", "urgent_measures", "minutes_no", "minutes_on", "handover_by"),
        "特此函告。",
    )
    return say.draft(body, facts, text)


KIND = Kind("jurisdiction_opinion", 1, JurisdictionOpinion, opens=False, audience="one", letter=_letter)
