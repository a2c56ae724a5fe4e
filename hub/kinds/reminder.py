"""The clock reminds the duty-holder 催办; it has no legal effect (DOMAIN section 3.1)."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.reminder import Reminder


def _letter(body: Reminder, facts: LetterFacts) -> Letter:
    times = f"（第{body.times}次催办）" if body.times else ""
    number = f"（{body.original_doc_no}）" if body.original_doc_no else ""
    text = (
        f"我单位《{body.matter_title}》{number}，到期日：{body.due_text}，{say.said(body, 'stage')}{times}。",
        f"{say.by_law(body)}请贵单位抓紧办理并及时函复；需要延期的，请在期限届满前告知。",
        *say.noted(body, "note"),
        "特此函告。",
    )
    return say.draft(body, facts, text)


KIND = Kind("reminder", 1, Reminder, opens=False, audience="one", letter=_letter)
