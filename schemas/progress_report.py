"""督办事项进展报告、办结报告: what the duty-holder did about what it was asked to do.

Source: 三省五市联动机制 (及时反馈结果); agreed, not statutory.
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Ruled, When, about, fault, labels, maybe
from schemas.document import Document
from schemas.parts import DateText, DocNo, LongText, Note


class ProgressReport(Ruled, Document):
    """进展（办结）报告."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("act", ("progress",), requires=("expected_on",), forbids=("completed_on",)),
        When("act", ("complete",), requires=("completed_on",), forbids=("expected_on", "obstacles")),
    )

    act: Annotated[Literal["progress", "complete"], labels({"progress": "报告进展", "complete": "报告办结"})] = about(
        "报告类型", "与所办的动作一致"
    )
    original_doc_no: Opt[DocNo] = maybe("督办（提示）函文号", "所答复的督办函、提示函文号")
    done: LongText = about("已办理情况", "已完成的事项")
    obstacles: Opt[Note] = maybe("存在的困难", "未能完成的原因和需要协调的事项")
    expected_on: Opt[DateText] = maybe("预计完成日期", "报告进展必填")
    completed_on: Opt[DateText] = maybe("办结日期", "报告办结必填")
    reply_doc_no: Opt[DocNo] = maybe("已发复函文号", "已向来函单位反馈的文书文号")

    def check(self) -> None:
        """The future lies behind the letter, the past before it."""
        if self.issue_date is None:
            return
        if self.expected_on and self.expected_on < self.issue_date:
            raise fault("date_order", "预计完成日期不得早于成文日期", "expected_on")
        if self.completed_on and self.completed_on > self.issue_date:
            raise fault("date_order", "办结日期不得晚于成文日期", "completed_on")
