"""The board of what is due, and the lists for supervision."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from hub.core.ids import BEIJING
from hub.core.slots import Slot
from hub.flows.ports.duties import Duty, DutyFilter
from hub.flows.ports.views import Page
from hub.web.addresses import Cursor, Limit
from hub.web.api import examples
from hub.web.api.ground import Moment, Out
from hub.web.api.models import MatterLine
from hub.web.api.openapi import READING, answers
from hub.web.api.shapes import matter_line
from hub.web.auth import Reader
from hub.web.deps import Node, WebNode
from hub.web.sight import unit_of

router = APIRouter(tags=["matters"])


class SlotsOut(Out):
    """How many duties stand in each slot."""

    overdue: int = Field(description="已超期")
    today: int = Field(description="今日到期")
    soon: int = Field(description="3个工作日内")
    week: int = Field(description="本周内")
    later: int = Field(description="本周之后")


class DutyOut(Out):
    """One open duty."""

    slot: Slot
    holder: str = Field(description="承办单位")
    days: int = Field(description="距到期日的工作日数，按承办单位日历；负数为逾期工作日")
    label: str = Field(description="statutory 法定，agreed 协议")
    rule_title: str
    article: str = Field(description="依据")
    matter: MatterLine


class DueOut(Out):
    """The board: counts of both sides, and one page of the list asked for."""

    today: date
    at: Moment
    ours: SlotsOut
    theirs: SlotsOut
    provisional: int = Field(description="到期日为暂定的件数")
    items: list[DutyOut]
    next: str | None


class SupervisionOut(Out):
    """One page of a list for supervision; ``office``: this node holds the joint-meeting office today."""

    office: bool
    items: list[DutyOut]
    next: str | None


@router.get(
    "/due",
    operation_id="getDue",
    summary="时限看板 / What is due, by slot",
    response_model=DueOut,
    responses=answers(examples.DUE, *READING),
)
def get_due(
    node: Node,
    user: Reader,
    side: Annotated[
        Literal["ours", "theirs"], Query(description="ours 本单位应办，theirs 他单位应办 / whose duties")
    ] = "ours",
    slot: Annotated[Slot | None, Query(description="时段 / slot")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> DueOut:
    """Counts are of all open duties; the list is that of `side` and `slot`, the longest overdue first."""
    now = node.now()
    unit = unit_of(user)
    page = node.views.duties(DutyFilter(side, slot, unit=unit), cursor, limit, now=now)
    counts = node.views.duty_counts(now=now, unit=unit)
    return DueOut(
        today=counts.today,
        at=counts.at,
        ours=SlotsOut(**{slot.value: number for slot, number in counts.ours.items()}),
        theirs=SlotsOut(**{slot.value: number for slot, number in counts.theirs.items()}),
        provisional=counts.provisional,
        items=_items(node, page),
        next=page.next,
    )


@router.get(
    "/supervision",
    operation_id="listSupervision",
    summary="督办、拟督办清单 / What a person may decide to supervise",
    response_model=SupervisionOut,
    responses=answers(examples.SUPERVISION, *READING),
)
def list_supervision(
    node: Node,
    user: Reader,
    which: Annotated[
        Literal["own", "proposed"],
        Query(alias="list", description="own 本单位逾期；proposed 联席会议办公室拟督办 / which list"),
    ] = "own",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> SupervisionOut:
    """`proposed` is empty unless this node holds the joint-meeting office.

    It lists statutory limits as soon as they are overdue, agreed ones from the second reminder after the last day.
    """
    now = node.now()
    wanted = DutyFilter(
        None if which == "proposed" else "ours", Slot.OVERDUE, proposed=which == "proposed", unit=unit_of(user)
    )
    page = node.views.duties(wanted, cursor, limit, now=now)
    node.note("look-up", "supervision", user.name, list=which)
    office = node.views.trust().joint_meeting(now.astimezone(BEIJING).date()) == node.member
    return SupervisionOut(office=office, items=_items(node, page), next=page.next)


def _items(node: WebNode, page: Page[Duty]) -> list[DutyOut]:
    now = node.now()
    return [
        DutyOut(
            slot=one.slot,
            holder=one.holder,
            days=one.days,
            label=one.label,
            rule_title=one.rule_title,
            article=one.article,
            matter=matter_line(one.row, now),
        )
        for one in page.rows
    ]
