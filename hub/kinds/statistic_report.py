"""A member's signed counts of one period, for the joint-meeting office."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.statistic_report import StatisticReport


def _letter(body: StatisticReport, facts: LetterFacts) -> Letter:
    text = (
        (
            f"{say.by_law(body)}现报送我单位{say.day(body.since)}至{say.day(body.until)}统计报表，"
            f"数据截止{say.moment(body.cut_off)}。"
        ),
        *say.noted(body, "agreement_version", "note"),
        "特此报送。",
    )
    fields = ("indicator", "measure", "title", "scope", "peer", "numerator", "denominator", "open", "unit")
    return say.draft(body, facts, text, say.table("统计值", body.figures, *fields))


KIND = Kind("statistic_report", 1, StatisticReport, opens=True, audience="one", replaces=True, letter=_letter)
