"""代录: the opener enters what an office behind a gap, or outside the federation, did and answered on paper.

Source: 公安机关办理刑事案件程序规定 art. 347 (办案协作函件 by fax or mail), 党政机关公文处理工作条例 (登记). What is
entered here is never shown as signed by the other office: it is our own record of a sheet of paper, checked by a
second person (录入人, 核对人), with the sealed sheet scanned.
"""

from typing import Annotated, ClassVar, Literal

from schemas.answer import ReturnReason
from schemas.assistance_feedback import ItemResult, Officer
from schemas.base import Opt, Ruled, When, about, fault, labels, maybe
from schemas.document import Document, Evidence, has_scan
from schemas.parts import CaseNo, DateText, LongText, Note, PartyName, PersonName, ShortText
from schemas.transfer_result import Disposal

_ACCEPT = ("handling_unit",)
_RETURN = ("reason", "explanation")
_FEEDBACK = ("results", "conclusion", "evidence", "officers")
_RESULT = ("result",)
_RECEIPT = ("receipt_no",)
UNSCANNED = ("record-dispatch", "record-delivery")
"""Acts for which no sheet of the other office exists."""


class ProxyRecord(Ruled, Document):
    """代录."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("channel", ("post",), requires=("tracking_no",)),
        When("act", UNSCANNED, forbids=(*_ACCEPT, *_RETURN, *_FEEDBACK, *_RESULT, *_RECEIPT)),
        When(
            "act",
            ("record-sign-for",),
            requires=("attachments",),
            forbids=(*_ACCEPT, *_RETURN, *_FEEDBACK, *_RESULT),
        ),
        When(
            "act",
            ("record-accept",),
            requires=("handling_unit", "attachments"),
            forbids=(*_RETURN, *_FEEDBACK, *_RESULT),
        ),
        When("act", ("record-return",), requires=(*_RETURN, "attachments"), forbids=(*_ACCEPT, *_FEEDBACK, *_RESULT)),
        When("act", ("record-interim",), requires=("results", "attachments"), forbids=(*_ACCEPT, *_RETURN, *_RESULT)),
        When(
            "act",
            ("record-final",),
            requires=("results", "conclusion", "attachments"),
            forbids=(*_ACCEPT, *_RETURN, *_RESULT),
        ),
        When("act", ("record-result",), requires=("result", "attachments"), forbids=(*_ACCEPT, *_RETURN, *_FEEDBACK)),
    )

    act: Annotated[
        Literal[
            "record-dispatch",
            "record-delivery",
            "record-sign-for",
            "record-accept",
            "record-return",
            "record-interim",
            "record-final",
            "record-result",
        ],
        labels(
            {
                "record-dispatch": "登记寄出",
                "record-delivery": "登记送达",
                "record-sign-for": "代录签收",
                "record-accept": "代录受理",
                "record-return": "代录退回",
                "record-interim": "代录阶段反馈",
                "record-final": "代录最终反馈",
                "record-result": "代录处理结果",
            }
        ),
    ] = about("登记事项", "与所办的动作一致")
    channel: Annotated[
        Literal["post", "secure_courier", "fax", "in_person", "ferry"],
        labels(
            {
                "post": "邮寄",
                "secure_courier": "机要",
                "fax": "传真",
                "in_person": "专人送达",
                "ferry": "摆渡介质",
            }
        ),
    ] = about("传递方式", "邮寄、机要、传真、专人送达、摆渡介质")
    tracking_no: Opt[str] = maybe(
        "邮件号", "邮寄必填；挂号、快递单号", min_length=4, max_length=40, pattern=r"^[0-9A-Za-z-]{4,40}$"
    )
    paper_date: DateText = about("纸质日期", "寄出、送达、签收或对方纸质文书的成文日期；时限按该日期计算")
    paper_doc_no: Opt[CaseNo] = maybe("纸质文号", "对方纸质文书的文号，照录")
    recorder: PersonName = about("录入人", "录入人员姓名")
    checker: PersonName = about("核对人", "对照纸质原件核对的人员姓名，不得与录入人相同")
    receipt_no: Opt[ShortText] = maybe("对方收文号", "回执上的收文登记编号")
    handling_unit: Opt[ShortText] = maybe("承办单位", "代录受理必填")
    reason: Opt[ReturnReason] = maybe("退回理由", "代录退回必填")
    explanation: Opt[Note] = maybe("退回说明", "代录退回必填；照录对方所述")
    results: Opt[tuple[ItemResult, ...]] = maybe("逐项结果", "代录反馈必填；按原函序号", min_length=1, max_length=50)
    evidence: Opt[tuple[Evidence, ...]] = maybe("证据材料清单", "随纸质答复收到的材料", min_length=1, max_length=200)
    officers: Opt[tuple[Officer, ...]] = maybe("取证人员", "纸质答复载明的取证人员", min_length=1, max_length=20)
    conclusion: Opt[LongText] = maybe("结论", "代录最终反馈必填；照录")
    result: Opt[Disposal] = maybe("处理结果", "代录处理结果必填")
    other_office: Opt[PartyName] = maybe("对方单位", "纸质文书的落款单位")

    def check(self) -> None:
        """Two persons, one result for each item, a scan of the sheet, and no paper from the future."""
        if self.recorder == self.checker:
            raise fault("same_person", "核对人不得与录入人为同一人，请由另一名工作人员对照原件核对", "checker")
        if self.results and len({result.no for result in self.results}) != len(self.results):
            raise fault("not_unique", "同一协查事项填写了多个结果", "results")
        if self.act not in UNSCANNED and not has_scan(self.attachments):
            raise fault("no_scan", "须附对方盖章文书或回执的扫描件，附件类别选“扫描件”或“盖章件”", "attachments")
        if self.issue_date and self.paper_date > self.issue_date:
            raise fault("date_order", "纸质日期不得晚于录入文书的成文日期", "paper_date")
