"""One item of the minutes, followed at the office that agreed to do it."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.agreed_item import AgreedItem


def _letter(body: AgreedItem, facts: LetterFacts) -> Letter:
    minutes = f"（{body.minutes_doc_no}）" if body.minutes_doc_no else ""
    text = (
        f"{say.day(body.held_on)}召开的{body.meeting}{minutes}议定、由贵单位办理的第{body.no}项事项如下。",
        say.sentence(body.item),
        f"请于{say.day(body.due_on)}前办理，并将进展和办结情况函告我单位。该日期由会议商定，不是法定时限。",
        *say.noted(body, "note"),
        "本函属于工作协调，不是案件交办，不涉及指定管辖。",
        "特此函告。",
    )
    return say.draft(body, facts, text)


KIND = Kind("agreed_item", 1, AgreedItem, opens=True, audience="one", dated_by="due_on", letter=_letter)
