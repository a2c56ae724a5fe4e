"""``hub stats``: the figures a joint meeting asks for, from what this node holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import typer

from hub.cli.figures import (
    HEADS,
    MATTER_HEADS,
    line_row,
    matter_json,
    matter_row,
    months,
    reconciled_json,
    reconciled_rows,
    save,
    span_json,
)
from hub.cli.help import ChineseCommand, group
from hub.cli.place import CURSOR, JSON, views_of
from hub.cli.screen import day, moment, print_json, table
from hub.core.errors import InvalidInput

if TYPE_CHECKING:
    from hub.app import Node
    from hub.flows.ports.views import Views

app = group("统计：指标 I01、I03—I08、I11、I28，按单位、往来和期间；不写子命令即列出")

SINCE = typer.Option(None, "--since", metavar="日期", help="起始日，默认本月一日")
UNTIL = typer.Option(None, "--until", metavar="日期", help="截止日（含当日），默认今天")
MONTH = typer.Option(None, "--month", metavar="年-月", help="某月，例如 2026-04")
QUARTER = typer.Option(None, "--quarter", metavar="季度", help="某季度，例如 2026Q2")
YEAR = typer.Option(None, "--year", metavar="年", help="某年，例如 2026")


@app.callback(invoke_without_command=True, no_args_is_help=False)
def stats(
    ctx: typer.Context,
    since: str | None = SINCE,
    until: str | None = UNTIL,
    month: str | None = MONTH,
    quarter: str | None = QUARTER,
    year: str | None = YEAR,
    indicator: str | None = typer.Option(None, "--indicator", metavar="编号", help="只看一项指标，例如 I04"),
    matters: bool = typer.Option(False, "--matters", help="列出细项背后的事项，须写 --measure 和 --member"),
    measure: str | None = typer.Option(None, "--measure", metavar="细项", help="例如 I04.on_time"),
    member: str | None = typer.Option(None, "--member", metavar="单位", help="只看一个单位"),
    outside: bool = typer.Option(False, "--outside", help="与 --matters 合用：系统外往来"),
    cursor: str | None = CURSOR,
    csv: str | None = typer.Option(None, "--csv", metavar="文件", help="另存为 CSV；- 为标准输出"),
    as_json: bool = JSON,
) -> int:
    """统计：指标 I01、I03—I08、I11、I28，按单位、往来和期间"""
    if ctx.invoked_subcommand is not None:
        return 0
    with views_of(ctx) as (node, views):
        first, last = _period(node, since, until, month, quarter, year)
        if matters:
            scope = "outside" if outside else "inside"
            return _behind(node, views, measure, member, scope, (first, last), cursor, as_json=as_json)
        return _figures(node, views, first, last, indicator, member, csv, as_json=as_json)


@app.command("reconcile", cls=ChineseCommand)
def reconcile(
    ctx: typer.Context,
    since: str | None = SINCE,
    until: str | None = UNTIL,
    month: str | None = MONTH,
    as_json: bool = JSON,
) -> int:
    """核对：各单位报表与本节点统计逐项比对，列出差额和可能的原因"""
    with views_of(ctx) as (node, views):
        first, last = _period(node, since, until, month, None, None)
        found = views.reconciliation(first, last, now=node.clock())
        names = {one.id: one.short_name for one in views.trust().roster.members}
    if as_json:
        print_json({**span_json(first, last), "members": [reconciled_json(one) for one in found]})
        return 0
    print(f"{day(first)}至{day(last - timedelta(days=1))}：本节点统计与各单位报表")
    heads = ("单位", "报表", "指标", "范围", "本节点", "报表数", "差额", "说明")
    table(heads, reconciled_rows(found, names), "没有应报单位。")
    return 0


@app.command("report", cls=ChineseCommand)
def report(
    ctx: typer.Context,
    month: str = typer.Option(..., "--month", metavar="年-月", help="统计月份，例如 2026-04"),
    out: str = typer.Option(..., "-o", "--out", metavar="文件", help="正文写到哪里；- 为标准输出"),
) -> int:
    """月报：由本节点统计值生成统计报表正文，供 hub send statistic_report 使用"""
    import json

    from hub.core.reporting import report_body

    with views_of(ctx) as (node, views):
        first, last = _period(node, None, None, month, None, None)
        found = views.statistics(first, last, now=node.clock())
        title = f"{first.year}年{first.month}月统计报表"
        body = report_body(node.settings.member, found, title)
    save(out, json.dumps(body, ensure_ascii=False, indent=2) + "\n")
    if out != "-":
        print(f"已写入 {out}（{len(body['figures'])} 项）。请补填文号、签发人后用 hub send statistic_report 报送。")
    return 0


def _figures(
    node: Node,
    views: Views,
    first: date,
    last: date,
    indicator: str | None,
    member: str | None,
    csv: str | None,
    *,
    as_json: bool,
) -> int:
    from hub.core.figure_table import lines, record, to_csv
    from hub.core.measures import INDICATORS, NOT_COUNTED
    from hub.core.terms import held_until

    if indicator is not None and indicator not in INDICATORS:
        told = NOT_COUNTED.get(indicator, f"没有指标 {indicator[:20]}，可用：{'、'.join(INDICATORS)}")
        raise InvalidInput(told, field="indicator")
    now = node.clock()
    found = views.statistics(first, last, now=now)
    trust, at = views.trust(), found.period.now
    names = {one.id: one.short_name for one in trust.roster.members}
    kept = [one for one in lines(found.sums, names, indicator) if member in (None, one.member)]
    if csv is not None:
        save(csv, to_csv(kept, found.period, names))
    if as_json:
        head = {**span_json(first, last), "at": at, "waiting": found.waiting}
        print_json({**head, "figures": [record(one) for one in kept], "not_counted": NOT_COUNTED})
    elif csv != "-":
        print(f"{day(first)}至{day(last - timedelta(days=1))}（截至 {moment(at)}，按本节点所存文书）")
        ended = held_until(trust, node.settings.member, now)
        if ended is not None:
            print(f"本单位轮值已于 {day(ended)} 结束，统计只到该日。")
        table(HEADS, [line_row(one, names) for one in kept if not one.peer], "这一期间没有可统计的文书。")
        for told in NOT_COUNTED.values():
            print(told)
        if found.waiting:
            print(f"另有 {found.waiting} 件事项正在计入，稍后再看。")
    return 0


def _behind(
    node: Node,
    views: Views,
    measure: str | None,
    member: str | None,
    scope: str,
    span: tuple[date, date],
    cursor: str | None,
    *,
    as_json: bool,
) -> int:
    from hub.core.measures import MEASURES
    from hub.flows.ports.figures import FactFilter

    if measure not in MEASURES:
        raise InvalidInput(f"请写明细项，可用：{'、'.join(MEASURES)}", field="measure")
    wanted = FactFilter(measure, member or node.settings.member, scope)
    page = views.statistic_matters(wanted, *span, cursor, 50, now=node.clock())
    if as_json:
        print_json({"matters": [matter_json(one) for one in page.rows], "next": page.next})
        return 0
    names = {one.id: one.short_name for one in views.trust().roster.members}
    rows = [matter_row(one, names) for one in page.rows]
    table(MATTER_HEADS, rows, "没有事项。")
    if page.next:
        print(f"后面还有，翻页：--cursor {page.next}")
    return 0


def _period(
    node: Node, since: str | None, until: str | None, month: str | None, quarter: str | None, year: str | None
) -> tuple[date, date]:
    """First day, and the first day after; one way to name a period only."""
    from hub.core.ids import BEIJING

    return months(node.clock().astimezone(BEIJING).date(), since, until, month, quarter, year)
