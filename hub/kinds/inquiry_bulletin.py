"""The police tell other police whom to look for."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.inquiry_bulletin import InquiryBulletin


def _letter(body: InquiryBulletin, facts: LetterFacts) -> Letter:
    until = f"协查截止日期：{say.day(body.valid_until)}。" if body.valid_until else ""
    text = (
        f"我单位正在侦办{body.case_name}，{say.by_law(body)}请予协助调查。",
        *say.noted(body, "case_no", "filed_on"),
        f"案件概述：{say.sentence(body.summary)}",
        f"协查要求：{say.sentence(body.requirements)}{until}",
        "特此通报。",
    )
    fields = ("name", "aliases", "gender", "age", "resident_id", "household", "phone", "features", "clothing")
    return say.draft(body, facts, text, say.table("协查对象", body.targets, *fields))


KIND = Kind("inquiry_bulletin", 1, InquiryBulletin, opens=True, audience="any", replaces=True, letter=_letter)
