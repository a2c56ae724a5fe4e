"""风险预警: an office tells others what may be coming, for their own work. It has no consequence for whom it names.

Source: 三省五市联动机制 (风险预警, 重点关注名单); 禁止传销条例 art. 23 (a warning to the public is another document,
``public_warning``); 个人信息保护法 art. 6: as little as the purpose needs, and no longer than ``valid_until``.
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Ruled, When, about, fault, labels, maybe
from schemas.document import Copied, Document, Organisation, Place
from schemas.parts import DateText, LongText, Note, ShortText, Unique

RiskLevel = Annotated[
    Literal["high", "medium", "low"],
    labels({"high": "高", "medium": "中", "low": "低"}),
]


class RiskWarning(Ruled, Copied, Document):
    """风险预警."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("level", ("high", "medium", "low"), any_of=("organisations", "regions", "methods")),
    )

    level: RiskLevel = about("风险级别", "高、中、低；发文单位的研判，不是认定")
    summary: LongText = about("风险情况", "发现的苗头、经过和研判意见")
    indicators: Annotated[tuple[ShortText, ...], Unique] = about(
        "依据指标", "例如 同一域名被投诉12次、某小区外来租户一月内增加60人", min_length=1, max_length=50
    )
    organisations: Opt[tuple[Organisation, ...]] = maybe(
        "预警主体", "企业、平台、网站、应用；不得为自然人", min_length=1, max_length=50
    )
    regions: Opt[tuple[Place, ...]] = maybe("预警区域", "GB/T 2260 行政区划代码", min_length=1, max_length=100)
    methods: Opt[Annotated[tuple[ShortText, ...], Unique]] = maybe(
        "预警手法", "例如 消费返利、虚拟货币、以旅游为名", min_length=1, max_length=20
    )
    advice: Note = about("工作建议", "请收件单位关注、排查的事项")
    valid_until: DateText = about("预警有效期止", "届满后不再作为工作参考；仍有风险的另行预警")

    def check(self) -> None:
        """It warns for a time that has not ended."""
        if self.issue_date and self.valid_until < self.issue_date:
            raise fault("date_order", "预警有效期止不得早于成文日期", "valid_until")
