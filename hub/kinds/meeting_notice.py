"""The office on duty calls the members together."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.meeting_notice import MeetingNotice


def _letter(body: MeetingNotice, facts: LetterFacts) -> Letter:
    text = (
        f"{say.by_law(body)}定于{say.moment(body.starts_at)}召开{body.meeting}，现将有关事项通知如下。",
        *say.noted(body, "host", "place", "attendees", "seats", "preparation", "reply_by"),
        "特此函告。",
    )
    return say.draft(body, facts, text, say.table("议题", body.topics, "no", "title", "presenter"))


KIND = Kind("meeting_notice", 1, MeetingNotice, opens=True, audience="any", replaces=True, letter=_letter)
