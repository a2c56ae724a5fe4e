"""What was said and agreed at a joint meeting."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.meeting_minutes import MeetingMinutes


def _letter(body: MeetingMinutes, facts: LetterFacts) -> Letter:
    text = (
        f"{say.moment(body.held_at)}，{body.chair}在{body.place}主持召开{body.meeting}。现将会议情况纪要如下。",
        say.sentence(body.summary),
        *say.noted(body, "present", "absent"),
        "议定事项由责任单位按承诺办理，联席会议办公室只作协调跟踪，不是案件交办，不涉及指定管辖。",
    )
    return say.draft(body, facts, text, say.table("议定事项", body.agreed, "no", "item", "offices", "due_on"))


KIND = Kind("meeting_minutes", 1, MeetingMinutes, opens=False, audience="any", replaces=True, letter=_letter)
