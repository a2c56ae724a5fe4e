"""督办函、提示函: a person asks the duty-holder for an answer that is late, or will be, and for a report on it.

Source: 三省五市联动机制 (负责督办和及时反馈结果). It is coordination: it neither assigns a case (交办) nor fixes
jurisdiction (指定管辖), which only a hierarchical superior may (程序规定 arts 15, 16). The clock never writes one.
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Ruled, When, about, fault, labels, maybe
from schemas.document import Document
from schemas.parts import DateText, DocNo, DocumentId, LongText, Note, PersonName, ShortText


class SupervisionLetter(Ruled, Document):
    """督办函、提示函."""

    RULES: ClassVar[tuple[When, ...]] = (When("form", ("supervision",), requires=("due_on", "overdue_days")),)

    form: Annotated[Literal["supervision", "prompt"], labels({"supervision": "督办函", "prompt": "提示函"})] = about(
        "文种", "督办函用于已逾期事项；提示函用于将到期或需关注事项"
    )
    subject_matter: DocumentId = about("所督办事项编号", "被督办事项的编号")
    subject_title: ShortText = about("所督办事项标题", "被督办事项的标题")
    subject_doc_no: Opt[DocNo] = maybe("所督办文书文号", "被督办事项来函的文号")
    due_on: Opt[DateText] = maybe("应完成日期", "督办函必填")
    overdue_days: Opt[int] = maybe("已逾期天数", "督办函必填；单位另填", ge=0, le=10_000)
    overdue_unit: Opt[
        Annotated[Literal["working_days", "natural_days"], labels({"working_days": "个工作日", "natural_days": "日"})]
    ] = maybe("天数单位", "工作日或自然日，不填为工作日")
    situation: Opt[LongText] = maybe("有关情况", "已催办次数、影响等")
    asked: LongText = about("办理要求", "请对方办理的事项")
    reply_by: DateText = about("请报送日期", "请报送进展或办结情况的日期")
    note: Opt[Note] = maybe("说明", "需要说明的情况")
    signer: PersonName = about("签发人", "督办函、提示函须由负责人签发")

    def check(self) -> None:
        """An overdue day lies before the letter, the reply after it."""
        if self.issue_date and self.reply_by < self.issue_date:
            raise fault("date_order", "请报送日期不得早于成文日期", "reply_by")
        overdue = self.form == "supervision" and self.due_on is not None and self.issue_date is not None
        if overdue and str(self.due_on) > str(self.issue_date):
            raise fault("date_order", "应完成日期尚未届满的不得督办，请用提示函", "due_on")
