"""``hub audit``: search the audit log, and check it against its own hashes."""

from __future__ import annotations

from datetime import timedelta

import typer

from hub.cli.figures import date_of
from hub.cli.help import ChineseCommand, group
from hub.cli.place import CURSOR, JSON, LIMIT, opened, operator, views_of
from hub.cli.screen import moment, print_json, table

app = group("审计日志：查询、校验")

STRETCH = 20_000
"""Leaves hashed between two words of progress."""


@app.command("search", cls=ChineseCommand)
def search(
    ctx: typer.Context,
    type_: str | None = typer.Option(None, "--type", metavar="行为", help="如 look-up、decide、sign-in"),
    actor: str | None = typer.Option(None, "--actor", metavar="人员", help="用户名；node 为本节点自己"),
    subject: list[str] = typer.Option([], "--subject", metavar="对象", help="事项、文书编号或用户名，可写多次"),
    since: str | None = typer.Option(None, "--since", metavar="日期", help="自哪一天起"),
    until: str | None = typer.Option(None, "--until", metavar="日期", help="至哪一天止（含）"),
    cursor: str | None = CURSOR,
    limit: int = LIMIT,
    as_json: bool = JSON,
) -> int:
    """查询谁在何时对什么做了什么；查询本身也会记入"""
    from hub.core.audit import leaf
    from hub.flows.ports.journal import ActFilter
    from hub.web.journal import TYPES, lines
    from hub.web.reading import midnight

    last = date_of(until, "until")
    wanted = ActFilter(
        type_,
        actor,
        frozenset(subject),
        midnight(date_of(since, "since")),
        midnight(last + timedelta(days=1) if last else None),
    )
    with views_of(ctx) as (node, views):
        found = views.acts(wanted, cursor, limit)
        with node.store.begin() as uow:
            facts = {"type": type_, "by": actor, "to": list(subject), "since": since, "until": until}
            asked = {name: value for name, value in facts.items() if value}
            uow.ledger.add([leaf("look-up", "audit", operator(), node.clock(), node.salt(), **asked)])
    if as_json:
        print_json({"items": list(found.rows), "next": found.next})
        return 0
    rows = [
        (
            moment(one.act.at),
            one.title,
            one.act.actor,
            one.act.subject[:36],
            "；".join(f"{name} {text}" for name, text in one.facts),
        )
        for one in lines(views.trust(), found, content=False)
    ]
    table(("时间", "行为", "人员", "对象", "内容"), rows, f"没有符合条件的记录。行为可用：{'、'.join(TYPES)}")
    if found.next:
        print(f"下一页：--cursor {found.next}")
    return 0


@app.command("verify", cls=ChineseCommand)
def verify(ctx: typer.Context, as_json: bool = JSON) -> int:
    """逐条核对内容与登记时的摘要，并核对序号连续；有不符时退出码为 1"""
    seen = erased = position = 0
    after: int | None = 0
    wrong: list[tuple[int, str]] = []
    with opened(ctx) as node:
        from hub.app import build_views

        views = build_views(node)
        while after is not None:
            found = views.check_acts(after, position, STRETCH)
            seen, erased, position, after = seen + found.seen, erased + found.erased, found.position, found.next
            wrong += found.wrong
            if after is not None and not as_json:
                print(f"已核对 {seen:,} 条……")
    if as_json:
        print_json({"ok": not wrong, "seen": seen, "erased": erased, "wrong": [list(one) for one in wrong]})
        return 1 if wrong else 0
    for number, why in wrong:
        print(f"记录 {number}：{why}")
    print(
        f"发现 {len(wrong)} 处不符，共核对 {seen:,} 条。"
        if wrong
        else f"全部 {seen:,} 条一致，序号连续，其中 {erased:,} 条的内容已依规删除。"
    )
    return 1 if wrong else 0
