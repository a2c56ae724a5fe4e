"""管辖争议: two offices hold themselves, or each other, competent for a case; who filed first, when, is put on record.

Source: 行政处罚法 art. 25 and 市场监督管理行政处罚程序规定 arts 7, 10, 12 (最先立案), 13 (seven working days of talks,
then the common superior); 公安机关办理刑事案件程序规定 arts 22, 23; 公安机关跨省涉企犯罪案件管辖规定 (main place of
the offence, then the enterprise's seat). Urgent measures go on meanwhile (先处置再移送).
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Ruled, When, about, fault, labels, maybe
from schemas.document import Document, Place
from schemas.parts import CaseNo, DateText, LongText, MomentText, Note, ShortText
from schemas.party import Party

Side = Annotated[Literal["opener", "other"], labels({"opener": "提出争议的单位", "other": "收到争议函的单位"})]
"""The two sides as the matter names them: who raised the dispute, and who was addressed."""

PLACES = ("act_place", "business_place", "platform_seat", "main_offence_place", "enterprise_seat")


class JurisdictionDispute(Ruled, Document):
    """管辖争议."""

    RULES: ClassVar[tuple[When, ...]] = (When("competent", ("opener", "other"), any_of=PLACES),)

    case_name: ShortText = about("案由", "案由或案件名称")
    parties: Opt[tuple[Party, ...]] = maybe("当事人", "名称或姓名、证件", min_length=1, max_length=50)
    arose_on: DateText = about("争议发生日期", "协商期限自该日起算（程序规定第十三条，7 个工作日）")
    own_filed_at: Opt[MomentText] = maybe("本单位立案时间", "北京时间，精确到秒；未立案的不填")
    own_case_no: Opt[CaseNo] = maybe("本单位案号", "已立案的填写")
    other_filed_at: Opt[MomentText] = maybe("对方立案时间", "所知的对方立案时间，北京时间")
    other_case_no: Opt[CaseNo] = maybe("对方案号", "所知的对方案号")
    act_place: Opt[Place] = maybe("违法行为发生地", "程序规定第七条")
    business_place: Opt[Place] = maybe("实际经营地", "程序规定第十条")
    platform_seat: Opt[Place] = maybe("平台住所地", "程序规定第十条")
    main_offence_place: Opt[Place] = maybe("主要犯罪地", "公安机关跨省涉企犯罪案件管辖规定")
    enterprise_seat: Opt[Place] = maybe("企业所在地", "公安机关跨省涉企犯罪案件管辖规定")
    facts: LongText = about("案件情况", "已查明的主要事实")
    competent: Side = about("主张的管辖方", "提出争议的单位或收到争议函的单位")
    position: LongText = about("管辖意见", "理由和依据的条款")
    urgent_measures_continue: bool = about("紧急措施是否继续", "争议期间已采取的紧急措施是否继续（先处置再移送）")
    urgent_measures: Opt[Note] = maybe("紧急措施情况", "已采取的措施及其期限")

    def check(self) -> None:
        """Nothing on record lies behind the day of the letter."""
        if self.issue_date is None:
            return
        for field in ("arose_on", "own_filed_at", "other_filed_at"):
            value = getattr(self, field)
            if value is not None and value[:10] > self.issue_date:
                raise fault("date_order", "不得晚于成文日期", field)
