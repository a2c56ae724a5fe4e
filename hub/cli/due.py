"""``hub due`` and ``hub supervision list``: what is due, and what a meeting may decide to supervise."""

from __future__ import annotations

import csv
import sys
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.place import CURSOR, JSON, LIMIT, note, views_of
from hub.cli.screen import day, moment, print_json, safe, table
from hub.cli.words import LABELS, state_name
from hub.core.slots import Slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from hub.app import Node
    from hub.flows.ports.duties import Duty, DutyCounts, DutyFilter
    from hub.flows.ports.views import Page, Views

SLOTS = {
    Slot.OVERDUE: "已超期",
    Slot.TODAY: "今日到期",
    Slot.SOON: "3个工作日内",
    Slot.WEEK: "本周内",
    Slot.LATER: "本周之后",
}
CSV = typer.Option(False, "--csv", help="输出 CSV 表格，可用电子表格软件打开")
_MOST = 10_000
"""Lines of an export."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A title that begins so would be computed by a spreadsheet."""


class Side(StrEnum):
    """Whose duties."""

    OURS = "ours"
    THEIRS = "theirs"


def due(
    ctx: typer.Context,
    side: Side = typer.Option(Side.OURS, "--side", help="ours 本单位应办；theirs 其他单位应向本单位办理"),
    slot: Slot | None = typer.Option(
        None, "--slot", help="overdue 已超期、today 今日、soon 3个工作日内、week 本周、later 之后"
    ),
    limit: int = LIMIT,
    cursor: str | None = CURSOR,
    as_json: bool = JSON,
    as_csv: bool = CSV,
) -> int:
    """时限看板：已超期、今日、3个工作日内、本周、之后，按承办单位的日历计算"""
    from hub.flows.ports.duties import DutyFilter

    wanted = DutyFilter(side=side.value, slot=slot)
    with views_of(ctx) as (node, views):
        now = node.clock()
        if as_csv:
            return _export(node, views, [("本单位应办" if side is Side.OURS else "他单位应办", wanted)], now)
        counts, page = views.duty_counts(now=now), views.duties(wanted, cursor, limit, now=now)
        names = _names(views)
    if as_json:
        head = {"today": counts.today, "at": counts.at, "provisional": counts.provisional}
        numbers = {"ours": counts.ours, "theirs": counts.theirs}
        print_json({**head, "counts": numbers, "duties": page.rows, "next": page.next})
        return 0
    _print_counts(counts)
    print()
    _print(page.rows, names, "没有符合条件的事项。")
    return _more(page)


app = group("督办清单：本单位逾期事项；轮值联席会议办公室另有拟督办清单。是否督办由人决定")


@app.command("list", cls=ChineseCommand)
def supervision(ctx: typer.Context, as_json: bool = JSON, as_csv: bool = CSV) -> int:
    """督办清单；联席会议办公室另列拟督办（法定时限一逾期即列，协议时限逾期后第二次催办起列）"""
    from hub.core.ids import BEIJING
    from hub.flows.ports.duties import DutyFilter

    own, proposed = DutyFilter("ours", Slot.OVERDUE), DutyFilter(None, Slot.OVERDUE, proposed=True)
    with views_of(ctx) as (node, views):
        now = node.clock()
        office = views.trust().joint_meeting(now.astimezone(BEIJING).date()) == node.settings.member
        lists = [("督办", own), *([("拟督办", proposed)] if office else [])]
        if as_csv:
            return _export(node, views, lists, now)
        found = {title: list(_all(views, wanted, now)) for title, wanted in lists}
        names = _names(views)
    if as_json:
        print_json({"office": office, "own": found["督办"], "proposed": found.get("拟督办", [])})
        return 0
    for title, rows in found.items():
        print(f"{title}清单（截至 {moment(now)}）")
        _print(rows, names, "没有逾期事项。")
    return 0


def left(duty: Duty) -> str:
    """How far the last day is, in words."""
    if duty.slot is Slot.OVERDUE:
        return f"逾期 {-duty.days} 个工作日" if duty.days else "逾期不足 1 个工作日"
    return "今日到期" if duty.slot is Slot.TODAY else f"剩 {duty.days} 个工作日"


def _print_counts(counts: DutyCounts) -> None:
    rows = [
        (title, *(str(numbers.get(slot, 0)) for slot in SLOTS))
        for title, numbers in (("本单位应办", counts.ours), ("他单位应办", counts.theirs))
    ]
    table((f"{day(counts.today)}", *SLOTS.values()), rows, "")
    if counts.provisional:
        print(f"其中 {counts.provisional} 件的到期日为暂定：所跨年度的放假安排尚未公布，公布后重算。")


def _print(rows: Iterable[Duty], names: Mapping[str, str], nothing: str) -> None:
    from hub.web.words import act

    cells = [
        (
            f"{day(one.row.due_effective)}{'（暂定）' if one.row.provisional else ''}",
            left(one),
            f"{LABELS.get(one.label, one.label)} · {one.article}",
            names.get(one.holder, one.holder),
            names.get(one.row.opener, one.row.opener),
            state_name(one.row.family, one.row.state),
            act(one.row.last_act),
            one.row.id,
            one.row.title,
        )
        for one in rows
    ]
    heads = ("到期日", "时限", "性质与依据", "承办单位", "发起单位", "环节", "最近一步", "事项编号", "标题")
    table(heads, cells, nothing)


def _export(node: Node, views: Views, lists: list[tuple[str, DutyFilter]], now: datetime) -> int:
    """The whole lists as one table; that they were taken out stands in the audit log (DESIGN D7)."""
    from hub.web.words import act

    names = _names(views)
    found = [(title, one) for title, wanted in lists for one in _all(views, wanted, now)]
    note(node, "export", "duties", lists=[title for title, _ in lists], count=len(found))
    out = csv.writer(sys.stdout, lineterminator="\r\n")
    sys.stdout.write("\ufeff")  # By it a spreadsheet knows the text for UTF-8.
    heads = "清单 位置 到期日 暂定 剩余工作日 逾期工作日 性质 规则 依据 承办单位 发起单位 环节 最近一步 事项编号 标题"
    out.writerow(heads.split())
    for title, one in found:
        row = one.row
        cells = [
            *(title, SLOTS[one.slot], str(row.due_effective), "是" if row.provisional else "否"),
            *(str(max(one.days, 0)), str(max(-one.days, 0)), LABELS.get(one.label, one.label)),
            *(one.rule_title, one.article, names.get(one.holder, one.holder), names.get(row.opener, row.opener)),
            *(state_name(row.family, row.state), act(row.last_act), row.id, row.title),
        ]
        out.writerow([_cell(each) for each in cells])
    return 0


def _cell(text: str) -> str:
    return f"'{safe(text)}" if text.startswith(_FORMULA) else safe(text)


def _all(views: Views, wanted: DutyFilter, now: datetime) -> Iterable[Duty]:
    cursor: str | None = None
    for _ in range(_MOST // 100):
        page = views.duties(wanted, cursor, 100, now=now)
        yield from page.rows
        cursor = page.next
        if cursor is None:
            return


def _names(views: Views) -> dict[str, str]:
    trust = views.trust()
    return {**trust.outside, **{one.id: one.short_name for one in trust.roster.members}}


def _more(page: Page[Duty]) -> int:
    if page.next:
        print(f"后面还有，翻页：--cursor {page.next}")
    return 0
