"""催办: a reminder of a date, without legal effect.

Source: 三省五市联动机制 (负责督办和及时反馈结果); the stages are agreed times (协议时限), not statutory ones.
"""

from typing import Annotated, Literal

from schemas.base import Opt, about, labels, maybe
from schemas.document import Document
from schemas.parts import DocNo, Note, ShortText


class Reminder(Document):
    """催办."""

    original_doc_no: Opt[DocNo] = maybe("原函文号", "所催办文书的文号")
    matter_title: ShortText = about("事项标题", "所催办事项的标题")
    due_text: ShortText = about("到期日", "显示用文字，例如 2026年5月13日；期限由各节点自行计算")
    stage: Annotated[
        Literal["due_in_3", "due_in_1", "due_today", "overdue"],
        labels(
            {
                "due_in_3": "到期前 3 个工作日",
                "due_in_1": "到期前 1 个工作日",
                "due_today": "当日到期",
                "overdue": "已逾期",
            }
        ),
    ] = about("催办阶段", "到期前 3 日、前 1 日、当日、逾期")
    times: Opt[int] = maybe("第几次催办", "单位：次", ge=1, le=1_000)
    note: Opt[Note] = maybe("说明", "需要说明的情况")
