"""The agreement 协作协议: the federation's rules as data, signed, versioned, the same everywhere (DESIGN D8, D16).

It holds deadline rules, working-day calendars, who may send what to whom, who gets header copies, handling marks and
the reminder stages. Due dates are never in it: each node computes them (``hub.core.deadline``). A new holiday notice
or a changed limit is a new version of this file, never a new release of the program.

Sources: 《市场监督管理行政处罚程序规定》(总局令第2号, 2022 text), 《市场监督管理行政处罚信息公示规定》(总局令第45号),
《市场监督管理投诉举报处理办法》(总局令第121号, in force 2026-04-15), 《全国年节及纪念日放假办法》(2024), the State
Council's yearly holiday notices and 《广西壮族自治区少数民族习惯节日放假办法》(自治区人民政府令第98号).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from schemas.wire.types import Mark, Name, RuleId, Time, Urgency, Version, Wire

CalendarId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z]{2,8})?$")]
System = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,8}$")]
StageId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,29}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Amount = Annotated[int, Field(ge=1, le=3660)]
Unit = Literal["working_days", "natural_days", "hours", "working_hours"]
"""工作日, 自然日, 小时, 工作小时: units that must not be mixed up (程序规定 art. 80, 行政处罚法 art. 85).

No law knows the working hour: it is agreed 协议, and counts inside the office hours of the duty-holder's calendar.
"""
BY_THE_CLOCK = frozenset({"hours", "working_hours"})
"""Units counted from a moment and not from a day."""
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


def _refuse_doubles(keys: Iterable[Hashable], what: str) -> None:
    """Two entries under one key would let two nodes read the agreement differently."""
    seen: set[Hashable] = set()
    for key in keys:
        if key in seen:
            raise PydanticCustomError("doubled", "{what}重复：{key}", {"what": what, "key": str(key)})
        seen.add(key)


class Extension(Wire):
    """One tier of what may be added to a limit, and by whose leave (程序规定 arts 18, 45, 64)."""

    amount: Amount | None = Field(title="可延长的数量", description="在前一档之上；null 表示未规定上限")
    unit: Unit = Field(title="单位")
    approver: Text | None = Field(title="批准人", description="null 表示未规定批准人")
    tell_before_expiry: bool = Field(title="须在期限届满前告知对方")
    condition: Text | None = Field(default=None, title="适用情形", description="如“重大、复杂或者跨区域性的案件”")


class Rule(Wire):
    """One deadline rule; ``hub.core.deadline.due`` turns it into a date."""

    id: RuleId = Field(title="规则编号")
    title: Text = Field(title="名称")
    basis: Text = Field(title="依据", description="法规名称和条款，或协议约定")
    label: Literal["statutory", "agreed"] = Field(title="性质", description="statutory 法定时限；agreed 协议时限")
    amount: Annotated[int, Field(ge=0, le=3660)] = Field(title="数量", description="文书载明届满日的为 0，其他至少为 1")
    unit: Unit = Field(title="单位")
    start: Literal["delivered_or_signed", "delivered", "event", "named"] = Field(
        title="起算",
        description="签收与送达后第一个工作日取早者；系统送达之日；另行登记的事件之日；文书载明的届满之日（不另计算）",
    )
    event: Text = Field(title="起算事件", description="按规定原文，如“接到协助调查函之日”")
    extensions: tuple[Extension, ...] = Field(
        title="延期", max_length=5, description="依次各档，一档接一档；空为没有规定延期"
    )
    roll: Literal["holiday", "none", "holiday_and_weekend"] = Field(
        title="末日顺延", description="仅用于自然日；工作日期限总是止于工作日"
    )
    duty: Literal["receiver", "sender"] = Field(title="办理方", description="按谁的日历计算")
    binds: tuple[System, ...] = Field(
        title="适用的办理方系统", max_length=20, description="空为不限；程序规定第四十五条只约束市场监督管理部门"
    )
    excluded: tuple[Text, ...] = Field(title="不计入的时间", max_length=20)
    note: Text | None = Field(title="说明")

    @model_validator(mode="after")
    def _units_agree(self) -> Self:
        """Hours run from a moment through holidays; only natural days roll."""
        if (self.amount == 0) != (self.start == "named") or (self.start == "named" and self.unit != "natural_days"):
            raise PydanticCustomError("named", "文书载明届满日的期限，数量应为 0、单位为自然日；其他期限的数量至少为 1")
        if self.unit != "natural_days" and self.roll != "none":
            raise PydanticCustomError("roll", "只有自然日期限可以规定末日顺延")
        if self.unit in BY_THE_CLOCK and self.start == "delivered_or_signed":
            raise PydanticCustomError("start", "按小时计算的期限必须从确定的时刻起算")
        if self.unit == "working_hours" and self.label != "agreed":
            raise PydanticCustomError("label", "工作小时只能用于协议时限，法律没有这一单位")
        if not all(self._of_one_sort(one.unit) for one in self.extensions):
            raise PydanticCustomError("extensions", "小时与日不能混用于期限和延期")
        if len({one.unit for one in self.extensions}) > 1 or None in [one.amount for one in self.extensions[:-1]]:
            raise PydanticCustomError("extensions", "延期各档的单位须一致，只有最后一档可以没有上限")
        return self

    def _of_one_sort(self, unit: str) -> bool:
        return unit == self.unit or not BY_THE_CLOCK & {unit, self.unit}


class DaysOff(Wire):
    """The days off of one festival."""

    name: Text = Field(title="节日", description="如“清明”；地方日历写“广西三月三”")
    dates: tuple[date, ...] = Field(title="放假日期", min_length=1, max_length=40)


class Year(Wire):
    """One year of a calendar; of a derived calendar only what differs from its base.

    A notice may move days of the December before (元旦 swaps), so those dates are allowed too.
    """

    year: Annotated[int, Field(ge=2000, le=2999)] = Field(title="年份")
    off: tuple[DaysOff, ...] = Field(title="放假", max_length=40)
    work: tuple[date, ...] = Field(title="调休上班", max_length=40)
    source: Text = Field(title="出处")

    @model_validator(mode="after")
    def _days_belong(self) -> Self:
        """A day is off or at work, once, and in this year."""
        days = [*(day for group in self.off for day in group.dates), *self.work]
        _refuse_doubles(days, "日期")
        for day in days:
            if day.year != self.year and (day.year, day.month) != (self.year - 1, 12):
                raise PydanticCustomError(
                    "other-year", "日期 {day} 不属于 {year} 年", {"day": day.isoformat(), "year": self.year}
                )
        return self


class OfficeHours(Wire):
    """One stretch of the office's day, civil time of +08:00; midday is the gap between two of them."""

    opens: ClockTime = Field(title="上班", description="北京时间，如 08:30")
    closes: ClockTime = Field(title="下班", description="北京时间，如 12:00")


