"""请求方确认: the requester says whether the feedback answers what was asked.

Source: the assistance thread of 市场监督管理行政处罚程序规定 art. 45; confirming is the members' own practice (agreed,
not statutory).
"""

from typing import ClassVar

from schemas.base import Opt, Ruled, When, about, maybe
from schemas.document import Document
from schemas.parts import DocNo, Note


class Confirmation(Ruled, Document):
    """确认."""

    RULES: ClassVar[tuple[When, ...]] = (When("satisfied", (False,), requires=("note",)),)

    original_doc_no: Opt[DocNo] = maybe("反馈函文号", "所确认文书的文号")
    satisfied: bool = about("是否满足需要", "否：不再要求补充，按现状办结；要补充的另发“要求补充”")
    note: Opt[Note] = maybe("说明", "不满足需要的必填，写明欠缺的内容")
