"""One office asks another to investigate; the other must accept or return it in time (程序规定 art. 45)."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.assistance_request import AssistanceRequest


def _letter(body: AssistanceRequest, facts: LetterFacts) -> Letter:
    case = f"（案号：{body.case_no}）" if body.case_no else ""
    filed = f"，于{say.day(body.filed_on)}立案" if body.filed_on else ""
    text = (
        f"我单位办理的{say.case(body.case_name)}{case}{filed}，需要贵单位协助调查。现将有关事项函告如下。",
        f"已查明事实：{say.sentence(body.facts)}",
        f"{say.by_law(body)}请贵单位对所列协查事项予以协助，并将结果和证据材料函复我单位。",
        "不属于贵单位职权范围的，请说明情况；需要延期完成的，请在期限届满前告知我单位。",
        *say.noted(body, "reply_to"),
        "此函。",
    )
    tables = (
        *say.table("当事人", body.parties, *say.PARTY),
        *say.table("协查事项", body.items, "no", "target_type", "target", "matter", "evidence_form", "purpose"),
    )
    return say.draft(body, facts, text, tables, tear_off=True)


KIND = Kind("assistance_request", 1, AssistanceRequest, opens=True, audience="one", letter=_letter)
