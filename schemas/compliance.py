"""已按撤回（更正）办理: the receiver says what it did with a document that no longer stands.

Source: 市场监督管理行政处罚信息公示规定 arts 11, 12 (withdrawn and wrong information is removed); 个人信息保护法
arts 46, 47 (correction, deletion); 党政机关公文处理工作条例 (撤销、废止的公文, 清退、销毁).
"""

from typing import Annotated, Literal

from schemas.base import Opt, Ruled, about, fault, labels, maybe
from schemas.document import Document
from schemas.parts import DateText, DocNo, DocumentId, Note, Unique

Measure = Annotated[
    Literal["stopped_using", "returned", "destroyed", "corrected"],
    labels({"stopped_using": "停止使用", "returned": "退还", "destroyed": "销毁", "corrected": "已按更正件更正"}),
]


class Compliance(Ruled, Document):
    """已按撤回（更正）办理."""

    document: DocumentId = about("所办理文书编号", "所办理的撤回、移出或者更正文书的编号；一份回告只对应一份文书")
    original_doc_no: Opt[DocNo] = maybe("撤回（更正）文书文号", "所办理的撤回或更正文书文号")
    measures: Annotated[tuple[Measure, ...], Unique] = about(
        "办理措施", "停止使用、退还、销毁、更正，可多选", min_length=1, max_length=4
    )
    copies: int = about("份数", "退还、销毁的纸质和电子件份数；没有的填 0", ge=0, le=100_000)
    done_on: DateText = about("办理日期", "完成上述措施的日期")
    passed_down: Opt[Note] = maybe("下发情况", "已转发下级单位或科室的，写明是否一并收回")
    note: Opt[Note] = maybe("说明", "未能全部办理的，写明原因")

    def check(self) -> None:
        """What was returned or destroyed has a number; what is done is done before the letter."""
        if self.copies == 0 and {"returned", "destroyed"} & set(self.measures):
            raise fault("count", "退还、销毁的份数须大于 0", "copies")
        if self.issue_date and self.done_on > self.issue_date:
            raise fault("date_order", "办理日期不得晚于成文日期", "done_on")
