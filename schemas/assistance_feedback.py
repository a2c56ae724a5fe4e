"""协查反馈（复函）: interim or final, item by item.

Source: 市场监督管理行政处罚程序规定 art. 45 (feedback, notice before a delay), art. 23 (evidence gathered by
another organ); 行政处罚法 art. 42 (at least two officers, with certificates).
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Part, Ruled, When, about, fault, labels, maybe
from schemas.document import Document, Evidence
from schemas.parts import DocNo, LongText, Note, PersonName

Outcome = Annotated[
    Literal["done", "partial", "unable"], labels({"done": "完成", "partial": "部分完成", "unable": "无法完成"})
]


class ItemResult(Ruled):
    """逐项结果: the answer to one numbered item of the request."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("outcome", ("partial", "unable"), requires=("reason",)),
        When("outcome", ("done", "partial"), requires=("finding",)),
    )

    no: int = about("事项序号", "原函协查事项的序号", ge=1, le=50)
    outcome: Outcome = about("结果", "完成、部分完成、无法完成")
    reason: Opt[Note] = maybe("未完成原因", "部分完成或无法完成的必填")
    finding: Opt[LongText] = maybe("查明情况", "完成或部分完成的必填")


class Officer(Part):
    """取证人员."""

    name: PersonName = about("姓名", "执法人员姓名")
    certificate_no: str = about(
        "执法证号",
        "行政执法证件或人民警察证编号",
        min_length=4,
        max_length=30,
        pattern=r"^[0-9A-Za-z\u4e00-\u9fff-]{4,30}$",
    )


class AssistanceFeedback(Ruled, Document):
    """协查反馈."""

    RULES: ClassVar[tuple[When, ...]] = (When("act", ("feedback-final",), requires=("officers", "conclusion")),)

    act: Annotated[
        Literal["feedback-interim", "feedback-final"],
        labels({"feedback-interim": "阶段反馈", "feedback-final": "最终反馈"}),
    ] = about("反馈类型", "与所办的动作一致")
    original_doc_no: Opt[DocNo] = maybe("原函文号", "所答复的协助调查函文号")
    results: tuple[ItemResult, ...] = about("逐项结果", "按原函序号逐项填写", min_length=1, max_length=50)
    evidence: Opt[tuple[Evidence, ...]] = maybe(
        "证据材料清单", "名称、来源、取得方式、页数", min_length=1, max_length=200
    )
    officers: Opt[tuple[Officer, ...]] = maybe(
        "取证人员", "最终反馈须填，不少于 2 人（行政处罚法第四十二条）", min_length=2, max_length=20
    )
    conclusion: Opt[LongText] = maybe("结论", "最终反馈必填")
    suggestion: Opt[Note] = maybe("建议", "对来函单位的建议")
    extension_told: Opt[bool] = maybe("是否已告知延期", "期限届满前是否已告知延期（程序规定第四十五条）")

    def check(self) -> None:
        """One result for each item."""
        if len({result.no for result in self.results}) != len(self.results):
            raise fault("not_unique", "同一协查事项填写了多个结果", "results")
