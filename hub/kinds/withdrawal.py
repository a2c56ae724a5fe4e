"""The opener takes a request, transfer or notice back."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.withdrawal import Withdrawal


def _letter(body: Withdrawal, facts: LetterFacts) -> Letter:
    text = (
        f"{say.about_own(body, facts)}现予撤回。撤回理由：{say.sentence(body.reason)}",
        f"{say.by_law(body)}请停止使用该文书，退还或者销毁复制件，并将办理情况函告我单位。",
        "特此函告。",
    )
    return say.draft(body, facts, text)


KIND = Kind("withdrawal", 1, Withdrawal, opens=False, audience="any", letter=_letter)
