"""The addressee tells, before the limit expires, that it needs longer (程序规定 art. 45); the day moves the clock."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.extension_notice import ExtensionNotice


def _letter(body: ExtensionNotice, facts: LetterFacts) -> Letter:
    approved = f"本次延期已于{say.day(body.approved_on)}经{body.approved_by}批准。" if body.approved_on else ""
    text = (
        f"{say.received(body, facts)}该事项办理期限于{say.day(body.original_due)}届满。",
        (
            f"因{body.reason.rstrip('。；')}，不能按期完成，{say.by_law(body)}现告知延期，"
            f"拟于{say.day(body.planned_finish)}完成。{approved}"
        ),
        *say.noted(body, "progress"),
        "特此函告。",
    )
    return say.draft(body, facts, text)


KIND = Kind(
    "extension_notice", 1, ExtensionNotice, opens=False, audience="one", dated_by="planned_finish", letter=_letter
)
