"""The opener enters what an office without a wire did on paper; the paper date moves the clock (DESIGN D15)."""

from __future__ import annotations

from hub.kinds import wording as say
from hub.kinds.kind import Kind
from hub.kinds.letter import Letter, LetterFacts
from schemas.proxy_record import ProxyRecord


def _letter(body: ProxyRecord, facts: LetterFacts) -> Letter:
    """A register sheet, not a letter of the other office: what it said on paper, and who copied and checked it."""
    text = (
        f"纸质文书登记（{say.said(body, 'act')}）。本登记由本单位根据纸质文书录入，不是对方单位签署的电子文书。",
        *say.noted(body, "other_office", "channel", "tracking_no", "paper_date", "paper_doc_no", "receipt_no"),
        *say.noted(body, "handling_unit", "reason", "explanation", "conclusion", "basis"),
        *(say.noted(body.result, *say.DISPOSAL) if body.result else ()),
        f"录入人：{body.recorder}；核对人：{body.checker}（已对照纸质原件核对）。",
    )
    tables = (
        *say.table("逐项结果", body.results, *say.RESULT),
        *say.table("证据材料清单", body.evidence, *say.EVIDENCE),
        *say.table("取证人员", body.officers, *say.OFFICER),
    )
    return say.draft(body, facts, text, tables)


KIND = Kind("proxy_record", 1, ProxyRecord, opens=False, audience="one", dated_by="paper_date", letter=_letter)
