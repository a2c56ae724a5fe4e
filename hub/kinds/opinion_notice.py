"""What stands in public about pyramid selling elsewhere: the office there looks into it and replies."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.opinion_notice import OpinionNotice


def _letter(body: OpinionNotice, facts: LetterFacts) -> Letter:
    text = (
        f"{say.by_law(body)}我单位发现涉及贵地的网络舆情，现通报如下。",
        say.sentence(body.summary),
        *say.noted(body, "risk_level", "regions", "keywords"),
        # A web address is longer than a column of a table.
        *(f"网址（{one.platform}）：{one.link}" for one in body.postings if one.link),
        *say.noted(body, "measures", "suggestion"),
        "请核实处置，并将首次回复和处置结果函告我单位。",
        "特此通报。",
    )
    fields = ("platform", "account", "first_seen_at", "captured_at", "reads", "reposts", "comments")
    tables = (
        *say.table("网络信息", body.postings, *fields),
        *say.table("涉及主体", body.organisations, *say.ORGANISATION),
    )
    return say.draft(body, facts, text, tables)


KIND = Kind("opinion_notice", 1, OpinionNotice, opens=True, audience="one", letter=_letter)
