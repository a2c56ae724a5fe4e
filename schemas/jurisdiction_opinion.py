"""管辖协商意见: position, proposal and agreement of the two sides of a dispute.

Source: 市场监督管理行政处罚程序规定 art. 13 (talks); 公安机关办理刑事案件程序规定 art. 22 (协商). An agreement binds
the two offices that made it, not the common superior.
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Ruled, When, about, fault, labels, maybe
from schemas.document import Document
from schemas.jurisdiction_dispute import Side
from schemas.parts import CaseNo, DateText, LongText, MomentText, Note


class JurisdictionOpinion(Ruled, Document):
    """管辖协商意见."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("act", ("position",), requires=("position",)),
        When("act", ("propose",), requires=("position", "competent")),
        When("act", ("agree",), requires=("competent",)),
    )

    act: Annotated[
        Literal["position", "propose", "agree"],
        labels({"position": "陈述意见", "propose": "提出协商方案", "agree": "同意协商方案"}),
    ] = about("意见类型", "与所办的动作一致")
    position: Opt[LongText] = maybe("意见", "陈述意见、提出方案必填；理由和依据")
    competent: Opt[Side] = maybe("建议（商定）的管辖方", "提出方案、同意方案必填；提出争议的单位或收到争议函的单位")
    filed_at: Opt[MomentText] = maybe("本单位立案时间", "北京时间，精确到秒；未立案的不填")
    case_no: Opt[CaseNo] = maybe("本单位案号", "已立案的填写")
    urgent_measures: Opt[Note] = maybe("紧急措施情况", "争议期间继续采取的措施")
    minutes_no: Opt[CaseNo] = maybe("协商记录编号", "协商纪要或会谈记录的编号")
    minutes_on: Opt[DateText] = maybe("协商日期", "协商纪要或会谈记录的日期")
    handover_by: Opt[DateText] = maybe("拟移交日期", "商定的案卷移交日期")

    def check(self) -> None:
        """Filing and talks lie before the letter, the handover not."""
        if self.issue_date is None:
            return
        for field in ("filed_at", "minutes_on"):
            value = getattr(self, field)
            if value is not None and value[:10] > self.issue_date:
                raise fault("date_order", "不得晚于成文日期", field)
        if self.handover_by and self.handover_by < self.issue_date:
            raise fault("date_order", "拟移交日期不得早于成文日期", "handover_by")
