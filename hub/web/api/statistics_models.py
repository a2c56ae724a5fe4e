"""Figures as the API gives them."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from hub.web.api.ground import Moment, Out


class FigureOut(Out):
    """One figure. ``peer`` null: in total; ``value`` null: nothing to divide by."""

    indicator: str = Field(description="指标编号，I01—I08、I11、I28")
    measure: str = Field(description="细项")
    title: str
    unit: str = Field(description="case 件、percent %、working_days 工作日")
    scope: str = Field(description="inside 系统内、outside 系统外（纸质往来，由发起单位代录）")
    member: str = Field(description="计在哪个单位")
    peer: str | None = Field(description="对方单位；null 为合计")
    value: float | None = Field(description="件数、百分数或平均工作日")
    numerator: int
    denominator: int | None = Field(description="null：计数指标")
    open: int = Field(description="属于本期但尚未到期、或本节点不能判定的件数")
    source: str
    definition: str


class BlindOut(Out):
    """An exchange the agreement does not show this office as headers (D16); its figures come from members' reports."""

    kind: str
    sender_system: str
    receiver_system: str
    see: str = Field(description="count 只报数字、none 不可见")


class StatisticsOut(Out):
    """Figures of a period; both days belong to it, civil days of +08:00."""

    since: date
    until: date
    at: Moment = Field(description="数据截止")
    agreement: int = Field(description="所依据的协议版本")
    waiting: int = Field(description="有变动而尚未计入的事项数；通常为 0")
    figures: list[FigureOut]
    not_counted: dict[str, str] = Field(description="不作统计的指标及原因")
    blind: list[BlindOut] = Field(description="联席会议办公室按协议看不到文书头的往来")


class FigureMatterOut(Out):
    """One matter behind a figure, and what it adds on which day."""

    matter: str
    title: str | None
    state: str | None
    peer: str | None
    day: date
    numerator: int
    denominator: int | None
    open: int


class PartsOut(Out):
    """What a figure is made of."""

    numerator: int
    denominator: int | None
    open: int


class ReconciledOut(Out):
    """One figure of a report beside the one counted here; null: not known, or not reported."""

    measure: str
    title: str
    scope: str
    own: PartsOut | None
    reported: PartsOut | None
    difference: int | None = Field(description="本节点减报表（分子）")
    reasons: list[str] = Field(description="可能的原因，按已知情况列出")


class ComparedOut(Out):
    """One member: whether its report came, and each figure."""

    member: str
    report: str = Field(description="on_time 按期、late 迟报、missing 未报、awaited 未到期")
    issued: Moment | None
    matter: str | None
    lines: list[ReconciledOut]


class ReconciliationOut(Out):
    """Reports of exactly this period beside what this node counts."""

    since: date
    until: date
    at: Moment
    members: list[ComparedOut]
