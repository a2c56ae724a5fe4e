"""协查通报: the police tell other police whom or what to look for. Among police only.

Source: the form “关于协助调查××案件的通报” (案件概述, 协查对象, 协查要求, 联系方式); 公安机关办理刑事案件程序规定
arts 346–351 (办案协作, publication of fugitives stays on the police's own platform and is no matter of this form).
"""

from typing import Annotated, Literal

from schemas.base import Opt, Ruled, about, fault, labels, maybe
from schemas.document import Contact, Document, Place
from schemas.parts import CaseNo, DateText, LongText, Note, PersonName, Phone, ResidentId, Sha256, ShortText, Unique


class Wanted(Ruled):
    """协查对象: a person to look for; as little as the search needs."""

    name: PersonName = about("姓名", "2–50 字")
    aliases: Opt[Annotated[tuple[PersonName, ...], Unique]] = maybe(
        "曾用名、化名", "含绰号", min_length=1, max_length=20
    )
    gender: Opt[
        Annotated[Literal["male", "female", "unknown"], labels({"male": "男", "female": "女", "unknown": "不详"})]
    ] = maybe("性别", "男、女、不详")
    age: Opt[int] = maybe("年龄", "单位：周岁", ge=0, le=150)
    resident_id: Opt[ResidentId] = maybe("居民身份证号", "GB 11643-1999，18 位")
    household: Opt[Place] = maybe("户籍地", "行政区划代码和详细地址")
    phone: Opt[Phone] = maybe("联系电话", "手机 11 位，固定电话 区号-号码")
    features: Opt[Note] = maybe("体貌特征", "身高、体态、口音、特征")
    clothing: Opt[Note] = maybe("衣着", "发现时的衣着、携带物品")
    photo: Opt[Sha256] = maybe("照片", "附件摘要值；照片须列入附件")


class InquiryBulletin(Ruled, Document):
    """协查通报."""

    case_name: ShortText = about("案件名称", "案由或案件名称")
    case_no: Opt[CaseNo] = maybe("案号", "已立案的填写")
    filed_on: Opt[DateText] = maybe("立案日期", "已立案的填写")
    summary: LongText = about("案件概述", "时间、地点、经过")
    targets: tuple[Wanted, ...] = about("协查对象", "逐人列明，最少必要", min_length=1, max_length=50)
    requirements: LongText = about("协查要求", "请收件单位查找、核实的事项和发现后的处置")
    valid_until: Opt[DateText] = maybe("协查截止日期", "超过该日期不再需要协查")
    contact: Contact = about("联系方式", "联系人、电话、地址；协查通报必填")

    def check(self) -> None:
        """Every photo is one of the attachments; a search does not end before it begins."""
        parts = {one.part for one in self.attachments or ()}
        if any(target.photo not in parts for target in self.targets if target.photo):
            raise fault("not_attached", "照片未列入附件清单", "targets")
        if self.valid_until and self.issue_date and self.valid_until < self.issue_date:
            raise fault("date_order", "协查截止日期不得早于成文日期", "valid_until")
        if self.filed_on and self.issue_date and self.filed_on > self.issue_date:
            raise fault("date_order", "立案日期不得晚于成文日期", "filed_on")
