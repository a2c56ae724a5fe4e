"""移送处理结果: what became of a lead that was transferred.

Source: 市场监督管理行政处罚程序规定 arts 17, 18 (filing decided after the check), 77; 禁止传销条例 arts 13, 24;
行政执法机关移送涉嫌犯罪案件的规定 (国务院令310号) art. 5 for transfers to the police of the same level.
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Ruled, When, about, labels, maybe
from schemas.document import Document, LegalDocument
from schemas.parts import CaseNo, DateText, DocNo, LongText, Money, PartyName

ResultOutcome = Annotated[
    Literal["filed", "not_filed", "penalised", "transferred_police", "transferred_other", "merged", "closed"],
    labels(
        {
            "filed": "立案",
            "not_filed": "不予立案",
            "penalised": "行政处罚",
            "transferred_police": "移送公安机关",
            "transferred_other": "移送其他有权机关",
            "merged": "并案",
            "closed": "办结（不予处罚）",
        }
    ),
]


class Disposal(Ruled):
    """处理结果: shared with the same answer when it came on paper and is entered by the other side."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("outcome", ("filed", "merged"), requires=("case_no", "filed_on")),
        When("outcome", ("penalised",), requires=("decision",)),
        When("outcome", ("not_filed", "closed"), requires=("explanation",)),
        When("outcome", ("transferred_police", "transferred_other"), requires=("transferred_to", "transferred_on")),
        When("outcome", ("not_filed",), forbids=("fine", "confiscated", "decision")),
    )

    outcome: ResultOutcome = about("处理结果", "立案、不予立案、行政处罚、移送公安机关等")
    case_no: Opt[CaseNo] = maybe("案号", "立案、并案必填")
    filed_on: Opt[DateText] = maybe("立案日期", "立案、并案必填")
    decision: Opt[LegalDocument] = maybe("处罚决定", "行政处罚必填")
    fine: Opt[Money] = maybe("罚款金额（元）", "单位：元，两位小数")
    confiscated: Opt[Money] = maybe("没收金额（元）", "没收违法所得；单位：元，两位小数")
    transferred_to: Opt[PartyName] = maybe("移送机关", "移送公安机关或其他机关必填")
    transferred_on: Opt[DateText] = maybe("移送日期", "移送公安机关或其他机关必填")
    explanation: Opt[LongText] = maybe("情况说明", "不予立案、不予处罚的写明理由")


class TransferResult(Disposal, Document):
    """移送处理结果."""

    original_doc_no: Opt[DocNo] = maybe("原移送函文号", "所答复的移送函文号")