class Calendar(Wire):
    """Working days of a place: ``CN`` national, ``CN-GX`` Guangxi (三月三)."""

    id: CalendarId = Field(title="日历编号")
    title: Text = Field(title="名称")
    base: CalendarId | None = Field(title="所依据的日历", description="只列出与之不同的日期；全国日历为 null")
    years: tuple[Year, ...] = Field(title="年份", min_length=1, max_length=100)
    hours: tuple[OfficeHours, ...] = Field(
        default=(),
        title="办公时间（协议）",
        max_length=4,
        description="协议约定的每日办公时段，按工作小时计算的期限只计其内；空为沿用所依据的日历",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """One entry for each year; the stretches of a day follow one another."""
        _refuse_doubles((entry.year for entry in self.years), "年份")
        clock = [moment for one in self.hours for moment in (one.opens, one.closes)]
        if any(earlier >= later for earlier, later in pairwise(clock)):
            raise PydanticCustomError("hours", "日历 {id} 的办公时段须先后有序、互不重叠", {"id": self.id})
        return self


class Right(Wire):
    """Members of one system may send one kind to members of another; what is not listed is not allowed.

    ``receiver_system`` ``all`` allows the broadcast to every active member; it implies no right to address one by name.
    ``out`` stands for offices outside the federation (系统外), reached on paper.
    """

    kind: Name = Field(title="文书种类")
    sender_system: System = Field(title="发件系统")
    receiver_system: System = Field(title="收件系统", description="all 表示发给全体成员单位；out 表示系统外单位")
    same_region: Literal["any", "same", "different"] = Field(title="地区限制")
    level: Literal["any", "same", "different"] = Field(
        default="any", title="级别限制", description="same 只发同级机关（如向公安机关移送涉嫌犯罪案件）"
    )
    rules: dict[Urgency, RuleId] = Field(
        default={}, title="起算的时限规则", description="按紧急程度；没有列出的紧急程度用 normal 一行，都没有则不计时"
    )


class Stage(Wire):
    """The limit of one stage inside a matter: 签收, 受理或退回, 补充反馈."""

    stage: Literal["sign-for", "answer", "supplement"] = Field(title="环节", description="签收；受理或者退回；补充反馈")
    urgency: Urgency = Field(title="紧急程度")
    rule: RuleId = Field(title="规则编号")


class Superior(Wire):
    """The superior of one line of work for one region; the longest region both parties share names the common one.

    Source: 程序规定 arts 13-16, 公安机关办理刑事案件程序规定 arts 22, 356 (DOMAIN section 3.2).
    """

    system: System = Field(title="系统")
    region: Annotated[str, StringConstraints(pattern=r"^([0-9]{2}|[0-9]{4})?$")] = Field(
        title="地区", description="空为全国，两位为省级，四位为市级"
    )
    name: Text = Field(title="机关名称")


class Visibility(Wire):
    """What the joint-meeting office learns of an exchange it is no party to; not listed means ``none`` (DESIGN D16)."""

    kind: Name = Field(title="文书种类")
    sender_system: System = Field(title="发件系统")
    receiver_system: System = Field(title="收件系统")
    see: Literal["header", "count", "none"] = Field(title="联席会议办公室可见", description="文书头；仅计数；不可见")


class HandlingMark(Wire):
    """A handling mark 知悉范围 as it is shown (work information, never a 密级)."""

    id: Mark = Field(title="编号")
    title: Text = Field(title="名称")


class ReminderStage(Wire):
    """When the clock reminds (催办), in working days of the duty-holder from the due date."""

    id: StageId = Field(title="编号")
    title: Text = Field(title="名称")
    offset: Annotated[int, Field(ge=-60, le=60)] = Field(title="相对到期日的工作日数", description="负数为到期前")
    repeat: Annotated[int, Field(ge=1, le=60)] | None = Field(title="重复间隔（工作日）")


class Agreement(Wire):
    """The whole agreement, one version."""

    type: Literal["agreement"]
    version: Version = Field(title="版本")
    issued: Time = Field(title="签发时间")
    title: Text = Field(title="名称")
    rules: tuple[Rule, ...] = Field(title="时限规则", min_length=1, max_length=500)
    calendars: tuple[Calendar, ...] = Field(title="工作日日历", min_length=1, max_length=100)
    rights: tuple[Right, ...] = Field(title="发文权限", max_length=5000)
    visibility: tuple[Visibility, ...] = Field(title="联席会议办公室可见范围", max_length=5000)
    marks: tuple[HandlingMark, ...] = Field(title="知悉范围", max_length=20)
    reminders: tuple[ReminderStage, ...] = Field(title="催办节点", max_length=20)
    stages: tuple[Stage, ...] = Field(default=(), title="环节时限", max_length=20)
    stamped: tuple[Name, ...] = Field(default=(), title="须盖章的文书种类", max_length=100)
    superiors: tuple[Superior, ...] = Field(default=(), title="上级机关", max_length=2000)
    unsealed: tuple[Name, ...] = Field(
        default=(),
        title="正文不加密的文书种类",
        max_length=100,
        description="其余各种文书的正文一律加密，因为每种文书都可能载有姓名、电话等个人信息",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """No key twice; a derived calendar stands on a national one (one level, so there is no cycle)."""
        _refuse_doubles((rule.id for rule in self.rules), "规则")
        _refuse_doubles((calendar.id for calendar in self.calendars), "日历")
        _refuse_doubles(
            ((r.kind, r.sender_system, r.receiver_system, r.same_region, r.level) for r in self.rights), "发文权限"
        )
        _refuse_doubles(((v.kind, v.sender_system, v.receiver_system) for v in self.visibility), "可见范围")
        _refuse_doubles((mark.id for mark in self.marks), "知悉范围")
        _refuse_doubles((stage.id for stage in self.reminders), "催办节点")
        _refuse_doubles(((one.stage, one.urgency) for one in self.stages), "环节时限")
        _refuse_doubles(((one.system, one.region) for one in self.superiors), "上级机关")
        self._rules_known()
        self._hours_agreed()
        national = {calendar.id for calendar in self.calendars if calendar.base is None}
        for calendar in self.calendars:
            if calendar.base is not None and calendar.base not in national:
                raise PydanticCustomError(
                    "base", "日历 {id} 依据的 {base} 不是协议中的全国日历", {"id": calendar.id, "base": calendar.base}
                )
        return self

    def _hours_agreed(self) -> None:
        """A limit in working hours needs office hours on every calendar."""
        if not any(rule.unit == "working_hours" for rule in self.rules):
            return
        for calendar in self.calendars:
            if calendar.base is None and not calendar.hours:
                raise PydanticCustomError(
                    "hours", "日历 {id} 没有约定办公时间，不能按工作小时计算", {"id": calendar.id}
                )

    def _rules_known(self) -> None:
        """Whatever starts a clock names a rule of this agreement."""
        known = {rule.id for rule in self.rules}
        named = [
            *(stage.rule for stage in self.stages),
            *(id_ for right in self.rights for id_ in right.rules.values()),
        ]
        for rule in named:
            if rule not in known:
                raise PydanticCustomError("rule", "协议中没有所引用的规则 {rule}", {"rule": rule})
