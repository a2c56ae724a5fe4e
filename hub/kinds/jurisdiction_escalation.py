"""The dispute is laid before the common superior; the other side is told (程序规定 arts 13, 14)."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.jurisdiction_escalation import JurisdictionEscalation


def _letter(body: JurisdictionEscalation, facts: LetterFacts) -> Letter:
    """The copy for the other side of the petition to the superior; the petition's own text is quoted whole."""
    text = (
        (
            f"我单位与贵单位对{say.case(body.case_name)}的管辖争议，{say.by_law(body)}"
            f"已于{say.day(body.submitted_on)}报请{body.superior}指定管辖。报请内容如下，现函告贵单位。"
        ),
        *say.noted(body, "charge", "facts", "dispute", "negotiation", "reasons"),
        "指定管辖前，已采取的紧急措施继续。",
        "特此函告。",
    )
    tables = (
        *say.table("当事人（犯罪嫌疑人）", body.parties, *say.PARTY),
        *say.table("报送材料清单", body.materials, *say.FILE),
    )
    return say.draft(body, facts, text, tables, signed_by=True)


KIND = Kind("jurisdiction_escalation", 1, JurisdictionEscalation, opens=False, audience="one", letter=_letter)
