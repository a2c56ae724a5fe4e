"""协助调查函: one office asks another for evidence or facts; the case stays with the one who asks.

Source: 市场监督管理行政处罚程序规定 art. 45 (market regulation, 15 working days), 行政处罚法 art. 26 (other organs);
form 17 of 国市监法发〔2021〕42号.
"""

from typing import Annotated, Literal

from schemas.base import Opt, Part, Ruled, about, fault, labels, maybe
from schemas.document import Document
from schemas.parts import CaseNo, DateText, LongText, Note, ShortText
from schemas.party import Party

TargetType = Annotated[
    Literal["company", "person", "address", "account", "vehicle", "other"],
    labels(
        {
            "company": "企业",
            "person": "人员",
            "address": "地址",
            "account": "账户",
            "vehicle": "车辆",
            "other": "其他",
        }
    ),
]


class RequestItem(Part):
    """协查事项: one thing asked."""

    no: int = about("序号", "从 1 起，不重复", ge=1, le=50)
    target_type: TargetType = about("协查对象类型", "企业、人员、地址、账户、车辆、其他")
    target: ShortText = about("协查对象", "名称、姓名、地址、账号或号牌")
    matter: Note = about("协查事项", "需要查明或调取的内容")
    evidence_form: ShortText = about("要求的证据形式", "例如 登记档案复印件加盖公章、询问笔录")
    purpose: ShortText = about("目的", "用于证明的事实")


class AssistanceRequest(Ruled, Document):
    """协助调查函."""

    case_name: ShortText = about("案由", "案由或案件名称")
    case_no: Opt[CaseNo] = maybe("案号", "已立案的填写")
    filed_on: Opt[DateText] = maybe("立案日期", "已立案的填写")
    parties: Opt[tuple[Party, ...]] = maybe("当事人", "名称或姓名、证件", min_length=1, max_length=50)
    facts: LongText = about("已查明事实摘要", "协查所需的最少事实")
    items: tuple[RequestItem, ...] = about("协查事项", "逐项列明，1–50 项", min_length=1, max_length=50)
    basis: tuple[ShortText, ...] = about(
        "法律依据",
        "市场监管部门之间：市场监督管理行政处罚程序规定第四十五条；其他机关：行政处罚法第二十六条",
        min_length=1,
        max_length=20,
    )
    reply_to: Opt[ShortText] = maybe("回函地址", "纸质材料的寄送地址")

    def check(self) -> None:
        """Feedback answers item by item, so every item needs a number of its own."""
        if len({item.no for item in self.items}) != len(self.items):
            raise fault("not_unique", "协查事项的序号重复", "items")
