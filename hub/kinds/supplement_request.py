"""The requester says what the final feedback lacks; the matter goes back to the addressee under its own limit."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.supplement_request import SupplementRequest


def _letter(body: SupplementRequest, facts: LetterFacts) -> Letter:
    wish = f"请于{say.day(body.wish_by)}前补充。" if body.wish_by else ""
    text = (
        f"{say.received(body, facts, what='复函')}经研究，下列事项尚需补充。",
        f"{say.by_law(body)}请贵单位予以补充。{wish}",
        *say.noted(body, "note"),
        "此函。",
    )
    return say.draft(body, facts, text, say.table("补充事项", body.items, "no", "missing"))


KIND = Kind("supplement_request", 1, SupplementRequest, opens=False, audience="one", letter=_letter)
