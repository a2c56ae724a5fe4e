"""案卷材料清单、涉案物品清单: what goes along when a case changes hands.

Source: 市场监督管理行政处罚程序规定 arts 14, 17 (handing over items and materials); form 24 (场所/设施/财物清单) of
国市监法发〔2021〕42号; 禁止传销条例 art. 18: seizure lasts 30 days and may be extended by 15 with the principal's
approval. It is the special rule: the 30 + 30 days of 程序规定 art. 38 do not apply to pyramid selling.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Part, Ruled, When, about, fault, labels, maybe
from schemas.parts import CaseNo, DateText, Note, ShortText

SEIZURE_DAYS, SEIZURE_EXTENSION_DAYS = 30, 15
"""禁止传销条例 art. 18, natural days."""
SEIZURE_WARNING_DAYS = 7
"""From how many days before its end a seizure is pointed out to who drafts the letter."""


class FileLine(Part):
    """案卷材料: one line of the list."""

    no: int = about("序号", "从 1 起，不重复", ge=1, le=1_000)
    name: ShortText = about("材料名称", "文书或证据材料名称")
    number: Opt[CaseNo] = maybe("文书编号", "材料自身的文号或编号")
    copies: int = about("份数", "单位：份", ge=1, le=1_000)
    pages: int = about("页数", "单位：页", ge=1, le=100_000)
    original: bool = about("是否原件", "否：复印件")
    note: Opt[Note] = maybe("备注", "需要说明的情况")


class SeizedItem(Ruled):
    """涉案物品: one line of the list, with the day the measure lapses."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("measure", ("seized", "sealed"), requires=("since", "expires_on")),
        When("measure", ("none",), forbids=("since", "expires_on", "measure_no", "extension_no")),
    )

    no: int = about("序号", "从 1 起，不重复", ge=1, le=1_000)
    name: ShortText = about("物品名称", "财物、设施、场所名称")
    description: Opt[ShortText] = maybe("规格型号、特征", "品牌、型号、编号、成色")
    quantity: int = about("数量", "整数，单位另填", ge=1, le=1_000_000_000)
    unit: ShortText = about("计量单位", "台、部、本、元等")
    measure: Annotated[
        Literal["seized", "sealed", "registered", "none"],
        labels({"seized": "扣押", "sealed": "查封", "registered": "先行登记保存", "none": "未采取强制措施"}),
    ] = about("强制措施", "查封、扣押的须填起止日期")
    measure_no: Opt[CaseNo] = maybe("措施文书编号", "实施行政强制措施决定书等文书编号")
    since: Opt[DateText] = maybe("措施起始日", "查封、扣押必填")
    expires_on: Opt[DateText] = maybe("措施届满日", "查封、扣押必填；禁止传销条例第十八条：30 日，经批准延长 15 日")
    extension_no: Opt[CaseNo] = maybe("延长期限文书编号", "届满日超过起始日后第 30 日的必填")
    kept_at: Opt[ShortText] = maybe("存放地点", "物品现存放地点")
    note: Opt[Note] = maybe("备注", "需要说明的情况")

    def check(self) -> None:
        """禁止传销条例 art. 18: 30 days, 45 with an extension in writing."""
        if self.since is None or self.expires_on is None:
            return
        days = (date.fromisoformat(self.expires_on) - date.fromisoformat(self.since)).days
        if days < 0:
            raise fault("date_order", "措施届满日不得早于起始日", "expires_on")
        if self.measure not in ("seized", "sealed"):
            return
        if days > SEIZURE_DAYS + SEIZURE_EXTENSION_DAYS:
            raise fault(
                "seizure_too_long",
                "传销案件查封、扣押期限为 30 日，经批准可延长 15 日，届满日不得晚于起始日后第 45 日"
                "（禁止传销条例第十八条；不适用程序规定第三十八条的 30 日加 30 日）",
                "expires_on",
            )
        if days > SEIZURE_DAYS and self.extension_no is None:
            raise fault(
                "seizure_extension",
                "查封、扣押超过 30 日的，须填写批准延长的文书编号（禁止传销条例第十八条）",
                "extension_no",
            )


def first_lapse(items: tuple[SeizedItem, ...] | None) -> str | None:
    """The first day on which one of the measures lapses (``2026-06-04``), or None if nothing is held."""
    return min((item.expires_on for item in items or () if item.expires_on is not None), default=None)


def check_numbers(lines: tuple[FileLine, ...] | tuple[SeizedItem, ...] | None, field: str, what: str) -> None:
    """Refuse a list in which a number stands twice."""
    if lines and len({line.no for line in lines}) != len(lines):
        raise fault("not_unique", f"{what}的序号重复", field)
