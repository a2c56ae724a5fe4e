"""指定管辖登记: one side puts the superior's 指定管辖通知书 on record; the hub itself designates nobody.

Source: 市场监督管理行政处罚程序规定 arts 15, 16 (seven working days from the receipt of the materials); form 2 of
国市监法发〔2021〕42号; 公安机关办理刑事案件程序规定 art. 23 (the first organ stops and hands over).
"""

from typing import Annotated, Literal

from schemas.base import Opt, Ruled, about, fault, labels, maybe
from schemas.document import Attachment, Document, has_scan
from schemas.parts import CaseNo, DateText, Note, PartyName, ShortText


class JurisdictionDesignation(Ruled, Document):
    """指定管辖登记."""

    designation_no: CaseNo = about("指定管辖通知书文号", "上级机关文书的文号，照录")
    designated_on: DateText = about("指定日期", "指定管辖通知书的成文日期")
    authority: PartyName = about("指定机关", "作出指定的共同上一级机关全称；联席会议办公室无权指定管辖")
    competent: Annotated[
        Literal["opener", "other", "third"],
        labels({"opener": "提出争议的单位", "other": "收到争议函的单位", "third": "其他单位"}),
    ] = about("被指定方", "提出争议的单位、收到争议函的单位或其他单位")
    designated_office: PartyName = about("被指定管辖机关", "被指定机关全称")
    case_name: ShortText = about("案由", "案由或案件名称")
    article: Annotated[
        Literal["art_15", "art_16", "police_22", "other"],
        labels(
            {
                "art_15": "程序规定第十五条",
                "art_16": "程序规定第十六条",
                "police_22": "公安机关办理刑事案件程序规定第二十二条",
                "other": "其他规定",
            }
        ),
    ] = about("指定依据", "程序规定第十五、十六条等")
    submitted_on: Opt[DateText] = maybe("报请日期", "报请指定管辖的日期")
    materials_received_on: Opt[DateText] = maybe("上级收到材料日期", "指定期限自该日起算（程序规定第十六条）")
    received_on: Opt[DateText] = maybe("本单位收到日期", "本单位收到指定管辖通知书的日期")
    handover: Note = about("案卷移交要求", "移交案卷、物品、人员的要求和期限")
    handover_by: Opt[DateText] = maybe("移交期限", "通知书载明的移交日期")

    attachments: tuple[Attachment, ...] = about(
        "附件", "必须附指定管辖通知书的扫描件，最多 100 件", min_length=1, max_length=100
    )

    def check(self) -> None:
        """The sheet itself is there, and the dates stand in the order of the events."""
        if not has_scan(self.attachments):
            raise fault("no_scan", "须附指定管辖通知书的扫描件，附件类别选“扫描件”或“盖章件”", "attachments")
        days = (self.submitted_on, self.materials_received_on, self.designated_on, self.received_on, self.issue_date)
        known = [day for day in days if day is not None]
        if known != sorted(known):
            raise fault("date_order", "报请、上级收到材料、指定、本单位收到、成文日期应依次不早于前者", "designated_on")
        if self.handover_by and self.handover_by < self.designated_on:
            raise fault("date_order", "移交期限不得早于指定日期", "handover_by")
