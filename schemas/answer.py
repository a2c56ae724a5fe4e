"""签收、受理、退回、提出管辖异议: what a person at the addressee answers to a document.

Source: 市场监督管理行政处罚程序规定 art. 45 (receipt starts the clock), art. 14 (who disputes a transfer turns to the
common superior and does not send it on); 公安机关办理刑事案件程序规定 art. 348 (one department receives and checks);
党政机关公文处理工作条例 (签收, 登记). The return reasons are the alliance's own list in practitioners' words. A
sign-for names a role and a register number, never a person.
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Part, Ruled, When, about, fault, labels, maybe
from schemas.document import Document
from schemas.parts import DateText, DocNo, Note, PartyName, ShortText

ReturnReason = Annotated[
    Literal[
        "not_competent",
        "incomplete",
        "formalities_missing",
        "unclear",
        "duplicate",
        "jurisdiction_disputed",
        "classified_channel",
    ],
    labels(
        {
            "not_competent": "不属于本部门职权范围",
            "incomplete": "材料不齐",
            "formalities_missing": "法律手续不完备",
            "unclear": "协查事项不明确",
            "duplicate": "重复来函",
            "jurisdiction_disputed": "管辖有异议",
            "classified_channel": "涉密不宜经本系统传递",
        }
    ),
]

_SIGN_FOR = ("receipt_no", "received_on", "role")
_ACCEPT = ("handling_unit", "declined", "expected_on")
_RETURN = ("reason",)
_REFUSAL = ("explanation", "competent_office")
_NAMES = ("handler", "contact", "signer")


class DeclinedItem(Part):
    """部分退转: one item of the request that this office does not take."""

    no: int = about("事项序号", "来函协查事项的序号", ge=1, le=50)
    reason: ReturnReason = about("退转理由", "该事项不予受理的理由")
    explanation: Opt[Note] = maybe("说明", "需要说明的情况")
    competent_office: Opt[PartyName] = maybe("建议承办机关", "建议另行致函的机关全称")


class Answer(Ruled, Document):
    """签收、受理、退回或提出管辖异议."""

    RULES: ClassVar[tuple[When, ...]] = (
        When(
            "act",
            ("sign-for",),
            requires=_SIGN_FOR,
            forbids=(*_ACCEPT, *_RETURN, *_REFUSAL, "grounds", *_NAMES),
        ),
        When("act", ("accept",), requires=("handling_unit",), forbids=(*_SIGN_FOR, *_RETURN, *_REFUSAL, "grounds")),
        When("act", ("return",), requires=("reason", "explanation"), forbids=(*_SIGN_FOR, *_ACCEPT, "grounds")),
        When("act", ("dispute",), requires=("explanation", "grounds"), forbids=(*_SIGN_FOR, *_ACCEPT, *_RETURN)),
    )

    act: Annotated[
        Literal["sign-for", "accept", "return", "dispute"],
        labels({"sign-for": "签收", "accept": "受理", "return": "退回", "dispute": "提出管辖异议"}),
    ] = about("答复", "与所办的动作一致")
    original_doc_no: Opt[DocNo] = maybe("来文文号", "所答复文书的文号")
    receipt_no: Opt[ShortText] = maybe("收文号", "签收必填；本单位收文登记编号")
    received_on: Opt[DateText] = maybe("收文日期", "签收必填")
    role: Opt[
        Annotated[
            Literal["registry_clerk", "handler", "duty_officer"],
            labels({"registry_clerk": "收发员（机要员）", "handler": "承办人", "duty_officer": "值班人员"}),
        ]
    ] = maybe("签收岗位", "签收必填；只填岗位，不填姓名")
    handling_unit: Opt[ShortText] = maybe("承办单位", "受理必填；科室或县区局")
    declined: Opt[tuple[DeclinedItem, ...]] = maybe(
        "部分退转事项", "受理时不予办理的事项及理由；其余事项照办", min_length=1, max_length=50
    )
    expected_on: Opt[DateText] = maybe("预计办结日期", "受理时可填；不改变办理时限")
    reason: Opt[ReturnReason] = maybe("退回理由", "退回必填")
    explanation: Opt[Note] = maybe("退回（异议）说明", "退回、异议必填；写明具体情况和需要补充的材料")
    competent_office: Opt[PartyName] = maybe("建议承办机关", "退回、异议时可填；认为有管辖权的机关全称")
    grounds: Opt[tuple[ShortText, ...]] = maybe(
        "异议依据", "提出管辖异议必填；法律、法规、规章条款", min_length=1, max_length=20
    )

    def check(self) -> None:
        """Each declined item is named once; nobody expects to finish before the letter is written."""
        if self.declined and len({item.no for item in self.declined}) != len(self.declined):
            raise fault("not_unique", "同一协查事项重复退转", "declined")
        if self.expected_on and self.issue_date and self.expected_on < self.issue_date:
            raise fault("date_order", "预计办结日期不得早于成文日期", "expected_on")
