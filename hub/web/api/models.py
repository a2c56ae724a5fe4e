"""Documents and matters as the API takes and gives them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from hub.core.proofs import LONGEST
from hub.web.api.file_models import AttachmentIn
from hub.web.api.ground import DAY, MEMBER, TIME, UUID, In, Moment, Out
from schemas.wire.types import Mark, Urgency

CONFIRM = Field(
    default=None,
    title="本人确认",
    max_length=LONGEST,
    description="签发须再次确认由本人办理：登录口令，或第二因子的验证码（每个只能用一次）；业务系统和承办人即可发出的文书不填",
)
"""Not part of what an idempotency key stands for: a code is another one each time."""


class DocumentIn(In):
    """发文请求: what is to be recorded and sent."""

    kind: str = Field(title="文书种类", max_length=40)
    to: list[Annotated[str, Field(pattern=MEMBER)]] = Field(
        default_factory=list, title="收件单位", max_length=51, description="成员编号；全体写 all；在事项中可省略"
    )
    matter: str | None = Field(default=None, title="事项编号", pattern=UUID)
    body: dict[str, Any] = Field(title="正文", description="见 /api/v1/schemas/{kind}/{version}")
    replaces: str | None = Field(default=None, title="所更正的文书", pattern=UUID)
    mark: Mark = Field(default="addressee-only", title="知悉范围")
    urgency: Urgency = Field(default="normal", title="紧急程度")
    requested: str | None = Field(default=None, title="请求答复日期", pattern=DAY)
    expires: str | None = Field(default=None, title="失效时间", pattern=TIME)
    attachments: list[AttachmentIn] = Field(default_factory=list, title="附件", max_length=100)
    confirm: str | None = CONFIRM


class CopyOut(Out):
    """One copy that was recorded."""

    to: str
    matter: str


class RecordedOut(Out):
    """已登记: the decision stands; signing and sending follow by themselves."""

    document: str
    kind: str
    act: str
    copies: list[CopyOut]


class RungOut(Out):
    """One rung of evidence. ``proof``: id of the signed receipt, or hash of the answering document."""

    step: str
    title: str
    at: Moment | None
    proof: str | None
    code: str | None


class ProgressOut(Out):
    """How far a copy has come towards one member."""

    member: str
    form: str
    step: str
    rungs: list[RungOut]


class DocumentLine(Out):
    """One copy of a document in a list."""

    document: str
    matter: str
    kind: str
    act: str
    title: str
    sender: str
    audience: str
    issued: Moment
    stored_at: Moment
    urgency: str
    status: str
    step: str
    hash: str | None
    replaces: str | None


class PartOut(Out):
    """An attachment as the signed header names it."""

    sha256: str
    size: int
    media_type: str


class DocumentCopy(DocumentLine):
    """One copy with all that is known of it."""

    version: int
    mark: str
    rule: str | None
    requested: str | None
    sealed: Moment | None
    expires: Moment | None
    code: str | None
    decided_by: str
    body: dict[str, Any] | None = Field(description="null：仅有抄送的文书头，或内容暂不能识别")
    parts: list[PartOut]
    progress: list[ProgressOut]
    state: str | None = Field(description="该文书使事项到达的环节；null：未改变环节")
    counted: bool = Field(description="是否计入事项")
    receipt: str | None = Field(description="本单位对来文的系统回执编号")
    erased: str | None = Field(description="正文已在本单位删除的，写明依据、理由和时间")


class DocumentOut(Out):
    """All copies of a document here, and the thread of its matter."""

    document: str
    copies: list[DocumentCopy]
    thread: list[DocumentCopy]


class MatterLine(Out):
    """One matter in a list."""

    id: str
    family: str
    state: str
    state_title: str
    title: str
    opener: str
    other: str
    document: str
    kind: str
    urgency: str
    opened_at: Moment
    updated_at: Moment
    last_act: str
    messages: int
    rule: str | None
    calendar: str | None
    start: date | None
    due_strict: date | None
    due_effective: date | None
    due_at: Moment | None
    provisional: bool
    clock: str
    met_at: Moment | None
    overdue: bool
    extended: int = Field(description="已生效的延期告知次数")
    by_proxy: bool = Field(description="部分环节由发起单位按纸质件代录，未经对方签名")


class DayOut(Out):
    """One line of the count."""

    date: date
    counted: int | None
    why: str


class DeadlineOut(Out):
    """期限: strict and effective due date with the count day by day."""

    rule: str
    start: str
    calendar: str
    due_strict: str
    due_effective: str
    label: str
    article: str
    provisional: bool
    days: list[DayOut]


class ActOut(Out):
    """Something this node may do now."""

    kind: str
    act: str
    title: str


class ClockOut(Out):
    """One limit beside the main one: 签收, 受理或退回, the requester's own case limit, the first answer."""

    name: str = Field(description="sign-for、answer、case；main：补充期间的首次反馈")
    title: str
    holder: str
    rule: str
    label: str
    article: str
    start: date
    due_strict: date
    due_effective: date
    due_at: Moment
    provisional: bool
    met_at: Moment | None
    status: str = Field(description="running 计时中、overdue 已逾期、met 按期完成、late 逾期完成")


class ExtensionOut(Out):
    """延期告知: told when, asking for which day, and whether it counts."""

    document: str
    told_at: Moment
    until: date
    counts: bool
    granted: date | None = Field(description="生效后的届满日")
    why: str = Field(description="不生效或只部分生效的原因")


class FollowerOut(Out):
    """One addressee of a withdrawal, removal or correction. ``report``: its compliance document."""

    member: str
    delivered_at: Moment | None
    complied_at: Moment | None
    report: str | None


class FollowingOut(Out):
    """A document its addressees must follow, and who has."""

    document: str
    act: str
    title: str
    sender: str
    issued: Moment
    corrects: bool
    followers: list[FollowerOut]


class RelationOut(Out):
    """A link to another matter. ``outward``: a document here names it; else it names this matter."""

    relation: str
    title: str
    outward: bool
    matter: str
    document: str
    matter_title: str | None = Field(description="null：本单位没有该事项的文书")


class NoteOut(Out):
    """Something about a matter that no document tells."""

    at: Moment
    text: str


class MatterOut(Out):
    """A matter with its clocks, its thread, what it is related to, and what may be done next."""

    id: str
    side: str | None
    matter: MatterLine | None = Field(description="null：首份文书尚待签名")
    agreement: int | None = Field(description="时限规则所依据的协议版本")
    deadline: DeadlineOut | None
    estimated: bool = Field(description="待对方回执，暂按寄发日推算")
    clocks: list[ClockOut]
    extensions: list[ExtensionOut]
    by_proxy: bool = Field(description="部分环节由发起单位按纸质件代录，未经对方签名")
    compliance: list[FollowingOut]
    related: list[RelationOut]
    allowed: list[ActOut]
    thread: list[DocumentCopy]
    notes: list[NoteOut] = Field(description="文书之外的说明，如因新公布的日历调整到期日")
