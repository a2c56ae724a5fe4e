"""The receiver tells what it did with a document that was taken back or corrected."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.compliance import Compliance


def _letter(body: Compliance, facts: LetterFacts) -> Letter:
    measures = say.said(body, "measures").replace("；", "、")
    copies = f"，退还、销毁共{body.copies}份" if body.copies else ""
    text = (
        f"{say.received(body, facts)}{say.by_law(body)}我单位已于{say.day(body.done_on)}办理完毕：{measures}{copies}。",
        *say.noted(body, "document", "passed_down", "note"),
        "特此函复。",
    )
    return say.draft(body, facts, text)


KIND = Kind("compliance", 1, Compliance, opens=False, audience="one", letter=_letter)
