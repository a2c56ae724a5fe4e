"""An office takes part in a joint operation, or says why not."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.operation_reply import OperationReply


def _letter(body: OperationReply, facts: LetterFacts) -> Letter:
    text = (
        f"{say.received(body, facts)}{say.by_law(body)}经研究，我单位{say.said(body, 'act')}。",
        *say.noted(body, "reason", "leader", "field_contact", "persons", "units", "remarks"),
        "特此函复。",
    )
    return say.draft(body, facts, text)


KIND = Kind("operation_reply", 1, OperationReply, opens=False, audience="one", letter=_letter)
