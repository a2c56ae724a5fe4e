"""What the duty-holder did about a supervised matter."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.progress_report import ProgressReport


def _letter(body: ProgressReport, facts: LetterFacts) -> Letter:
    stage = "进展" if body.act == "progress" else "办结"
    text = (
        f"{say.received(body, facts)}{say.by_law(body)}现将{stage}情况函复如下。",
        *say.noted(body, "done", "obstacles", "expected_on", "completed_on", "reply_doc_no"),
        "特此函复。",
    )
    return say.draft(body, facts, text)


KIND = Kind("progress_report", 1, ProgressReport, opens=False, audience="one", letter=_letter)
