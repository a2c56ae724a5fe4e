"""要求补充: the final feedback leaves items open, and the requester says which and what is missing.

Source: the assistance thread of 市场监督管理行政处罚程序规定 art. 45; its time limit is agreed (协议时限),
not statutory.
"""

from schemas.base import Opt, Part, Ruled, about, fault, maybe
from schemas.document import Document
from schemas.parts import DateText, DocNo, Note


class SupplementItem(Part):
    """补充事项: one item of the request and what its answer lacks."""

    no: int = about("事项序号", "原函协查事项的序号", ge=1, le=50)
    missing: Note = about("需补充的内容", "写明欠缺的事实、证据或者手续")


class SupplementRequest(Ruled, Document):
    """要求补充."""

    original_doc_no: Opt[DocNo] = maybe("反馈函文号", "所要求补充的反馈函文号")
    items: tuple[SupplementItem, ...] = about("补充事项", "按原函序号逐项写明", min_length=1, max_length=50)
    wish_by: Opt[DateText] = maybe("希望补充日期", "请求，不是期限；期限按协作协议计算")
    note: Opt[Note] = maybe("说明", "需要说明的情况")

    def check(self) -> None:
        """Each item is named once, and nobody asks for yesterday."""
        if len({item.no for item in self.items}) != len(self.items):
            raise fault("not_unique", "补充事项的序号重复", "items")
        if self.wish_by and self.issue_date and self.wish_by < self.issue_date:
            raise fault("date_order", "希望补充日期不得早于成文日期", "wish_by")
