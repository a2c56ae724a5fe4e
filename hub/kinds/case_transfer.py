"""A filed case goes to the competent organ with file and items; it is not transferred on (程序规定 art. 14)."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.case_transfer import CaseTransfer


def _letter(body: CaseTransfer, facts: LetterFacts) -> Letter:
    basis = "" if body.transfer_basis == "other" else f"（{say.said(body, 'transfer_basis')}）"
    filed = f"我单位于{say.day(body.filed_on)}对{say.case(body.case_name)}立案调查（案号：{body.case_no}）。"
    text = (
        filed,
        f"经查：{say.sentence(body.facts)}",
        f"移送理由：{say.sentence(body.grounds)}",
        f"{say.by_law(body)}现将本案移送贵单位{basis}，案卷材料和涉案物品随案移交，清单附后。",
        *say.noted(body, "measures", "requests", "received_on"),
        "对移送案件的管辖有异议的，请报请共同的上一级机关指定管辖，不得再自行移送。",
        say.expiry(body.items),
        "此函。",
    )
    tables = (
        *say.table("当事人", body.parties, *say.PARTY),
        *say.table("案卷材料清单", body.files, *say.FILE),
        *say.table("涉案物品清单", body.items, *say.SEIZED),
        *say.table("流转经过", body.trail, *say.STEP),
    )
    return say.draft(body, facts, text, tables, tear_off=body.receipt_wanted)


KIND = Kind("case_transfer", 1, CaseTransfer, opens=True, audience="one", letter=_letter)
