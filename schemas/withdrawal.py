"""撤回: the sender takes back a document of its own.

Source: 党政机关公文处理工作条例 (撤销、更正); 市场监督管理行政处罚信息公示规定 art. 12 (errors are corrected on
evidence).
What was sent stays on record; the withdrawal only says that it no longer stands.
"""

from schemas.base import Opt, about, maybe
from schemas.document import Document
from schemas.parts import DocNo, Note


class Withdrawal(Document):
    """撤回."""

    original_doc_no: Opt[DocNo] = maybe("原文号", "所撤回文书的文号")
    reason: Note = about("撤回理由", "写明撤回的原因和后续处理")
