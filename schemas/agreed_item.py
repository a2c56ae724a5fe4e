"""议定事项: one item of the minutes goes to the office that agreed to it, and comes back as reports until it is done.

Its day travels in the header (``deadline.requested``), so that both ends follow it alike.

Source: 三省五市联动机制 (联席会议议定事项). It rests on the office's own word at the meeting: it is no 交办, and
the day is agreed (协议), not statutory.
"""

from schemas.base import Opt, Ruled, about, fault, maybe
from schemas.document import Copied, Document
from schemas.parts import DateText, DocNo, LongText, Note, ShortText


class AgreedItem(Ruled, Copied, Document):
    """议定事项."""

    meeting: ShortText = about("会议名称", "与会议纪要一致")
    held_on: DateText = about("会议日期", "会议召开的日期")
    minutes_doc_no: Opt[DocNo] = maybe("纪要文号", "会议纪要的文号")
    no: int = about("序号", "纪要中的序号", ge=1, le=100)
    item: LongText = about("议定事项", "与纪要一致")
    due_on: DateText = about("完成日期", "会议商定的日期")
    note: Opt[Note] = maybe("说明", "需要说明的情况")

    def check(self) -> None:
        """It was agreed before it is written down, and is due after that."""
        if self.issue_date and self.held_on > self.issue_date:
            raise fault("date_order", "会议日期不得晚于成文日期", "held_on")
        if self.due_on < self.held_on:
            raise fault("date_order", "完成日期不得早于会议日期", "due_on")
