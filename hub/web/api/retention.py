"""保存期限 for programs: the rules, and the matters whose period has ended. Erasing is for people on the screens."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from hub.core.errors import NotFound
from hub.core.policy import Permit
from hub.core.retention import Rule
from hub.flows.ports.retention import DueMatter
from hub.flows.rows import User
from hub.web import keeping
from hub.web.addresses import MATTER, Cursor, Limit
from hub.web.api import examples
from hub.web.api.ground import Listing, Out
from hub.web.api.openapi import READING, answers
from hub.web.auth import program_may
from hub.web.deps import Node
from hub.web.office import office_only

router = APIRouter(prefix="/retention", tags=["office"])
Keeper = Annotated[User, Depends(program_may(Permit.RETAIN))]


class RuleOut(Out):
    """One rule: what it covers is fixed by family and state, its period is the office's."""

    id: str = Field(title="规则代码")
    title: str = Field(title="范围")
    family: str = Field(title="事项类别")
    states: tuple[str, ...] = Field(title="环节")
    start: str = Field(title="起算", description="closed 最后一次变动；term 文书所载有效期届满")
    amount: int = Field(title="期限的数")
    unit: str = Field(title="期限单位", description="years months days")
    period: str = Field(title="期限")
    label: str = Field(title="由谁规定", description="statutory 法定；agreed 协议；own 本单位")
    basis: str = Field(title="依据")
    active: bool = Field(title="是否启用")


class DueForReviewOut(Out):
    """One matter whose period has ended: somebody must look whether its content is still needed."""

    matter: str = Field(title="事项编号")
    title: str = Field(title="标题")
    family: str = Field(title="事项类别")
    state: str = Field(title="环节")
    rule: str = Field(title="规则代码")
    day: date = Field(title="届满日")
    held: bool = Field(title="是否保留", description="设了保留的不得删除")


RULE: dict[str, Any] = {
    "id": "assistance",
    "title": "协查：已办结",
    "family": "assistance",
    "states": ["confirmed"],
    "start": "closed",
    "amount": 3,
    "unit": "years",
    "period": "最后一次变动起 3 年",
    "label": "own",
    "basis": "个人信息保护法第十九条：保存期限应当为实现处理目的所必要的最短时间",
    "active": True,
}
DUE_FOR_REVIEW: dict[str, Any] = {
    "matter": MATTER,
    "title": examples.BODY["title"],
    "family": "assistance",
    "state": "confirmed",
    "rule": "assistance",
    "day": "2026-04-13",
    "held": False,
}


@router.get(
    "/rules",
    operation_id="listRetentionRules",
    summary="保存期限规则 / Periods of keeping",
    response_model=Listing[RuleOut],
    responses=answers({"items": [RULE], "next": None}, 403, *READING),
)
def list_rules(node: Node, user: Keeper) -> Listing[RuleOut]:
    """All of them, on one page; each state of a family belongs to one rule, so none is added or removed."""
    office_only(user)
    found = node.act(lambda uow: uow.retention.rules())
    return Listing[RuleOut](items=[_rule(one) for one in found.values()], next=None)


@router.get(
    "/due",
    operation_id="listDueForReview",
    summary="保存期限届满、待审查的事项 / Matters whose period has ended",
    response_model=Listing[DueForReviewOut],
    responses=answers(examples.page(DUE_FOR_REVIEW), 403, 404, *READING),
)
def list_due(
    node: Node,
    user: Keeper,
    rule: Annotated[str | None, Query(max_length=40, description="只看一条规则的 / one rule alone")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listing[DueForReviewOut]:
    """The longest due first; looked through once an hour. People erase on the screens, and another one approves."""
    office_only(user)
    if rule is not None and rule not in node.act(lambda uow: uow.retention.rules()):
        raise NotFound(f"没有保存期限规则 {rule}", field="rule")
    page = node.views.due_for_review(rule, cursor, limit)
    return Listing[DueForReviewOut](items=[_due(one) for one in page.rows], next=page.next)


def _rule(rule: Rule) -> RuleOut:
    told = {name: getattr(rule, name) for name in RuleOut.model_fields if name != "period"}
    return RuleOut(**told, period=keeping.told(rule)[0])


def _due(one: DueMatter) -> DueForReviewOut:
    row = one.row
    return DueForReviewOut(
        matter=row.id,
        title=row.title,
        family=row.family,
        state=row.state,
        rule=one.due.rule,
        day=one.due.day,
        held=one.held,
    )
