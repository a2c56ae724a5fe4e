"""黑名单移出: an entry no longer stands; copies are purged. Correction goes before addition.

Source: 市场监督管理严重违法失信名单管理办法 (removal after three years or earlier), 信用修复管理办法 (2026-04-01),
市场监督管理行政处罚信息公示规定 art. 11 (three working days once the basis falls), 个人信息保护法 arts 46, 47.
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Ruled, When, about, labels, maybe
from schemas.document import Document, LegalDocument
from schemas.parts import DateText, DocumentId, Note

RemovalReason = Annotated[
    Literal["expired", "objection_upheld", "basis_revoked", "error", "death", "credit_repaired"],
    labels(
        {
            "expired": "期满",
            "objection_upheld": "异议成立",
            "basis_revoked": "依据撤销",
            "error": "错误",
            "death": "死亡（主体注销）",
            "credit_repaired": "信用修复",
        }
    ),
]


class BlacklistRemoval(Ruled, Document):
    """黑名单移出."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("reason", ("basis_revoked",), requires=("supporting_document",)),
        When("reason", ("error", "objection_upheld"), requires=("explanation",)),
    )

    entry: DocumentId = about("列入文书编号", "所移出的黑名单列入文书的编号")
    reason: RemovalReason = about("移出理由", "期满、异议成立、依据撤销、错误、死亡（主体注销）、信用修复")
    effective_on: DateText = about("移出日期", "自该日起不再有效")
    supporting_document: Opt[LegalDocument] = maybe("移出依据文书", "撤销决定、信用修复决定等；依据撤销的必填")
    explanation: Opt[Note] = maybe("说明", "异议成立、错误的必填")
