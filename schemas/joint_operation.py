"""联合行动: the plan goes round and is agreed to; target points come only with the start; then each tells its results.

Source: 三省五市联动机制 (适时组织双边或多边联合执法行动, 统一时间、集中整治). Who takes part does so by its
own consent: a plan assigns nothing (不是交办). Results are the office's own report, in the units of the reporting
practice: 出动 in 人次, 查获 in 人, each den at the place where it was found.
"""

from typing import Annotated, ClassVar, Literal

from schemas.base import Opt, Part, Ruled, When, about, fault, labels, maybe
from schemas.document import Copied, Document, Place
from schemas.parts import Count, DateText, LongText, MomentText, Money, Note, PartyName, ShortText, Unique

_PLAN = ("ends_on", "participants", "tasks", "reply_by")
_START = ("started_at", "targets")
_RESULT = ("outcome",)


class Task(Part):
    """分工: what one participant is to do."""

    office: PartyName = about("单位", "参加单位全称或简称")
    task: Note = about("任务", "该单位承担的工作")
    persons: Opt[Count] = maybe("拟出动人数", "单位：人次")


class Target(Part):
    """目标点位: named only when the operation starts."""

    place: Place = about("地点", "行政区划代码和详细地址")
    what: ShortText = about("情况", "例如 疑似窝点、会场、办公场所")
    office: Opt[PartyName] = maybe("负责单位", "负责该点位的单位")


class Outcome(Part):
    """战果: whole numbers of this office alone, so that no place and no person is counted twice."""

    officers: Count = about("出动执法人员", "单位：人次")
    rentals: Opt[Count] = maybe("清查出租屋", "单位：间")
    dens: Opt[Count] = maybe("捣毁窝点", "单位：个；同一地址一次行动计一次")
    persons: Opt[Count] = maybe("查获涉传人员", "单位：人，不重复计")
    dispersed: Opt[Count] = maybe("教育遣散", "单位：人次")
    rescued: Opt[Count] = maybe("解救", "单位：人")
    cases_mr: Opt[Count] = maybe("市监立案", "单位：件")
    cases_ps: Opt[Count] = maybe("公安立案", "单位：件；同一案件移送后两家立案的，各填各的")
    detained_admin: Opt[Count] = maybe("行政拘留", "单位：人")
    detained: Opt[Count] = maybe("刑事拘留", "单位：人")
    arrested: Opt[Count] = maybe("逮捕", "单位：人")
    confiscated: Opt[Money] = maybe("罚没金额（元）", "单位：元，两位小数；以决定日期为准")
    involved: Opt[Money] = maybe("涉案金额（元）", "单位：元，两位小数")


class JointOperation(Ruled, Copied, Document):
    """联合行动."""

    RULES: ClassVar[tuple[When, ...]] = (
        When("act", ("plan",), requires=("ends_on", "participants", "tasks"), forbids=(*_START, *_RESULT)),
        When("act", ("start",), requires=_START, forbids=(*_RESULT, "reply_by")),
        When("act", ("report",), requires=_RESULT, forbids=(*_PLAN, *_START)),
    )

    act: Annotated[
        Literal["plan", "start", "report"],
        labels({"plan": "提出方案", "start": "发起行动", "report": "报告战果"}),
    ] = about("文种", "与信封动作一致")
    name: ShortText = about("行动名称", "例如 亮剑2020")
    starts_on: DateText = about("行动日期", "行动开始的日期")
    ends_on: Opt[DateText] = maybe("结束日期", "提出方案必填；一天的与行动日期相同")
    participants: Opt[Annotated[tuple[PartyName, ...], Unique]] = maybe(
        "参加单位", "提出方案必填；以各单位答复同意为准", min_length=1, max_length=100
    )
    tasks: Opt[tuple[Task, ...]] = maybe("分工", "提出方案必填；不写目标点位", min_length=1, max_length=100)
    reply_by: Opt[DateText] = maybe("请答复日期", "请各单位答复是否参加的日期；是希望，不是期限")
    started_at: Opt[MomentText] = maybe("发起时间", "发起行动必填；北京时间")
    targets: Opt[tuple[Target, ...]] = maybe("目标点位", "发起行动时才填写，此前保密", min_length=1, max_length=200)
    outcome: Opt[Outcome] = maybe("战果", "报告战果必填；只填本单位的")
    details: LongText = about("说明", "目的和要求、行动经过或者战果情况")

    def check(self) -> None:
        """It ends after it begins, and one is asked before it begins."""
        if self.ends_on and self.ends_on < self.starts_on:
            raise fault("date_order", "结束日期不得早于行动日期", "ends_on")
        if self.reply_by and self.reply_by > self.starts_on:
            raise fault("date_order", "请答复日期不得晚于行动日期", "reply_by")
        if self.started_at and self.started_at[:10] < self.starts_on:
            raise fault("date_order", "发起时间不得早于方案所定的行动日期", "started_at")
