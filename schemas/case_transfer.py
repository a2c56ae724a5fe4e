"""案件移送函: a filed case goes to the organ competent for it, with its file and its items.

Source: 市场监督管理行政处罚程序规定 arts 14 (other market regulation bureau; a disputed transfer is not sent on), 17
(other organ or suspected crime), 23; form 4 of 国市监法发〔2021〕42号; 公安机关办理刑事案件程序规定 art. 175;
禁止传销条例 art. 18 for the seizure limits.
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Ruled, When, about, fault, labels, maybe
from schemas.casefile import FileLine, SeizedItem, check_numbers
from schemas.document import Document
from schemas.lead_transfer import Step
from schemas.parts import CaseNo, DateText, LongText, Note, ShortText
from schemas.party import Party

TransferBasis = Annotated[
    Literal["art_14", "art_17", "police_175", "other"],
    labels(
        {
            "art_14": "程序规定第十四条（属其他市场监督管理部门管辖）",
            "art_17": "程序规定第十七条（属其他行政机关管辖或者涉嫌犯罪）",
            "police_175": "公安机关办理刑事案件程序规定第一百七十五条",
            "other": "其他规定",
        }
    ),
]


class CaseTransfer(Ruled, Document):
    """案件移送函."""

    RULES: ClassVar[tuple[When, ...]] = (When("transfer_basis", ("other",), requires=("basis",)),)

    case_name: ShortText = about("案由", "案由或案件名称")
    case_no: CaseNo = about("案号", "立案编号")
    filed_on: DateText = about("立案日期", "本单位立案的日期")
    parties: tuple[Party, ...] = about("当事人", "名称或姓名、证件", min_length=1, max_length=50)
    facts: LongText = about("查明事实", "已查明的违法事实和证据情况")
    transfer_basis: TransferBasis = about("移送依据", "程序规定第十四条、第十七条等；其他规定须填法律依据")
    grounds: LongText = about("移送理由", "为何不属本单位管辖、为何由收件单位管辖")
    files: tuple[FileLine, ...] = about("案卷材料清单", "逐件列明", min_length=1, max_length=500)
    items: Opt[tuple[SeizedItem, ...]] = maybe(
        "涉案物品清单", "逐件列明查封、扣押期限届满日", min_length=1, max_length=500
    )
    measures: Opt[Note] = maybe("已采取措施", "强制措施和先行处置情况（先处置再移送）")
    requests: tuple[ShortText, ...] = about("请求事项", "例如 受理、反馈处理结果", min_length=1, max_length=20)
    receipt_wanted: bool = about("是否需要回执", "是：请填写回执并加盖公章后返回")
    received_on: Opt[DateText] = maybe("首次接到日期", "首接单位接到线索的日期")
    trail: Opt[tuple[Step, ...]] = maybe("流转经过", "按时间先后；来函前经手的单位", min_length=1, max_length=50)

    def check(self) -> None:
        """The lists are numbered; the case was filed before it is transferred."""
        check_numbers(self.files, "files", "案卷材料清单")
        check_numbers(self.items, "items", "涉案物品清单")
        if self.issue_date and self.filed_on > self.issue_date:
            raise fault("date_order", "立案日期不得晚于成文日期", "filed_on")
        trail = [step.on for step in self.trail or ()]
        if trail != sorted(trail) or (self.received_on and trail and trail[0] < self.received_on):
            raise fault("date_order", "流转经过应按时间先后排列，不早于首次接到日期", "trail")
