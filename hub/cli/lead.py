"""``hub lead``: the register of leads 线索台账."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.office import day_of, more
from hub.cli.place import CURSOR, JSON, LIMIT, opened, operator
from hub.cli.screen import day, moment, pairs, print_json, table

if TYPE_CHECKING:
    from hub.flows.ports.office_rows import Lead

LEAD = typer.Argument(..., metavar="线索", help="hub lead list 所列的编号")
CLOCKS = {"running": "待转办", "met": "按期转办", "late": "超过两个工作日"}
app = group("线索台账：登记、两个工作日内转办或移送、处理结果；不记举报人")


@app.command("add", cls=ChineseCommand)
def add(
    ctx: typer.Context,
    number: str = typer.Argument(..., metavar="线索编号", help="本单位线索编号"),
    summary: str = typer.Argument(..., metavar="摘要", help="被反映主体和事实，不得有举报人信息"),
    source: str = typer.Option(..., "--source", metavar="来源", help="如 complaint_report 投诉举报、monitoring 监测"),
    received_on: str = typer.Option(..., "--received-on", metavar="日期", help="接到日期"),
    platform_no: str | None = typer.Option(None, "--12315", metavar="编号", help="全国12315平台编号"),
    first: bool = typer.Option(True, "--first/--not-first", help="本单位是否首接单位"),
    came_by: str | None = typer.Option(None, "--came-by", metavar="事项编号", help="由哪一移送事项而来"),
    as_json: bool = JSON,
) -> int:
    """登记线索"""
    from hub.flows import leads

    new = leads.NewLead(number, source, day_of(received_on, "received_on"), summary, first, platform_no, came_by)
    with opened(ctx) as node, node.store.begin() as uow:
        now = node.clock()
        done = leads.register(uow, new, who=operator(), now=now, new_id=node.new_id, salt=node.salt)
    return _told(done, now, as_json=as_json)


@app.command("forward", cls=ChineseCommand)
def forward(
    ctx: typer.Context,
    lead: str = LEAD,
    unit: str = typer.Option(..., "--unit", metavar="代码", help="转给哪个承办单位"),
    note: str = typer.Option("", "--note", metavar="要求", help="办理要求"),
    as_json: bool = JSON,
) -> int:
    """转给本单位的科室或县级局；移送其他单位用 hub lead prefill"""
    from hub.flows import leads

    with opened(ctx) as node, node.store.begin() as uow:
        now = node.clock()
        done = leads.forward_to_unit(uow, lead, unit, note, who=operator(), now=now, salt=node.salt)
    return _told(done, now, as_json=as_json)


@app.command("transferred", cls=ChineseCommand)
def transferred(
    ctx: typer.Context,
    lead: str = LEAD,
    matter: str = typer.Argument(..., metavar="事项编号", help="已用 hub send 发出的线索移送事项"),
    as_json: bool = JSON,
) -> int:
    """登记该线索已在某一移送事项中移送；用文稿移送的签发时自动登记"""
    from hub.flows import leads

    with opened(ctx) as node, node.store.begin() as uow:
        now = node.clock()
        done = leads.transferred(uow, lead, matter, who=operator(), now=now, salt=node.salt)
    return _told(done, now, as_json=as_json)


@app.command("outcome", cls=ChineseCommand)
def outcome(
    ctx: typer.Context,
    lead: str = LEAD,
    result: str = typer.Argument(..., metavar="结果", help="filed、not_filed、penalised、transferred、merged、closed"),
    on: str = typer.Option(..., "--on", metavar="日期", help="处理日期"),
    note: str = typer.Option("", "--note", metavar="说明", help="说明"),
    as_json: bool = JSON,
) -> int:
    """登记处理结果"""
    from hub.flows import leads

    with opened(ctx) as node, node.store.begin() as uow:
        now = node.clock()
        done = leads.settle(uow, lead, result, day_of(on, "on"), note, who=operator(), now=now, salt=node.salt)
    return _told(done, now, as_json=as_json)


@app.command("prefill", cls=ChineseCommand)
def prefill(
    ctx: typer.Context,
    lead: str = LEAD,
    to: str = typer.Option(..., "--to", metavar="单位", help="移送到哪个单位"),
    as_json: bool = JSON,
) -> int:
    """打印线索移送函底稿（JSON）；填好后用 hub draft save lead_transfer --lead 保存"""
    from hub.flows.leads import transferable
    from hub.flows.prefill import lead_body
    from hub.flows.steps.texts import today

    with opened(ctx) as node, node.store.begin() as uow:
        found = transferable(uow, lead, to)
        made = lead_body(found, uow.trusts.current().member(uow.member).name, today(node.clock()))
    if as_json:
        print_json(made)
    else:
        print(json.dumps(made, ensure_ascii=False, indent=2))
    return 0


@app.command("list", cls=ChineseCommand)
def everything(
    ctx: typer.Context,
    text: str | None = typer.Option(None, "--text", metavar="文字", help="摘要或编号中的文字"),
    forwarded: bool | None = typer.Option(None, "--forwarded/--not-forwarded", help="只看已（未）转办、移送的"),
    settled: bool | None = typer.Option(None, "--settled/--open", help="只看已（未）有处理结果的"),
    limit: int = LIMIT,
    cursor: str | None = CURSOR,
    as_json: bool = JSON,
) -> int:
    """线索台账，新的在前"""
    from hub.flows import leads
    from hub.flows.ports.office_rows import LeadFilter

    with opened(ctx) as node, node.store.begin() as uow:
        now = node.clock()
        page = leads.leads(uow, LeadFilter(text, forwarded, settled), cursor, limit)
    if as_json:
        print_json({"leads": [_shown(one, now) for one in page.rows], "next": page.next})
        return 0
    rows = [
        (
            *(one.id, one.number, leads.SOURCES[one.source], day(one.received_on), CLOCKS[leads.clock(one, now)]),
            *(leads.OUTCOMES[one.outcome] if one.outcome else "—", one.summary),
        )
        for one in page.rows
    ]
    table(("编号", "线索编号", "来源", "接到日期", "转办时限", "结果", "摘要"), rows, "没有符合条件的线索。")
    return more(page.next)


@app.command("show", cls=ChineseCommand)
def show(ctx: typer.Context, lead: str = LEAD, as_json: bool = JSON) -> int:
    """一条线索的办理经过"""
    from hub.flows import leads

    with opened(ctx) as node, node.store.begin() as uow:
        now = node.clock()
        found, events = leads.history(uow, lead)
    if as_json:
        print_json({"lead": _shown(found, now), "history": events})
        return 0
    pairs(
        [
            ("线索编号", found.number),
            ("12315编号", found.platform_no or ""),
            ("摘要", found.summary),
            ("转办期限", f"{day(found.due_on)}（{CLOCKS[leads.clock(found, now)]}）"),
            ("结果", leads.OUTCOMES[found.outcome] if found.outcome else ""),
        ]
    )
    acts = {"register": "登记", "forward": "转办", "transfer": "移送", "settle": "处理结果"}
    table(
        ("时间", "办理", "人员", "说明"), [(moment(e.at), acts.get(e.act, e.act), e.who, e.comment) for e in events], ""
    )
    return 0


def _shown(lead: Lead, now: datetime) -> dict[str, object]:
    from dataclasses import asdict

    from hub.flows.leads import clock

    return {**asdict(lead), "clock": clock(lead, now)}


def _told(lead: Lead, now: datetime, *, as_json: bool) -> int:
    from hub.flows.leads import clock

    if as_json:
        print_json(_shown(lead, now))
    else:
        print(f"编号  {lead.id}\n转办期限  {day(lead.due_on)}（{CLOCKS[clock(lead, now)]}）")
    return 0
