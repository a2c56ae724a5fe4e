"""The requester confirms the feedback and closes the matter."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.confirmation import Confirmation


def _letter(body: Confirmation, facts: LetterFacts) -> Letter:
    verdict = "已满足办案需要，本事项办结" if body.satisfied else "尚不能满足办案需要，不再要求补充，本事项按现状办结"
    text = (
        f"{say.received(body, facts, what='复函')}经研究，{say.by_law(body)}{verdict}。",
        *say.noted(body, "note"),
        "特此函告。",
    )
    return say.draft(body, facts, text)


KIND = Kind("confirmation", 1, Confirmation, opens=False, audience="one", letter=_letter)
