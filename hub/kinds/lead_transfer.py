"""A lead goes to the office competent for it; the reporter stays masked (投诉举报处理办法 art. 37)."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.lead_transfer import LeadTransfer


def _letter(body: LeadTransfer, facts: LetterFacts) -> Letter:
    number = f"（线索编号：{body.lead_no}）" if body.lead_no else ""
    first = "我单位为首接单位。" if body.first_receiver else ""
    acted = "有关情形已先行处置。" if body.act_then_transfer else ""
    text = (
        f"我单位发现下列涉嫌违法线索{number}，线索来源：{say.said(body, 'source')}。{first}{acted}",
        f"涉嫌违法事实：{say.sentence(body.suspected_facts)}",
        *say.noted(body, "place", "preliminary_check", "urgency", "urgency_reason", "measures", "received_on"),
        f"{say.by_law(body)}现移送贵单位，请予核查处理，并将处理结果函告我单位。",
        "举报人信息依法保密，未随函移送。",
        "此函。",
    )
    tables = (
        *say.table("被反映主体", body.subjects, *say.PARTY),
        *say.table("证据材料", body.evidence, *say.EVIDENCE),
        *say.table("流转经过", body.trail, *say.STEP),
    )
    return say.draft(body, facts, text, tables, tear_off=True)


KIND = Kind("lead_transfer", 1, LeadTransfer, opens=True, audience="one", letter=_letter)
