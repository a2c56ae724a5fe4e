"""An office's own work as the API takes and gives it: units, assignments, leads, numbers, contacts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from hub.flows.leads import OUTCOMES, SOURCES
from hub.web.api.ground import DAY, UUID, In, Moment, Out

CODE = r"^[a-z0-9][a-z0-9-]{0,19}$"
Note = Annotated[str, Field(title="说明", max_length=1000)]
SourceCode = Annotated[str, Field(title="线索来源", json_schema_extra={"enum": list(SOURCES)}, max_length=40)]
OutcomeCode = Annotated[str, Field(title="处理结果", json_schema_extra={"enum": list(OUTCOMES)}, max_length=40)]


class UnitChange(In):
    """承办单位的信息: everything but its code."""

    name: str = Field(title="名称", min_length=1, max_length=60)
    kind: Literal["section", "county"] = Field(title="类别", description="section 科室，county 县级局")
    region: str | None = Field(default=None, title="行政区划代码", description="县级局必填，6 位数字", max_length=6)
    accounts: bool = Field(title="有无账号", description="无账号的打印通知书")
    active: bool = Field(default=True, title="启用")


class UnitIn(UnitChange):
    """登记承办单位."""

    code: str = Field(title="代码", pattern=CODE)


class UnitOut(Out):
    """One unit of the office."""

    code: str
    name: str
    kind: str
    region: str | None
    accounts: bool
    active: bool


class AssignmentIn(In):
    """转办、交办."""

    matter: str = Field(title="事项编号", pattern=UUID)
    unit: str = Field(title="承办单位代码", pattern=CODE)
    manner: Literal["assign", "forward"] = Field(
        default="assign", title="方式", description="assign 交办，forward 转办"
    )
    note: Note = ""
    due: str | None = Field(default=None, title="内部办理期限", pattern=DAY, description="不填为两个工作日")


class AssignmentAct(In):
    """催办、办结、退回. ``on``: the day a paper bears."""

    act: Literal["urge", "finish", "hand-back"] = Field(title="办理")
    note: Note = ""
    on: str | None = Field(default=None, title="书面日期", pattern=DAY, description="书面报送、退回的日期，不填为今天")


class AssignmentLine(Out):
    """One assignment in a list. ``due_on`` is its last day; ``rule`` null: a day was chosen."""

    id: str
    matter: str
    unit: str
    manner: str
    note: str
    due_on: date
    rule: str | None
    state: str = Field(description="open、done、returned")
    reason: str = Field(description="办理情况或者退回理由")
    urged: int = Field(description="催办次数")
    who: str
    at: Moment
    ended_at: Moment | None


class EventOut(Out):
    """One line of a history."""

    act: str
    who: str
    at: Moment
    comment: str


class AssignmentOut(AssignmentLine):
    """One assignment with all that was done."""

    history: list[EventOut]


class LeadIn(In):
    """登记线索: the reporter has no place in it."""

    number: str = Field(title="线索编号", max_length=40)
    source: SourceCode
    received_on: str = Field(title="接到日期", pattern=DAY)
    summary: str = Field(title="摘要", max_length=1000, description="被反映主体和事实，不得有举报人信息")
    first_receiver: bool = Field(default=True, title="首接负责")
    platform_no: str | None = Field(default=None, title="12315编号", max_length=40)
    came_by: str | None = Field(default=None, title="移送来源事项", pattern=UUID)


class LeadForward(In):
    """转给承办单位."""

    unit: str = Field(title="承办单位代码", pattern=CODE)
    note: Note = ""


class LeadOutcome(In):
    """登记处理结果."""

    outcome: OutcomeCode
    on: str = Field(title="处理日期", pattern=DAY)
    note: Note = ""


class LeadLine(Out):
    """One lead in a list. ``clock``: ``running``, ``met`` or ``late``, its two working days."""

    id: str
    number: str
    platform_no: str | None
    source: str
    first_receiver: bool
    received_on: date
    due_on: date = Field(description="转办期限")
    clock: str
    summary: str
    came_by: str | None
    matter: str | None = Field(description="移送事项")
    unit: str | None
    forwarded_at: Moment | None
    outcome: str | None
    outcome_on: date | None
    who: str
    at: Moment | None


class LeadOut(LeadLine):
    """One lead with all that was done."""

    history: list[EventOut]


class SeriesOut(Out):
    """A run of numbers; ``next``: the number it gives next this year."""

    code: str
    kinds: list[str] = Field(description="用于哪些文书种类，空为全部")
    first: int
    next: int


class NumberIn(In):
    """登记公文系统已编的文号."""

    doc_no: str = Field(title="文号", max_length=60)
    document: str | None = Field(default=None, title="使用该文号的文书", pattern=UUID)


class NumberNext(In):
    """从编号序列取号."""

    code: str = Field(title="机关代字", max_length=20)


class NumberVoid(In):
    """作废."""

    doc_no: str = Field(title="文号", max_length=60)
    reason: str = Field(title="作废原因", max_length=200)


class NumberReceive(In):
    """登记收文号."""

    document: str = Field(title="收到的文书", pattern=UUID)
    doc_no: str | None = Field(default=None, title="收文号", max_length=60, description="已编的号，如 12；不填取下一个")


class NumberOut(Out):
    """One number; ``subject``: the document that has it."""

    doc_no: str
    code: str
    year: int
    seq: int
    state: str = Field(description="taken 已用，void 已作废")
    subject: str | None
    reason: str = Field(description="作废原因")
    who: str
    at: Moment


class ContactsOut(Out):
    """The newest list of one member; ``stale``: older than half a year, or nobody on it serves any more."""

    member: str
    document: str
    matter: str
    issued: Moment
    stale: bool
    contacts: list[dict[str, Any]] = Field(description="今天在任的联络员，字段见 /api/v1/schemas/contact_list/1")
