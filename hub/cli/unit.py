"""``hub unit``: 承办单位, and what is handed to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.office import day_of, entered, more
from hub.cli.place import CURSOR, JSON, LIMIT, opened, operator
from hub.cli.screen import day, print_json, safe, table

if TYPE_CHECKING:
    from datetime import date

    from hub.flows.ports.office_rows import Assignment

CODE = typer.Argument(..., metavar="代码", help="承办单位代码，如 fcx 或 bobai")
GIVEN = typer.Argument(..., metavar="交办编号", help="hub unit work 所列的编号")
ON = typer.Option(None, "--on", metavar="日期", help="书面报送或退回的日期，默认今天")
app = group("承办单位：科室和县级局，转办、交办、催办、退回和统计；对外答复仍由本单位办理")


@app.command("add", cls=ChineseCommand)
def add(
    ctx: typer.Context,
    code: str = CODE,
    name: str = typer.Argument(..., metavar="名称", help="科室或县级局名称"),
    kind: str = typer.Option("section", "--kind", metavar="类别", help="section 科室、county 县级局"),
    region: str | None = typer.Option(None, "--region", metavar="区划", help="县级局的 6 位行政区划代码"),
    accounts: bool = typer.Option(True, "--accounts/--no-accounts", help="在本系统有无账号；没有的打印通知书"),
    active: bool = typer.Option(True, "--active/--inactive", help="启用或停用"),
    as_json: bool = JSON,
) -> int:
    """登记承办单位，或修改其信息"""
    from hub.flows import offices
    from hub.flows.ports.office_rows import Unit

    unit = Unit(code, name, kind, region, accounts, active)
    kept = entered(ctx, offices.keep_unit, unit)
    if as_json:
        print_json(kept)
    else:
        print(f"承办单位 {kept.code}（{safe(kept.name)}）已登记。")
    return 0


@app.command("list", cls=ChineseCommand)
def everything(ctx: typer.Context, as_json: bool = JSON) -> int:
    """列出承办单位"""
    from hub.flows.offices import KINDS

    with opened(ctx) as node, node.store.begin() as uow:
        found = uow.units.all()
    if as_json:
        print_json(found)
        return 0
    rows = [
        (u.code, KINDS[u.kind], u.region or "—", "有" if u.accounts else "无", "启用" if u.active else "停用", u.name)
        for u in found
    ]
    table(("代码", "类别", "区划", "账号", "状态", "名称"), rows, "还没有承办单位。")
    return 0


@app.command("assign", cls=ChineseCommand)
def assign(
    ctx: typer.Context,
    matter: str = typer.Argument(..., metavar="事项编号", help="交给承办单位办理的事项"),
    code: str = CODE,
    manner: str = typer.Option("assign", "--manner", metavar="方式", help="forward 转办、assign 交办"),
    note: str = typer.Option("", "--note", metavar="要求", help="办理要求"),
    due: str | None = typer.Option(None, "--due", metavar="日期", help="内部办理期限，不晚于对外期限；默认两个工作日"),
    as_json: bool = JSON,
) -> int:
    """转办或交办；默认两个工作日，按本单位的日历计算"""
    from hub.flows import offices

    with opened(ctx) as node, node.store.begin() as uow:
        done = offices.assign(
            *(uow, matter, code, manner, note, _day(due, "due")),
            who=operator(),
            now=node.clock(),
            new_id=node.new_id,
            salt=node.salt,
        )
    return _told(done, as_json=as_json)


@app.command("urge", cls=ChineseCommand)
def urge(
    ctx: typer.Context,
    given: str = GIVEN,
    note: str = typer.Option("", "--note", metavar="内容", help="催办内容"),
    as_json: bool = JSON,
) -> int:
    """催办"""
    from hub.flows import offices

    return _told(entered(ctx, offices.urge, given, note), as_json=as_json)


@app.command("done", cls=ChineseCommand)
def done(
    ctx: typer.Context,
    given: str = GIVEN,
    note: str = typer.Option("", "--note", metavar="情况", help="办理情况"),
    on: str | None = ON,
    as_json: bool = JSON,
) -> int:
    """登记承办单位已办结"""
    from hub.flows import offices

    return _told(entered(ctx, offices.finish, given, note, _day(on)), as_json=as_json)


@app.command("return", cls=ChineseCommand)
def hand_back(
    ctx: typer.Context,
    given: str = GIVEN,
    reason: str = typer.Option("", "--reason", metavar="理由", help="退回理由"),
    on: str | None = ON,
    as_json: bool = JSON,
) -> int:
    """登记承办单位退回，须写明理由"""
    from hub.flows import offices

    return _told(entered(ctx, offices.hand_back, given, reason, _day(on)), as_json=as_json)


@app.command("work", cls=ChineseCommand)
def work(
    ctx: typer.Context,
    unit: str | None = typer.Option(None, "--unit", metavar="代码", help="只看某一承办单位"),
    state: str | None = typer.Option(None, "--state", metavar="状态", help="open、done、returned"),
    overdue: bool = typer.Option(False, "--overdue", help="只看逾期未办结的"),
    limit: int = LIMIT,
    cursor: str | None = CURSOR,
    as_json: bool = JSON,
) -> int:
    """列出转办、交办，新的在前"""
    from hub.flows import offices
    from hub.flows.ports.office_rows import AssignmentFilter
    from hub.flows.steps.texts import today

    with opened(ctx) as node, node.store.begin() as uow:
        wanted = AssignmentFilter(unit, state, today(node.clock()) if overdue else None)
        page = offices.assignments(uow, wanted, cursor, limit)
    if as_json:
        print_json({"assignments": page.rows, "next": page.next})
        return 0
    rows = [
        (one.id, one.unit, offices.MANNERS[one.manner], offices.STATES[one.state], day(one.due_on), one.matter)
        for one in page.rows
    ]
    table(("交办编号", "承办单位", "方式", "状态", "内部期限", "事项编号"), rows, "没有符合条件的转办、交办。")
    return more(page.next)


@app.command("notice", cls=ChineseCommand)
def notice(
    ctx: typer.Context,
    given: str = GIVEN,
    out: Path | None = typer.Option(None, "-o", "--out", metavar="文件", help="存为 .pdf 或 .docx 文件"),
) -> int:
    """打印交办（转办）通知书，送没有账号的承办单位"""
    from hub.cli.letter import save
    from hub.flows import offices
    from hub.flows.steps.printing import sheet_of_notice
    from hub.kinds.letter import plain

    with opened(ctx) as node:
        demo = node.settings.demo
        with node.store.begin() as uow:
            letter, (row, _) = offices.notice(uow, given, demo=demo), offices.history(uow, given)
        if out is not None:
            return save(node, sheet_of_notice(letter, row.id, row.at, demo=demo), out, row.id)
    for line in plain(letter).splitlines():
        print(safe(line))
    return 0


@app.command("stats", cls=ChineseCommand)
def stats(
    ctx: typer.Context,
    since: str = typer.Option(..., "--since", metavar="日期", help="起始日，如 2026-01-01"),
    until: str = typer.Option(..., "--until", metavar="日期", help="截止日（不含）"),
    as_json: bool = JSON,
) -> int:
    """各承办单位：交办、按期办结、逾期、退回"""
    from hub.flows import offices

    first, last = day_of(since, "since"), day_of(until, "until")
    with opened(ctx) as node, node.store.begin() as uow:
        found = offices.statistics(uow, first, last, node.clock())
    if as_json:
        print_json(found)
        return 0
    rows = [
        (str(one.assigned), str(one.on_time), str(one.overdue), str(one.returned), str(one.urged), one.unit.name)
        for one in found
    ]
    table(("交办", "按期办结", "逾期", "退回", "催办", "承办单位"), rows, "还没有承办单位。")
    return 0


def _day(text: str | None, field: str = "on") -> date | None:
    return None if text is None else day_of(text, field)


def _told(given: Assignment, *, as_json: bool) -> int:
    from hub.flows.offices import STATES

    if as_json:
        print_json(given)
    else:
        print(f"交办编号  {given.id}\n状态  {STATES[given.state]}，内部期限 {day(given.due_on)}")
    return 0
