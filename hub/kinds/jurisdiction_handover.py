"""File, items and persons go to the side that has jurisdiction; the other side confirms."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.jurisdiction_handover import JurisdictionHandover


def _letter(body: JurisdictionHandover, facts: LetterFacts) -> Letter:
    number = f"（案号：{body.case_no}）" if body.case_no else ""
    text = (
        f"{say.by_law(body)}我单位于{say.day(body.handed_on)}将{say.case(body.case_name)}{number}移交贵单位，请查收并函告确认。",
        *say.noted(body, "place", "funds", "property_note", "deliverer", "receiver", "note"),
        _expiry(body),
        "此函。",
    )
    tables = (
        *say.table("案卷材料清单", body.files, *say.FILE),
        *say.table("涉案物品清单", body.items, *say.SEIZED),
        *say.table("移交人员", body.suspects, *say.PARTY),
    )
    return say.draft(body, facts, text, tables, tear_off=True)


def _expiry(body: JurisdictionHandover) -> str:
    """禁止传销条例 art. 18: the limit runs on after the handover."""
    days = [item.expires_on for item in body.items or () if item.expires_on is not None]
    return f"请注意：查封、扣押等措施最早于{say.day(min(days))}届满，请及时依法处理。" if days else ""


KIND = Kind("jurisdiction_handover", 1, JurisdictionHandover, opens=False, audience="one", letter=_letter)
