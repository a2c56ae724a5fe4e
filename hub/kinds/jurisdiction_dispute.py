"""One office disputes with another who is competent; seven working days of talks begin (程序规定 art. 13)."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.jurisdiction_dispute import PLACES, JurisdictionDispute


def _letter(body: JurisdictionDispute, facts: LetterFacts) -> Letter:
    side = "我单位" if body.competent == "opener" else "贵单位"
    urgent = "争议期间，已采取的紧急措施继续。" if body.urgent_measures_continue else ""
    text = (
        f"我单位与贵单位对{say.case(body.case_name)}的管辖，自{say.day(body.arose_on)}起存在争议。{urgent}",
        f"案件情况：{say.sentence(body.facts)}",
        *say.noted(body, "own_filed_at", "own_case_no", "other_filed_at", "other_case_no", *PLACES),
        f"我单位认为，本案应由{side}管辖。{say.sentence(body.position)}",
        *say.noted(body, "urgent_measures"),
        f"{say.by_law(body)}请贵单位与我单位协商；协商不成的，报请共同的上一级机关指定管辖。",
        "此函。",
    )
    return say.draft(body, facts, text, say.table("当事人", body.parties, *say.PARTY))


KIND = Kind("jurisdiction_dispute", 1, JurisdictionDispute, opens=True, audience="one", letter=_letter)
