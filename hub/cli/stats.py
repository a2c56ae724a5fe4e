"""``hub stats``: the figures a joint meeting asks for, from what this node holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import typer

from hub.cli.place import JSON, views_of
from hub.cli.screen import day, moment, print_json, table
from hub.core.errors import InvalidInput

if TYPE_CHECKING:
    from hub.flows.ports.figures import Ratio


def stats(
    ctx: typer.Context,
    since: str | None = typer.Option(None, "--since", metavar="日期", help="起始日，默认本月一日"),
    until: str | None = typer.Option(None, "--until", metavar="日期", help="截止日（含当日），默认今天"),
    as_json: bool = JSON,
) -> int:
    """统计：案件通报、协查、按期反馈率、线索移送（指标 I01、I03、I04、I07）"""
    from hub.core.ids import BEIJING

    with views_of(ctx) as (node, views):
        now = node.clock()
        today = now.astimezone(BEIJING).date()
        last = _date(until, "until") or today
        first = _date(since, "since") or last.replace(day=1)
        if first > last:
            raise InvalidInput("起始日晚于截止日", field="since")
        counts = views.counts(first, last + timedelta(days=1), now=now)
        names = {member.id: member.short_name for member in views.trust().roster.members}
    if as_json:
        head = {"since": first, "until": last, "at": counts.at}
        print_json({**head, "members": counts.members, "pairs": counts.pairs})
        return 0
    print(f"{day(first)}至{day(last)}（截至 {moment(counts.at)}，按本节点所存文书）")
    rows = [
        (
            names.get(one.member, one.member),
            str(one.notices),
            f"{one.requests_out}/{one.requests_in}",
            _share(one.on_time),
            f"{one.leads_out}/{one.leads_in}",
            _share(one.filed),
        )
        for one in counts.members
    ]
    heads = ("单位", "I01 案件通报", "I03 协查发出/收到", "I04 按期反馈率", "I07 线索移出/移入", "I07 立案转化率")
    table(heads, rows, "没有成员单位。")
    return 0


def _share(ratio: Ratio) -> str:
    share = f"{ratio.numerator * 100 / ratio.denominator:.1f}%" if ratio.denominator else "—"
    waiting = f"，另 {ratio.open} 件未定" if ratio.open else ""
    return f"{share}（{ratio.numerator}/{ratio.denominator}{waiting}）"


def _date(text: str | None, field: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput("日期应写作 2026-04-13", field=field) from error
