"""Item-wise answer to an assistance request, interim or final."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.assistance_feedback import AssistanceFeedback


def _letter(body: AssistanceFeedback, facts: LetterFacts) -> Letter:
    stage = "阶段性" if body.act == "feedback-interim" else ""
    told = "期限届满前已告知延期。" if body.extension_told else ""
    text = (
        f"{say.received(body, facts)}{say.by_law(body)}经调查，现将{stage}结果函复如下。{told}",
        *say.noted(body, "conclusion", "suggestion"),
        "其余事项完成后另行函复。" if body.act == "feedback-interim" else "特此函复。",
    )
    tables = (
        *say.table("逐项结果", body.results, *say.RESULT),
        *say.table("证据材料清单", body.evidence, *say.EVIDENCE),
        *say.table("取证人员", body.officers, *say.OFFICER),
    )
    return say.draft(body, facts, text, tables)


KIND = Kind("assistance_feedback", 1, AssistanceFeedback, opens=False, audience="one", letter=_letter)
