"""延期告知函: the office that owes an answer says, before the limit expires, that it needs longer.

Source: 市场监督管理行政处罚程序规定 art. 45 (需要延期完成的，应当在期限届满前告知提出协查请求的部门), art. 18 (another
15 working days for checking a lead, approved by the head of the department). Told after expiry it moves nothing.
"""

from schemas.base import Opt, Ruled, about, fault, maybe
from schemas.document import Document
from schemas.parts import DateText, DocNo, LongText, Note, PersonName


class ExtensionNotice(Ruled, Document):
    """延期告知函."""

    original_doc_no: Opt[DocNo] = maybe("原函文号", "所延期办理的来函文号")
    original_due: DateText = about("原届满日", "延期前的办理期限届满日")
    reason: Note = about("延期理由", "不能按期完成的具体原因")
    planned_finish: DateText = about("拟完成日", "须晚于原届满日")
    progress: Opt[LongText] = maybe("已办理情况", "已完成的事项和取得的材料")
    approved_by: Opt[PersonName] = maybe("批准人", "规定须经批准的填写，例如程序规定第十八条")
    approved_on: Opt[DateText] = maybe("批准日期", "批准延期的日期")

    def check(self) -> None:
        """The new day lies behind the old one; approval and letter lie before it."""
        if self.planned_finish <= self.original_due:
            raise fault("date_order", "拟完成日须晚于原届满日", "planned_finish")
        if self.issue_date and self.issue_date > self.original_due:
            raise fault(
                "date_order", "延期须在期限届满前告知，成文日期不得晚于原届满日（程序规定第四十五条）", "issue_date"
            )
        if self.approved_on and self.approved_on > (self.issue_date or self.original_due):
            raise fault("date_order", "批准日期不得晚于成文日期和原届满日", "approved_on")
        if (self.approved_by is None) != (self.approved_on is None):
            missing = "approved_by" if self.approved_by is None else "approved_on"
            raise fault("required_when", "批准人和批准日期须同时填写", missing)
