"""报请指定管辖: talks failed or were skipped; one side lays the dispute before the common superior and tells the other.

Source: 市场监督管理行政处罚程序规定 arts 13, 14, 16 (报请共同的上一级部门指定管辖); 公安机关办理刑事案件程序规定 arts
22, 23: the petition lists suspect, charge, facts, dispute, negotiation and reasons. A joint meeting is no superior.
"""

from schemas.base import Opt, Ruled, about, fault, maybe
from schemas.casefile import FileLine, check_numbers
from schemas.document import Document
from schemas.parts import DateText, LongText, PartyName, ShortText
from schemas.party import Party


class JurisdictionEscalation(Ruled, Document):
    """报请指定管辖."""

    superior: PartyName = about("报请机关", "争议双方的共同上一级机关全称")
    case_name: ShortText = about("案由", "案由或案件名称")
    parties: tuple[Party, ...] = about("当事人（犯罪嫌疑人）", "名称或姓名、证件", min_length=1, max_length=50)
    charge: ShortText = about("涉嫌违法行为（罪名）", "例如 组织策划传销；组织、领导传销活动罪")
    facts: LongText = about("案件事实", "已查明的事实")
    dispute: LongText = about("争议情况", "争议双方、各自立案时间和主张")
    negotiation: LongText = about("协商情况", "协商的时间和结果；未经协商的写明原因")
    reasons: LongText = about("报请理由", "建议的管辖机关和依据")
    submitted_on: DateText = about("报送日期", "向上级机关报送的日期")
    materials: Opt[tuple[FileLine, ...]] = maybe("报送材料清单", "随文报送的案卷材料", min_length=1, max_length=500)

    def check(self) -> None:
        """The list is numbered; nothing is submitted before it is written."""
        check_numbers(self.materials, "materials", "报送材料清单")
        if self.issue_date and self.submitted_on < self.issue_date:
            raise fault("date_order", "报送日期不得早于成文日期", "submitted_on")
