"""统计: fixed and free periods, the matters behind each figure, units, and members' reports beside own figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from hub.core.errors import InvalidInput
from hub.core.figure_table import HEADS, Line, table_of
from hub.core.measures import MEASURES, SCOPES
from hub.core.policy import Permit
from hub.core.trust import Trust
from hub.flows import offices
from hub.flows.ports.figures import Behind, FactFilter, Statistics
from hub.flows.rows import User
from hub.web import words
from hub.web.addresses import Cursor
from hub.web.auth import permitted, person_may
from hub.web.deps import Node, WebNode
from hub.web.figures import Span, blind, checked, is_office, measured, seen, today
from hub.web.sheets import FORM, MOST, Cell, Form, answer
from hub.web.sight import visible
from hub.web.ui import charts, figures
from hub.web.ui.periods import Asked, Written, address, frame, span_query
from hub.web.ui.render import page

router = APIRouter()

Reckoner = Annotated[User, Depends(person_may(Permit.FIGURES))]
ROWS = 50
REPORTS = {
    "on_time": ("green", "按期"),
    "late": ("red", "迟报"),
    "missing": ("red", "未报"),
    "awaited": ("grey", "未到期"),
}


@router.get("/statistics")
def show_statistics(
    request: Request,
    node: Node,
    user: Reckoner,
    span: Asked,
    indicator: Written = "",
    member: Written = "",
    form: FORM = None,
) -> Response:
    """Every indicator of a period, who asks whom, and the months before."""
    trust, now, only = node.views.trust(), node.now(), checked(indicator)
    if form is not None:
        found = node.views.statistics(span.since, span.after, now=now)
        lines = _lines(trust, node.member, found, only, member)
        table = table_of(lines, found.period, {one: words.member(trust, one, short=True) for one in _named(lines)})
        return _export(node, user, form, f"统计指标 {span.title}", table, HEADS, span)
    found, trend = node.views.overview(span.since, span.after, _year_up_to(node, span), figures.TREND, now=now)
    lines = _lines(trust, node.member, found, only, member)
    office = is_office(trust, node.member)
    members = figures.counted_members(lines, trust.members)
    if not office:
        members = [one for one in members if one == node.member]
    elif member:
        members = [one for one in members if one == member]
    months = figures.by_month(trend, members)
    matrices = {scope: _matrix(trust, lines, scope) for scope in SCOPES}
    return page(
        request,
        node,
        user,
        "statistics.html",
        **frame(node, span, {"indicator": indicator, "member": member}),
        found=found,
        tables={scope: figures.totals_table(lines, members, scope) for scope in SCOPES},
        members=members,
        heads=figures.heads(lines, members, office),
        offices=[(one.id, one.short_name) for one in trust.roster.members if one.system != "jm"] if office else [],
        matrices=matrices,
        months=months,
        trend=[MEASURES[key] for key in figures.TREND],
        charts=_charts(trust, lines, members, months, matrices["inside"]),
        blind=blind(trust, node.member),
        definitions=figures.shown_definitions(trust),
        said=figures.said,
        kept=MEASURES["I04.on_time"],
        mean=MEASURES["I05.mean"],
    )


@router.get("/statistics/matters")
def list_matters(
    request: Request,
    node: Node,
    user: Reckoner,
    span: Asked,
    measure: Written = "",
    member: Written = "",
    peer: Written = "",
    scope: Written = "inside",
    cursor: Cursor = None,
    form: FORM = None,
) -> Response:
    """The matters behind one figure, as far as the reader may know of them."""
    key = MEASURES[measured(measure)]
    if scope not in SCOPES:
        raise InvalidInput("统计范围应为系统内或系统外", field="scope")
    wanted = FactFilter(measure, member or node.member, scope, peer or None)
    if form is not None:
        trust = node.views.trust()
        rows = (_behind_row(trust, measure, one) for one in _all_behind(node, user, wanted, span))
        heads = ("事项编号", "标题", "计入日", "对方单位", "计入情况", "现在环节")
        return _export(node, user, form, f"{key.title} {span.title}", rows, heads, span)
    found = node.views.statistic_matters(wanted, span.since, span.after, cursor, ROWS, now=node.now())
    known = visible(node, user, [one.matter for one in found.rows])
    chosen = {"measure": measure, "member": wanted.member, "peer": peer, "scope": scope}
    return page(
        request,
        node,
        user,
        "statistics_matters.html",
        **frame(node, span, chosen),
        measure=key,
        wanted=wanted,
        rows=[one for one in found.rows if one.matter in known],
        hidden=len(found.rows) - sum(one.matter in known for one in found.rows),
        adds=figures.adds,
        more=address("/statistics/matters", {**chosen, **span_query(span), "cursor": found.next})
        if found.next
        else None,
        first=cursor is None,
    )


@router.get("/statistics/units")
def show_units(request: Request, node: Node, user: Reckoner, span: Asked, form: FORM = None) -> Response:
    """What each section and county bureau was given, and by when it was done."""
    made = node.act(lambda uow: offices.statistics(uow, span.since, span.after, node.now()))
    counted = [one for one in made if user.unit in (None, one.unit.code)]
    heads = ("代码", "承办单位", "类别", "交办转办（件）", "按期办结（件）", "超期（件）", "退回（件）", "催办（次）")
    rows: list[tuple[Cell, ...]] = [
        (
            one.unit.code,
            one.unit.name,
            offices.KINDS[one.unit.kind],
            one.assigned,
            one.on_time,
            one.overdue,
            one.returned,
            one.urged,
        )
        for one in counted
    ]
    if form is not None:
        return _export(node, user, form, f"承办单位统计 {span.title}", rows, heads, span)
    busy = [one for one in counted if one.assigned]
    series = [
        charts.Series("按期办结", [one.on_time for one in busy]),
        charts.Series("超期", [one.overdue for one in busy]),
        charts.Series("退回", [one.returned for one in busy]),
    ]
    chart = charts.bars("承办单位办理情况", [one.unit.name for one in busy], series, "件") if busy else None
    around = frame(node, span, {})
    return page(request, node, user, "statistics_units.html", **around, heads=heads, rows=rows, chart_data=chart)


@router.get("/statistics/reconcile")
def show_reconciliation(
    request: Request, node: Node, user: Reckoner, span: Asked, differing: Written = "", form: FORM = None
) -> Response:
    """Reports of exactly this period beside what this node counts; by default of the month before."""
    if not request.url.query or set(request.query_params) <= {"differing", "form"}:
        last = today(node).replace(day=1)
        span = Span((last - timedelta(days=1)).replace(day=1), last)
    trust, now = node.views.trust(), node.now()
    found = node.views.reconciliation(span.since, span.after, now=now)
    if form is not None:
        rows = list(_reconciled_rows(trust, found))
        heads = (
            "单位",
            "报表",
            "细项代码",
            "指标",
            "范围",
            "本节点分子",
            "本节点分母",
            "报表分子",
            "报表分母",
            "差额",
            "说明",
        )
        return _export(node, user, form, f"报表核对 {span.title}", rows, heads, span)
    return page(
        request,
        node,
        user,
        "statistics_reconcile.html",
        **frame(node, span, {"differing": differing}),
        found=found,
        reports=REPORTS,
        measures=MEASURES,
        differing=bool(differing),
        said=figures.said,
        blind=blind(trust, node.member),
    )


def _lines(trust: Trust, own: str, found: Statistics, only: str | None, member: str) -> list[Line]:
    return [one for one in seen(trust, own, found, only) if not member or member in (one.member, one.peer)]


def _year_up_to(node: WebNode, span: Span) -> tuple[date, date]:
    """Twelve months that end with the period; those of a year that is not over yet hold nothing to look at."""
    last = max(span.since, min(span.until, today(node)))
    return (last.replace(day=1) - timedelta(days=325)).replace(day=1), last + timedelta(days=1)


def _matrix(trust: Trust, lines: list[Line], scope: str) -> dict[str, Any]:
    found = figures.duos(lines, scope)
    rows, columns = figures.axes(found, trust.members)
    return {"pairs": found, "rows": rows, "columns": columns}


def _charts(
    trust: Trust, lines: list[Line], members: list[str], months: list[Any], matrix: dict[str, Any]
) -> dict[str, dict[str, Any] | None]:
    """Charts worth drawing: one number needs none."""
    short: Callable[[str], str] = lambda name: words.member(trust, name, short=True)  # noqa: E731
    rates = {
        scope: {
            one.member: one.sum
            for one in lines
            if one.measure.key == "I04.on_time" and one.scope == scope and not one.peer
        }
        for scope in SCOPES
    }
    series = [
        charts.Series(SCOPES[scope], [figures.number(MEASURES["I04.on_time"], found.get(one)) for one in members])
        for scope, found in rates.items()
        if any(one in found for one in members)
    ]
    made: dict[str, dict[str, Any] | None] = {"rate": None, "trend": None, "matrix": None}
    if sum(value is not None for one in series for value in one.values) > 1:
        made["rate"] = charts.bars("协查按期反馈率（%）", [short(one) for one in members], series, "%")
    if any(sums for _, sums in months):
        keys = [key for key in figures.TREND if any(key in sums for _, sums in months)]
        made["trend"] = charts.trend("各月趋势", [name for name, _ in months], figures.trend_series(months, keys))
    if len(matrix["pairs"]) > 1:
        cells = figures.drawn(matrix["rows"], matrix["columns"], matrix["pairs"])
        rows, columns = ([short(one) for one in matrix[side]] for side in ("rows", "columns"))
        made["matrix"] = charts.matrix("协查往来（件）：行为请求方，列为承办方", rows, columns, cells)
    return made


def _all_behind(node: WebNode, user: User, wanted: FactFilter, span: Span) -> Iterator[Behind]:
    cursor, left = None, MOST
    while left > 0:
        found = node.views.statistic_matters(wanted, span.since, span.after, cursor, 500, now=node.now())
        known = visible(node, user, [one.matter for one in found.rows])
        yield from (one for one in found.rows if one.matter in known)
        left, cursor = left - len(found.rows), found.next
        if cursor is None:
            return


def _behind_row(trust: Trust, measure: str, one: Behind) -> tuple[Cell, ...]:
    title, state = (one.row.title, words.state(one.row.family, one.row.state)) if one.row else ("", "")
    peer = words.member(trust, one.peer) if one.peer else ""
    return (one.matter, title, one.day.isoformat(), peer, figures.adds(MEASURES[measure], one), state)


def _reconciled_rows(trust: Trust, found: Any) -> Iterator[tuple[Cell, ...]]:
    for one in found:
        named = (words.member(trust, one.member, short=True), REPORTS[one.report][1])
        if not one.lines:
            yield (*named, *([None] * 9))
        for line in one.lines:
            parts = [part for value in (line.own, line.reported) for part in (value[:2] if value else (None, None))]
            title = MEASURES[line.measure].title
            yield (*named, line.measure, title, SCOPES[line.scope], *parts, line.difference, "；".join(line.reasons))


def _export(
    node: WebNode, user: User, form: Form, name: str, rows: Any, heads: tuple[str, ...], span: Span
) -> Response:
    permitted(user, Permit.EXPORT)
    made = list(rows)
    facts = {"name": name, "since": str(span.since), "until": str(span.until), "rows": len(made), "form": form}
    node.note("export", "statistics", user.name, **facts)
    return answer(made, heads, name, form)


def _named(lines: list[Line]) -> set[str]:
    return {name for one in lines for name in (one.member, one.peer) if name}
