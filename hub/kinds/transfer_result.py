"""What became of a transferred lead."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.transfer_result import TransferResult


def _letter(body: TransferResult, facts: LetterFacts) -> Letter:
    text = (
        f"{say.received(body, facts)}{say.by_law(body)}现将处理结果函复如下。",
        *say.noted(body, *say.DISPOSAL),
        "特此函复。",
    )
    return say.draft(body, facts, text)


KIND = Kind("transfer_result", 1, TransferResult, opens=False, audience="one", letter=_letter)
