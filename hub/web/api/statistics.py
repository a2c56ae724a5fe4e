"""Figures of the joint meeting, the matters behind them, and members' reports beside them (DOMAIN section 10.2)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from hub.core.figure_table import record
from hub.core.indicators import Sum
from hub.core.measures import MEASURES, NOT_COUNTED
from hub.core.policy import Permit
from hub.flows.ports.figures import Behind, FactFilter
from hub.flows.rows import User
from hub.web import words
from hub.web.addresses import Cursor, Day, Limit
from hub.web.api import statistics_examples as examples
from hub.web.api.ground import Listing
from hub.web.api.openapi import READING, answers
from hub.web.api.statistics_models import (
    BlindOut,
    ComparedOut,
    FigureMatterOut,
    FigureOut,
    PartsOut,
    ReconciledOut,
    ReconciliationOut,
    StatisticsOut,
)
from hub.web.auth import program_may
from hub.web.deps import Node
from hub.web.figures import Indicator, Month, Quarter, Year, asked, blind, checked, measured, seen
from hub.web.sight import visible

router = APIRouter(prefix="/statistics", tags=["statistics"])
Reckoner = Annotated[User, Depends(program_may(Permit.FIGURES))]


@router.get(
    "",
    operation_id="getStatistics",
    summary="统计指标 I01—I08、I11、I28 / Figures of a period",
    response_model=StatisticsOut,
    responses=answers(examples.STATISTICS, *READING, 403),
    dependencies=[Depends(program_may(Permit.FIGURES))],
)
def get_statistics(
    node: Node,
    since: Day = None,
    until: Day = None,
    month: Month = None,
    quarter: Quarter = None,
    year: Year = None,
    indicator: Indicator = None,
) -> StatisticsOut:
    """One way to name a period; without any, this month up to today. `until` is the last day of it.

    A joint-meeting office gets every member's lines as far as the agreement lets it see the exchange; anybody else its
    own, and of others what they did with it.
    """
    period, now, trust = asked(node, since, until, month, quarter, year), node.now(), node.views.trust()
    wanted = checked(indicator)
    found = node.views.statistics(period.since, period.after, now=now)
    return StatisticsOut(
        since=period.since,
        until=period.until,
        at=found.period.now,
        agreement=found.agreement,
        waiting=found.waiting,
        figures=[FigureOut(**record(one)) for one in seen(trust, node.member, found, wanted)],
        not_counted=NOT_COUNTED,
        blind=[BlindOut.model_validate(one) for one in blind(trust, node.member)],
    )


@router.get(
    "/matters",
    operation_id="listStatisticMatters",
    summary="一项统计背后的事项 / The matters behind a figure",
    response_model=Listing[FigureMatterOut],
    responses=answers(examples.page(examples.FIGURE_MATTER), *READING, 403),
)
def list_statistic_matters(
    node: Node,
    user: Reckoner,
    measure: Annotated[str, Query(max_length=60, description="细项 / measure", examples=["I04.on_time"])],
    member: Annotated[str | None, Query(max_length=20, description="计在哪个单位，默认本单位 / member")] = None,
    peer: Annotated[str | None, Query(max_length=20, description="对方单位 / the other side")] = None,
    scope: Annotated[Literal["inside", "outside"], Query(description="系统内或系统外")] = "inside",
    since: Day = None,
    until: Day = None,
    month: Month = None,
    quarter: Quarter = None,
    year: Year = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listing[FigureMatterOut]:
    """By the day they count on. A page may hold fewer lines than asked for and still have a `next`."""
    period = asked(node, since, until, month, quarter, year)
    wanted = FactFilter(measured(measure), member or node.member, scope, peer)
    page = node.views.statistic_matters(wanted, period.since, period.after, cursor, limit, now=node.now())
    known = visible(node, user, [one.matter for one in page.rows])
    return Listing[FigureMatterOut](items=[_matter(one) for one in page.rows if one.matter in known], next=page.next)


@router.get(
    "/reconcile",
    operation_id="reconcileStatistics",
    summary="各单位报表与本节点统计核对 / Reports beside own figures",
    response_model=ReconciliationOut,
    responses=answers(examples.RECONCILIATION, *READING, 403),
    dependencies=[Depends(program_may(Permit.FIGURES))],
)
def reconcile(
    node: Node,
    since: Day = None,
    until: Day = None,
    month: Month = None,
    quarter: Quarter = None,
    year: Year = None,
) -> ReconciliationOut:
    """Reports of exactly the period asked for. A difference is a question to ask, not a fault."""
    period, now = asked(node, since, until, month, quarter, year), node.now()
    found = node.views.reconciliation(period.since, period.after, now=now)
    members = [
        ComparedOut(
            member=one.member,
            report=one.report,
            issued=one.issued,
            matter=one.matter,
            lines=[
                ReconciledOut(
                    measure=line.measure,
                    title=MEASURES[line.measure].title,
                    scope=line.scope,
                    own=_parts(line.own),
                    reported=_parts(line.reported),
                    difference=line.difference,
                    reasons=list(line.reasons),
                )
                for line in one.lines
            ],
        )
        for one in found
    ]
    return ReconciliationOut(since=period.since, until=period.until, at=now, members=members)


def _parts(value: Sum | None) -> PartsOut | None:
    return None if value is None else PartsOut(**value._asdict())


def _matter(one: Behind) -> FigureMatterOut:
    row: dict[str, Any] = {"title": None, "state": None}
    if one.row is not None:
        row = {"title": one.row.title, "state": words.state(one.row.family, one.row.state)}
    return FigureMatterOut(matter=one.matter, peer=one.peer or None, day=one.day, **row, **one.sum._asdict())
