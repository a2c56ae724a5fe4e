"""线索移送函: a lead goes to the office competent for it. The reporter is never identified.

Source: 市场监督管理投诉举报处理办法 (总局令121号) arts 34, 37 (confidentiality), 40 (12315 platform), 41;
市场监督管理行政处罚程序规定 arts 14, 18; 禁止传销条例 arts 6, 13. 先处置再移送 and 首接负责 are the members' practice.
"""

from typing import Annotated, Literal

from schemas.base import Opt, Part, Ruled, about, fault, labels, maybe
from schemas.document import Document, Evidence, Place
from schemas.parts import DateText, LongText, Note, PartyName
from schemas.party import Party

LeadSource = Annotated[
    Literal[
        "complaint_report",
        "inspection",
        "monitoring",
        "found_in_assistance",
        "superior",
        "other_department",
        "grid_worker",
    ],
    labels(
        {
            "complaint_report": "投诉举报",
            "inspection": "监督检查",
            "monitoring": "监测",
            "found_in_assistance": "协查中发现",
            "superior": "上级交办",
            "other_department": "其他部门移送",
            "grid_worker": "网格员",
        }
    ),
]


class Subject(Party):
    """被反映主体: whoever the lead is about; a victim may be the reporter and is therefore not named here."""

    role: Annotated[
        Literal[
            "organizer",
            "core_member",
            "recruiter",
            "participant",
            "facilitator",
            "landlord",
            "agent",
            "platform",
            "undetermined",
        ],
        labels(
            {
                "organizer": "组织策划者",
                "core_member": "骨干",
                "recruiter": "介绍、诱骗、胁迫者",
                "participant": "一般参加者",
                "facilitator": "提供便利条件者",
                "landlord": "出租屋业主",
                "agent": "中介",
                "platform": "平台",
                "undetermined": "尚未认定",
            }
        ),
    ] = about("角色", "禁止传销条例第二十四、二十六条；不得填写受骗人员")


class Step(Part):
    """流转经过: one hand the lead went through before (首接负责 is proved by it)."""

    office: PartyName = about("单位", "经手单位全称")
    action: Annotated[Literal["transferred", "returned"], labels({"transferred": "移送", "returned": "退回"})] = about(
        "处理", "该单位移送或退回"
    )
    on: DateText = about("日期", "移送或退回的日期")
    reason: Opt[Note] = maybe("理由", "移送或退回的理由")


class LeadTransfer(Ruled, Document):
    """线索移送函."""

    source: LeadSource = about("线索来源", "投诉举报、检查、监测、协查中发现、上级交办等")
    lead_no: Opt[str] = maybe(
        "线索编号", "全国12315平台编号或本单位线索编号", min_length=4, max_length=40, pattern=r"^[0-9A-Za-z-]{4,40}$"
    )
    subjects: tuple[Subject, ...] = about("被反映主体", "企业、平台或人员", min_length=1, max_length=50)
    suspected_facts: LongText = about("涉嫌违法事实", "不得出现举报人身份信息（投诉举报处理办法第三十七条）")
    place: Place = about("发生地", "行政区划代码和详细地址")
    preliminary_check: Opt[LongText] = maybe("初核情况", "移送前的核查结果")
    reporter_masked: Literal[True] = about("举报人信息已去除", "只能为“是”；举报人身份不随线索移送")
    urgency: Annotated[
        Literal["normal", "urgent", "extra-urgent"],
        labels({"normal": "平件", "urgent": "加急", "extra-urgent": "特急"}),
    ] = about("紧急程度", "平件、加急、特急")
    urgency_reason: Opt[Note] = maybe("紧急理由", "限制人身自由、资金转移等")
    evidence: Opt[tuple[Evidence, ...]] = maybe("证据", "已取得的证据材料", min_length=1, max_length=200)
    first_receiver: bool = about("是否首接单位", "首接负责：本单位是否首先接到该线索")
    act_then_transfer: bool = about("是否先处置再移送", "管辖不明或紧急情形下是否已先行处置")
    measures: Opt[Note] = maybe("已先行处置情况", "先处置再移送的，写明措施")
    received_on: Opt[DateText] = maybe("首次接到日期", "本系统内首接单位接到该线索的日期")
    trail: Opt[tuple[Step, ...]] = maybe("流转经过", "按时间先后；来函前经手的单位", min_length=1, max_length=50)

    def check(self) -> None:
        """The trail runs forward from the day the lead first came in."""
        days = [self.received_on] if self.received_on else []
        days += [step.on for step in self.trail or ()]
        if self.issue_date:
            days.append(self.issue_date)
        if days != sorted(days):
            raise fault("date_order", "流转经过应按时间先后排列，不早于首次接到日期、不晚于成文日期", "trail")
