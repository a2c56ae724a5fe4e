"""统计报表: a member's signed counts of one period, computed from its own exchange records.

Source: the indicator list I01–I08, I11, I28 of the members' reporting practice. Counts are whole numbers: a rate is a
numerator over a denominator, a mean is a sum over a count, so that figures of several members add up. Period values
only; cumulative ones are derived.
"""

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Opt, Ruled, about, fault, labels, maybe
from schemas.document import Document
from schemas.parts import Count, DateText, MomentText, Note, ShortText

Indicator = Annotated[
    Literal["I01", "I02", "I03", "I04", "I05", "I06", "I07", "I08", "I11", "I28"],
    labels(
        {
            "I01": "案件通报数",
            "I02": "舆情通报数",
            "I03": "协查发出、收到",
            "I04": "协查按期反馈率",
            "I05": "协查平均用时",
            "I06": "延期率、退回率",
            "I07": "线索移送及立案转化率",
            "I08": "案件移送及被移送后争议数",
            "I11": "管辖争议协商成功率、平均用时",
            "I28": "报表及时率",
        }
    ),
]


class StatisticFigure(Ruled):
    """一项统计值."""

    indicator: Indicator = about("指标", "指标编号")
    measure: Annotated[str, Field(max_length=40, pattern=r"^[a-z][a-z0-9_]{1,39}$")] = about(
        "细项代码", "同一指标下的细项，例如 sent、received、on_time、mean"
    )
    title: ShortText = about("细项名称", "显示用中文名称")
    scope: Annotated[Literal["inside", "outside"], labels({"inside": "系统内", "outside": "系统外"})] = about(
        "统计范围", "系统内成员单位与系统外单位分开统计"
    )
    peer: Opt[Annotated[str, Field(max_length=24, pattern=r"^[0-9a-z-]{5,24}$")]] = maybe(
        "对方单位编号", "按对方单位分列时填写成员编号，例如 440800-mr；合计不填"
    )
    numerator: Count = about("数值（分子）", "整数；比率的分子、均值的合计")
    denominator: Opt[Count] = maybe("分母", "比率、均值必填；件数不填")
    open: Opt[Count] = maybe("尚不能判定数", "属于本期但截止时尚不能判定的件数；没有的不填")
    unit: Annotated[
        Literal["case", "percent", "working_days", "natural_days"],
        labels({"case": "件", "percent": "%", "working_days": "工作日", "natural_days": "日"}),
    ] = about("单位", "件、%、工作日、日")

    def check(self) -> None:
        """A rate is a part of a whole; a count has no denominator."""
        if (self.unit == "case") != (self.denominator is None):
            raise fault("denominator", "比率、均值须填分母，件数不填分母", "denominator")
        if self.unit == "percent" and self.denominator is not None and self.numerator > self.denominator:
            raise fault("denominator", "比率的分子不得大于分母", "numerator")


class StatisticReport(Ruled, Document):
    """统计报表."""

    since: DateText = about("统计期起", "含当日")
    until: DateText = about("统计期止", "含当日")
    cut_off: MomentText = about("数据截止时间", "北京时间；此后到达的文书不计入")
    agreement_version: Opt[int] = maybe("协议版本", "计算所依据的协作协议版本号", ge=1, le=1_000_000_000)
    figures: tuple[StatisticFigure, ...] = about("统计值", "逐项列明", min_length=1, max_length=500)
    note: Opt[Note] = maybe("说明", "口径和需要说明的情况")

    def check(self) -> None:
        """The period ends after it begins and before it is counted; no figure stands twice."""
        if self.until < self.since:
            raise fault("date_order", "统计期止不得早于统计期起", "until")
        if self.cut_off[:10] < self.until:
            raise fault("date_order", "数据截止时间不得早于统计期止", "cut_off")
        keys = {(figure.indicator, figure.measure, figure.scope, figure.peer) for figure in self.figures}
        if len(keys) != len(self.figures):
            raise fault("not_unique", "同一指标细项填写了多次", "figures")
