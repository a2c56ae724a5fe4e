"""What the office there found of what it was told, and did about it."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.opinion_reply import OpinionReply


def _letter(body: OpinionReply, facts: LetterFacts) -> Letter:
    stage = "核实情况" if body.act == "reply-first" else "处置结果"
    text = (
        f"{say.received(body, facts)}{say.by_law(body)}现将{stage}函复如下。",
        *say.noted(body, "finding", "situation", "measures", "expected_on", "completed_on"),
        "特此函复。",
    )
    return say.draft(body, facts, text)


KIND = Kind("opinion_reply", 1, OpinionReply, opens=False, audience="one", letter=_letter)
