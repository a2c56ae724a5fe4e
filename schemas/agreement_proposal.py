"""协议修改建议: a member proposes to change an agreed time limit of the cooperation agreement.

Source: the members' own agreement (协作协议). Only agreed limits (协议时限) can be proposed away; statutory ones change
when the law does. What is agreed takes effect with the newly signed version of the agreement, not with this document.
"""

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Opt, Ruled, about, fault, labels, maybe
from schemas.document import Document
from schemas.parts import DateText, LongText, ShortText

RuleName = Annotated[str, Field(max_length=40, pattern=r"^[A-Z][A-Z0-9_]{1,39}$")]
LimitUnit = Annotated[
    Literal["working_days", "natural_days", "hours", "working_hours"],
    labels({"working_days": "个工作日", "natural_days": "日", "hours": "小时", "working_hours": "个工作小时"}),
]


class AgreementProposal(Ruled, Document):
    """协议修改建议."""

    rule: RuleName = about("规则编号", "协作协议中的时限规则编号，例如 ASSIST_CROSS")
    rule_title: Opt[ShortText] = maybe("规则名称", "协作协议中的规则名称")
    agreement_version: Opt[int] = maybe("协议版本", "所针对的协作协议版本号", ge=1, le=1_000_000_000)
    present_amount: int = about("现行数值", "单位另填", ge=1, le=3_660)
    present_unit: LimitUnit = about("现行单位", "工作日、日、小时、工作小时")
    proposed_amount: int = about("建议数值", "单位另填", ge=1, le=3_660)
    proposed_unit: LimitUnit = about("建议单位", "工作日、日、小时、工作小时")
    reason: LongText = about("修改理由", "写明修改的必要性和影响")
    effective_from: DateText = about("建议实施日期", "不早于成文日期；实际以新签署的协议为准")
    reply_by: Opt[DateText] = maybe("征求意见截止日期", "请各成员单位答复的日期")

    def check(self) -> None:
        """A proposal changes something, from a day still to come."""
        if (self.present_amount, self.present_unit) == (self.proposed_amount, self.proposed_unit):
            raise fault("unchanged", "建议值与现行值相同", "proposed_amount")
        if self.issue_date and self.effective_from < self.issue_date:
            raise fault("date_order", "建议实施日期不得早于成文日期", "effective_from")
        if self.reply_by and self.reply_by > self.effective_from:
            raise fault("date_order", "征求意见截止日期不得晚于建议实施日期", "reply_by")
