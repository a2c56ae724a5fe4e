"""The superior's designation is put on record with its scan; the hub designates nobody (DOMAIN section 3.1)."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.jurisdiction_designation import JurisdictionDesignation


def _letter(body: JurisdictionDesignation, facts: LetterFacts) -> Letter:
    notice = f"{body.authority}于{say.day(body.designated_on)}作出《指定管辖通知书》（{body.designation_no}）"
    side = say.said(body, "competent")
    text = (
        f"{say.by_law(body)}{notice}，指定{say.case(body.case_name)}由{body.designated_office}（{side}）管辖。",
        *say.noted(body, "article", "submitted_on", "materials_received_on", "received_on"),
        *say.noted(body, "handover", "handover_by"),
        "通知书扫描件附后，请按要求办理案卷移交。",
        "特此函告。",
    )
    return say.draft(body, facts, text)


KIND = Kind("jurisdiction_designation", 1, JurisdictionDesignation, opens=False, audience="one", letter=_letter)
