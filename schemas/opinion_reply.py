"""舆情回复: the first word on what was told, and later what was found and done.

Source: 三省五市联动机制 (处置跟踪, 及时反馈结果); agreed, not statutory.
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Ruled, When, about, fault, labels, maybe
from schemas.document import Copied, Document
from schemas.parts import DateText, DocNo, LongText, Note


class OpinionReply(Ruled, Copied, Document):
    """舆情回复."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("act", ("reply-first",), forbids=("completed_on",)),
        When("act", ("reply-final",), requires=("completed_on",), forbids=("expected_on",)),
        When("finding", ("checking",), requires=("expected_on",)),
    )

    act: Annotated[
        Literal["reply-first", "reply-final"], labels({"reply-first": "首次回复", "reply-final": "回复处置结果"})
    ] = about("回复类型", "与信封动作一致")
    original_doc_no: Opt[DocNo] = maybe("来文文号", "所回复舆情通报的文号")
    finding: Annotated[
        Literal["true", "partly", "untrue", "checking"],
        labels({"true": "属实", "partly": "部分属实", "untrue": "不属实", "checking": "正在核实"}),
    ] = about("核实情况", "属实、部分属实、不属实、正在核实；正在核实的须填预计完成日期")
    situation: LongText = about("情况说明", "核实的经过和结果")
    measures: Opt[Note] = maybe("处置措施", "删除、约谈、立案、移送等")
    expected_on: Opt[DateText] = maybe("预计完成日期", "首次回复时可填")
    completed_on: Opt[DateText] = maybe("处置完成日期", "回复处置结果必填")

    def check(self) -> None:
        """Who is done is no longer checking; the future lies behind the letter, the past before it."""
        if self.act == "reply-final" and self.finding == "checking":
            raise fault("forbidden_when", "处置结果须说明是否属实", "finding")
        if self.issue_date and self.expected_on and self.expected_on < self.issue_date:
            raise fault("date_order", "预计完成日期不得早于成文日期", "expected_on")
        if self.issue_date and self.completed_on and self.completed_on > self.issue_date:
            raise fault("date_order", "处置完成日期不得晚于成文日期", "completed_on")
