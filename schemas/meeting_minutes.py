"""联席会议纪要: what was said and agreed. Each agreed item also goes to its office as ``agreed_item``, to be followed.

Source: 党政机关公文处理工作条例 art. 8 (纪要: the main points of a meeting and the items agreed); GB/T 9704-2012 10.3.
"""

from schemas.base import Opt, Part, Ruled, about, fault, maybe
from schemas.document import Copied, Document
from schemas.parts import DateText, LongText, MomentText, PartyName, PersonName, ShortText


class Agreed(Part):
    """议定事项: what one office, or several, agreed to do by a day."""

    no: int = about("序号", "议定事项序号", ge=1, le=100)
    item: ShortText = about("议定事项", "要做的事")
    offices: tuple[PartyName, ...] = about("责任单位", "承诺办理的单位", min_length=1, max_length=100)
    due_on: Opt[DateText] = maybe("完成日期", "会议商定的日期；协议时限，不是法定时限")


class MeetingMinutes(Ruled, Copied, Document):
    """联席会议纪要."""

    meeting: ShortText = about("会议名称", "与会议通知一致")
    held_at: MomentText = about("会议时间", "北京时间")
    place: ShortText = about("会议地点", "地址、会议室或视频会议")
    chair: PersonName = about("主持人", "主持会议的负责人")
    present: tuple[PartyName, ...] = about("出席单位", "到会单位", min_length=1, max_length=200)
    absent: Opt[tuple[PartyName, ...]] = maybe("请假单位", "未到会单位", min_length=1, max_length=200)
    summary: LongText = about("会议情况", "汇报、讨论的主要内容")
    agreed: Opt[tuple[Agreed, ...]] = maybe(
        "议定事项", "逐项列明责任单位和完成日期；没有的不填", min_length=1, max_length=100
    )

    def check(self) -> None:
        """Items are numbered once each; a meeting is held before it is minuted, and its items end after it."""
        numbers = [one.no for one in self.agreed or ()]
        if len(set(numbers)) != len(numbers):
            raise fault("not_unique", "议定事项序号重复", "agreed")
        if any(one.due_on < self.held_at[:10] for one in self.agreed or () if one.due_on):
            raise fault("date_order", "议定事项完成日期不得早于会议日期", "agreed")
        if self.issue_date and self.issue_date < self.held_at[:10]:
            raise fault("date_order", "成文日期不得早于会议时间", "issue_date")
