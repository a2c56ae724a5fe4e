"""An office tells others what may be coming; for their own work alone."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.risk_warning import RiskWarning


def _letter(body: RiskWarning, facts: LetterFacts) -> Letter:
    text = (
        f"{say.by_law(body)}现将有关风险情况预警如下。",
        *say.noted(body, "level"),
        say.sentence(body.summary),
        *say.noted(body, "indicators", "regions", "methods", "advice"),
        f"本预警有效期至{say.day(body.valid_until)}，仅供内部工作参考，不作为处罚、限制的依据，不得对外公开。",
        "特此通报。",
    )
    return say.draft(body, facts, text, say.table("预警主体", body.organisations, *say.ORGANISATION))


KIND = Kind("risk_warning", 1, RiskWarning, opens=True, audience="any", replaces=True, letter=_letter)
