"""Looking up subjects 主体查询: with a purpose, masked, each look-up a leaf of the audit log, as on the page."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from hub.core.policy import Permit
from hub.core.subjects import SORTS
from hub.flows.rows import User
from hub.web.addresses import DOCUMENT, MATTER
from hub.web.api.examples import AT
from hub.web.api.ground import UUID, In, Moment, Out
from hub.web.api.openapi import SENDING, answers, taking
from hub.web.auth import program_may
from hub.web.deps import Node
from hub.web.looking_up import PURPOSES, Shown, asked_of, look_up, purpose_of, shown

router = APIRouter(prefix="/subjects", tags=["subjects"])

Seeker = Annotated[User, Depends(program_may(Permit.SUBJECTS))]
_CHOICES = "，".join(f"{name} {title}" for name, title in PURPOSES.items())


class SubjectQuery(In):
    """主体查询: a name, number or address, and what for."""

    text: str = Field(
        title="查询内容",
        min_length=1,
        max_length=100,
        description="姓名、名称（繁简均可）、拼音或首字母，证件号、信用代码、电话、账号、域名或地址；号码须完整",
    )
    purpose: Literal["case", "assist", "lead", "blacklist", "other"] = Field(title="查询目的", description=_CHOICES)
    matter: str | None = Field(default=None, title="所办事项", pattern=UUID, description="没有的写明事由")
    why: str = Field(default="", title="事由", max_length=200, description="没有所办事项时必填")


class SubjectHitOut(Out):
    """One subject in one document; personal data is masked."""

    sort: str = Field(title="查到的内容类别", description="，".join(f"{name} {title}" for name, title in SORTS.items()))
    value: str = Field(title="查到的内容", description="个人信息已遮盖")
    owner: str = Field(title="主体", description="个人姓名已遮盖")
    type: str = Field(title="主体类型")
    role: str = Field(title="主体角色")
    why: str = Field(title="相近的原因", description="空为一致；相近的须由人核对是否同一主体")
    document: str
    matter: str
    kind: str
    title: str
    sender: str
    issued: Moment
    family: str
    state: str


class SubjectHits(Out):
    """Exact hits first, then near ones, the newest document first; at most 50 of each."""

    items: list[SubjectHitOut] = Field(title="查到的主体")
    read: list[str] = Field(title="按什么查找")


QUERY: dict[str, Any] = {"text": "haiyun", "purpose": "case", "matter": MATTER, "why": ""}
HITS: dict[str, Any] = {
    "items": [
        {
            "sort": "name",
            "value": "北海海云商贸有限公司",
            "owner": "北海海云商贸有限公司",
            "type": "company",
            "role": "organizer",
            "why": "一部分拼音相近",
            "document": DOCUMENT,
            "matter": MATTER,
            "kind": "assistance_request",
            "title": "关于协助调查北海海云商贸有限公司的函",
            "sender": "450500-mr",
            "issued": AT,
            "family": "assistance",
            "state": "accepted",
        }
    ],
    "read": ["name", "address", "spelling"],
}


@router.post(
    "",
    operation_id="lookUpSubjects",
    summary="主体查询 / Look up persons, companies, numbers and addresses",
    response_model=SubjectHits,
    responses=answers(HITS, *SENDING),
    openapi_extra=taking(QUERY),
)
def look_up_subjects(node: Node, user: Seeker, wanted: SubjectQuery) -> SubjectHits:
    """Posted, so that no number stands in an address. Values are never given whole: a person unmasks on the page."""
    asked = asked_of(wanted.text)
    purpose = purpose_of(node, user, {"purpose": wanted.purpose, "matter": wanted.matter or "", "why": wanted.why})
    hits = look_up(node, user, asked, purpose)
    return SubjectHits(items=[_out(shown(one)) for one in hits], read=asked.sorts)


def _out(one: Shown) -> SubjectHitOut:
    hit, key = one.hit, one.hit.key
    return SubjectHitOut(
        sort=key.sort,
        value=one.value,
        owner=one.owner,
        type=key.type,
        role=key.role,
        why=hit.why,
        document=hit.document,
        matter=key.matter,
        kind=hit.kind,
        title=hit.title,
        sender=hit.sender,
        issued=hit.issued,
        family=hit.family,
        state=hit.state,
    )
