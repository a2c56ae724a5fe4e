"""联席会议通知: the office on duty calls the members together.

Source: 三省五市联动机制 (每年“三省五市”联席会议); the joint meeting coordinates and is no superior of anybody.
"""

from schemas.base import Opt, Part, Ruled, about, fault, maybe
from schemas.document import Copied, Document
from schemas.parts import Count, DateText, MomentText, Note, PartyName, ShortText


class Topic(Part):
    """议题: one point of the agenda."""

    no: int = about("序号", "议题序号", ge=1, le=50)
    title: ShortText = about("议题", "议题名称")
    presenter: Opt[PartyName] = maybe("汇报单位", "准备材料、汇报的单位")


class MeetingNotice(Ruled, Copied, Document):
    """联席会议通知."""

    meeting: ShortText = about("会议名称", "例如 2026年度三省五市联席会议")
    host: PartyName = about("轮值单位", "承办会议的单位")
    starts_at: MomentText = about("会议时间", "北京时间")
    place: ShortText = about("会议地点", "地址、会议室；视频会议写明方式，不写口令")
    topics: tuple[Topic, ...] = about("议题", "逐项列明", min_length=1, max_length=50)
    attendees: Note = about("参会人员", "请参会的负责人、联络员")
    seats: Opt[Count] = maybe("每单位人数", "单位：人")
    reply_by: Opt[DateText] = maybe("报名日期", "请回复参会人员的日期")
    preparation: Opt[Note] = maybe("会前准备", "请各单位准备的材料")

    def check(self) -> None:
        """Points are numbered once each; one answers before the meeting and is told before it."""
        if len({one.no for one in self.topics}) != len(self.topics):
            raise fault("not_unique", "议题序号重复", "topics")
        if self.reply_by and self.reply_by > self.starts_at[:10]:
            raise fault("date_order", "报名日期不得晚于会议日期", "reply_by")
        if self.issue_date and self.starts_at[:10] < self.issue_date:
            raise fault("date_order", "会议时间不得早于成文日期", "starts_at")
