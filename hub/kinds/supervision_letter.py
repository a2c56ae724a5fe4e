"""A person asks the duty-holder for what is late; coordination, no assignment and no designation."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.supervision_letter import SupervisionLetter


def _letter(body: SupervisionLetter, facts: LetterFacts) -> Letter:
    number = f"（{body.subject_doc_no}）" if body.subject_doc_no else ""
    unit = say.said(body, "overdue_unit") or "个工作日"
    due = f"，应于{say.day(body.due_on)}前完成" if body.due_on else ""
    late = f"，现已逾期{body.overdue_days}{unit}" if body.overdue_days is not None else ""
    text = (
        f"贵单位承办的《{body.subject_title}》{number}{due}{late}。",
        *say.noted(body, "situation"),
        f"{say.by_law(body)}请贵单位：{say.sentence(body.asked)}",
        f"请于{say.day(body.reply_by)}前将进展或者办结情况函告我单位。",
        *say.noted(body, "note"),
        f"本{say.said(body, 'form')}属于工作协调，不是案件交办，不涉及指定管辖，不改变案件管辖和办理期限。",
        "特此函告。",
    )
    return say.draft(body, facts, text, signed_by=True)


KIND = Kind("supervision_letter", 1, SupervisionLetter, opens=True, audience="one", letter=_letter)
