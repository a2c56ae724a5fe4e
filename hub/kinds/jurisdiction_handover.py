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
        say.expiry(body.items),
        "此函。",
    )
    tables = (
        *say.table("案卷材料清单", body.files, *say.FILE),
        *say.table("涉案物品清单", body.items, *say.SEIZED),
        *say.table("移交人员", body.suspects, *say.PARTY),
    )
    return say.draft(body, facts, text, tables, tear_off=True)


KIND = Kind("jurisdiction_handover", 1, JurisdictionHandover, opens=False, audience="one", letter=_letter)
