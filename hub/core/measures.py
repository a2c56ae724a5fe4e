"""The measures of the joint meeting's indicators I01-I08, I11 and I28 (DOMAIN section 10.2): what each counts.

Every measure is a sum, or a sum over a sum, so that figures of disjoint periods, of peers and of members add up; a
rate or a mean is divided only when it is shown, and nothing over nothing is no figure, never 0 %.
"""

from __future__ import annotations

from dataclasses import dataclass

CASE, PERCENT, WORKING_DAYS = "case", "percent", "working_days"
UNITS = {CASE: "件", PERCENT: "%", WORKING_DAYS: "工作日"}
SCOPES = {"inside": "系统内", "outside": "系统外"}
SOURCE = "由交换记录计算"
RETURN_REASONS = {
    "not_competent": "不属于本部门职权范围",
    "incomplete": "材料不齐",
    "formalities_missing": "法律手续不完备",
    "unclear": "协查事项不明确",
    "duplicate": "重复来函",
    "jurisdiction_disputed": "管辖有异议",
    "classified_channel": "涉密不宜经本系统传递",
    "unknown": "理由在正文，本节点不可见",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of an indicator; ``kinds``: documents it is counted from; ``body``: it needs their bodies."""

    indicator: str
    name: str
    title: str
    unit: str
    definition: str
    kinds: tuple[str, ...]
    body: bool = False

    @property
    def key(self) -> str:
        """``I04.on_time``."""
        return f"{self.indicator}.{self.name}"


_ASKED = ("assistance_request",)
_LEAD = ("lead_transfer",)
_CASE_FILE = ("case_transfer",)
_DISPUTE = ("jurisdiction_dispute",)
_DUE = "期间届满、未退回未撤回的协查"
_LISTED = (
    Measure(
        "I01",
        "issued",
        "案件通报数",
        CASE,
        "期间签发、未撤回的案件通报；发往多个单位的同一通报合计只计一件",
        ("case_notice",),
    ),
    Measure(
        "I02",
        "issued",
        "舆情通报数",
        CASE,
        "期间签发、未撤回的舆情通报；发往多个单位的同一通报合计只计一起",
        ("opinion_notice",),
    ),
    Measure("I03", "sent", "协查发出", CASE, "期间发出的协助调查函", _ASKED),
    Measure("I03", "received", "协查收到", CASE, "期间发来的协助调查函", _ASKED),
    Measure(
        "I04",
        "on_time",
        "协查按期反馈率",
        PERCENT,
        f"在有效到期日（含有效延期）前全部反馈 ÷ {_DUE}；计在承办单位",
        _ASKED,
    ),
    Measure(
        "I05",
        "mean",
        "协查平均用时",
        WORKING_DAYS,
        "期间首次全部反馈的协查，自送达日次日至反馈日的工作日数之和 ÷ 件数；按承办单位日历；送达未得证明的不计",
        _ASKED,
    ),
    Measure("I06", "extended", "延期率", PERCENT, f"有有效延期告知 ÷ {_DUE}；计在承办单位", _ASKED),
    Measure("I06", "returned", "退回率", PERCENT, "已退回 ÷ 期间收到的协查；计在承办单位", _ASKED),
    *(
        Measure("I06", f"returned_{reason}", f"退回：{title}", CASE, "期间收到、以此理由退回的协查", _ASKED, True)
        for reason, title in RETURN_REASONS.items()
    ),
    Measure("I07", "sent", "线索移出", CASE, "期间移送的线索", _LEAD),
    Measure("I07", "received", "线索移入", CASE, "期间收到移送的线索", _LEAD),
    Measure("I07", "filed", "立案转化率", PERCENT, "立案、并案、行政处罚 ÷ 期间核查期届满的移入线索", _LEAD, True),
    Measure("I08", "sent", "案件移出", CASE, "期间移送的已立案案件", _CASE_FILE),
    Measure("I08", "received", "案件移入", CASE, "期间收到移送的已立案案件", _CASE_FILE),
    Measure(
        "I08",
        "disputed",
        "被移送后提出异议",
        CASE,
        "期间对移送首次答复“提出管辖异议”的；计在提出单位",
        _LEAD + _CASE_FILE,
    ),
    Measure("I08", "raised", "提出管辖争议", CASE, "期间提出的管辖争议事项；计在提出单位", _DISPUTE),
    Measure(
        "I11", "agreed", "协商成功率", PERCENT, "协商一致 ÷ 期间协商一致或报请指定管辖的争议；计在提出单位", _DISPUTE
    ),
    Measure(
        "I11",
        "mean",
        "争议协商平均用时",
        WORKING_DAYS,
        "期间协商一致或报请的争议，自提出次日至该日的工作日数之和 ÷ 件数；按对方单位日历",
        _DISPUTE,
    ),
    Measure(
        "I28",
        "on_time",
        "报表及时率",
        PERCENT,
        "届满日前签发的月报 ÷ 期间届满的应报月报（次月第五个工作日，按报送单位日历）",
        ("statistic_report",),
        True,
    ),
)
MEASURES = {one.key: one for one in _LISTED}
INDICATORS = tuple(dict.fromkeys(one.indicator for one in _LISTED))
NOT_COUNTED = {"I12": "联合行动次数：联合行动已可往来，次数和战果尚未汇总，不作统计，不以零代替"}
