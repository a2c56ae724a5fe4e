"""``hub retention`` and ``hub erase``: what is due for review, holds, and the erasure of content by two people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.office import AS, more
from hub.cli.place import CURSOR, JSON, LIMIT, opened, views_of
from hub.cli.screen import day, print_json, safe, table
from hub.core.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from hub.app import Node
    from hub.flows.ports import UnitOfWork
    from hub.flows.ports.retention import Erasure, Gone
    from hub.flows.retention import By
    from hub.flows.steps.approval import Policy

app = group("保存和删除：保存期限、到期审查、保留、删除申请和批准")
MATTER = typer.Argument(..., metavar="事项编号", help="如 hub retention due 所列")
ERASURE = typer.Argument(..., metavar="申请编号", help="hub retention erasures 所列")
REASON = typer.Option(..., "--reason", metavar="理由", help="写入审计日志，不要写当事人姓名、号码")


@app.command("list", cls=ChineseCommand)
def rules(ctx: typer.Context, as_json: bool = JSON) -> int:
    """列出保存期限规则：期限、依据、由谁规定"""
    from hub.web.keeping import told

    with opened(ctx) as node, node.store.begin() as uow:
        found = list(uow.retention.rules().values())
    if as_json:
        print_json({"rules": found})
        return 0
    rows = [(one.id, one.title, *told(one), "启用" if one.active else "停用", one.basis) for one in found]
    table(("编号", "范围", "期限", "规定", "状态", "依据"), rows, "没有规则")
    print("期限届满只列入审查，不会自动删除。")
    return 0


@app.command("set", cls=ChineseCommand)
def set_rule(
    ctx: typer.Context,
    rule: str = typer.Argument(..., metavar="规则", help="hub retention list 所列的编号"),
    user: str = AS,
    amount: int | None = typer.Option(None, "--amount", metavar="数", help="期限的数，0 为即时"),
    unit: str | None = typer.Option(None, "--unit", metavar="单位", help="years 年、months 个月、days 天"),
    label: str | None = typer.Option(
        None, "--label", metavar="类别", help="statutory 法定、agreed 协议、own 本单位规定"
    ),
    basis: str | None = typer.Option(None, "--basis", metavar="依据", help="规定这一期限的条文或文件"),
    active: bool | None = typer.Option(None, "--active/--inactive", help="启用或停用"),
    as_json: bool = JSON,
) -> int:
    """设定一条规则的期限、依据，或停用它；没有写的保持原样"""
    from hub.flows import retention

    given = {"amount": amount, "unit": unit, "label": label, "basis": basis, "active": active}
    changes = {name: value for name, value in given.items() if value is not None}
    with opened(ctx) as node, node.store.begin() as uow:
        kept = retention.set_rule(uow, rule, _by(node, uow, user), **changes)
    if as_json:
        print_json(kept)
    else:
        print(f"规则 {kept.id} 已设定；到期事项由后台工作重新清点。")
    return 0


@app.command("due", cls=ChineseCommand)
def due(
    ctx: typer.Context,
    rule: str | None = typer.Option(None, "--rule", metavar="规则", help="只看一条规则的"),
    cursor: str | None = CURSOR,
    limit: int = LIMIT,
    as_json: bool = JSON,
) -> int:
    """保存期限届满、等待审查的事项；后台工作每小时清点一次"""
    from hub.cli.words import state_name

    with views_of(ctx) as (_, views):
        found = views.due_for_review(rule, cursor, limit)
    if as_json:
        print_json({"items": list(found.rows), "next": found.next})
        return 0
    rows = [
        (
            day(one.due.day),
            one.due.rule,
            state_name(one.row.family, one.row.state),
            "保留" if one.held else "",
            one.row.id,
            one.row.title,
        )
        for one in found.rows
    ]
    table(("届满日", "规则", "环节", "保留", "事项编号", "标题"), rows, "没有保存期限届满的事项。")
    return more(found.next)


@app.command("erasures", cls=ChineseCommand)
def erasures(ctx: typer.Context, cursor: str | None = CURSOR, limit: int = LIMIT, as_json: bool = JSON) -> int:
    """删除申请及其办理情况，新的在前"""
    from hub.flows.ports.retention import ERASURES

    with views_of(ctx) as (_, views):
        found = views.erasures(tuple(ERASURES), cursor, limit)
    if as_json:
        print_json({"items": list(found.rows), "next": found.next})
        return 0
    rows = [
        (one.id, ERASURES[one.state], one.document or one.matter, one.proposer, one.decider or "", one.reason)
        for one in found.rows
    ]
    table(("申请编号", "状态", "文书或事项", "提出", "批准", "理由"), rows, "没有删除申请。")
    return more(found.next)


@app.command("approve", cls=ChineseCommand)
def approve(ctx: typer.Context, erasure: str = ERASURE, user: str = AS, as_json: bool = JSON) -> int:
    """批准删除申请：须由分管负责人以上、且不是提出人本人；随后由后台工作执行"""
    from hub.flows import retention

    with opened(ctx) as node, node.store.begin() as uow:
        decided = retention.approve(uow, erasure, _by(node, uow, user), _policy(node))
    return _told(decided, "已批准，由后台工作执行；执行后不能恢复。", as_json)


@app.command("decline", cls=ChineseCommand)
def decline(
    ctx: typer.Context, erasure: str = ERASURE, reason: str = REASON, user: str = AS, as_json: bool = JSON
) -> int:
    """不批准删除申请，写明理由；提出人可以撤回自己的申请"""
    from hub.flows import retention

    with opened(ctx) as node, node.store.begin() as uow:
        decided = retention.decline(uow, erasure, reason, _by(node, uow, user), _policy(node))
    return _told(decided, "未批准，内容保留。", as_json)


@app.command("hold", cls=ChineseCommand)
def hold(ctx: typer.Context, matter: str = MATTER, reason: str = REASON, user: str = AS) -> int:
    """设保留：涉诉、复议、审计等期间，事项内容不得删除"""
    from hub.flows import retention

    with opened(ctx) as node, node.store.begin() as uow:
        retention.hold(uow, matter, reason, _by(node, uow, user))
    print(f"事项 {matter} 已设保留，解除前不得删除。")
    return 0


@app.command("release", cls=ChineseCommand)
def release(ctx: typer.Context, matter: str = MATTER, reason: str = REASON, user: str = AS) -> int:
    """解除保留，写明理由"""
    from hub.flows import retention

    with opened(ctx) as node, node.store.begin() as uow:
        retention.release(uow, matter, reason, _by(node, uow, user))
    print(f"事项 {matter} 已解除保留。")
    return 0


def erase(
    ctx: typer.Context,
    document: str | None = typer.Argument(None, metavar="[文书编号]", help="删除一份文书在本单位的正文"),
    matter: str | None = typer.Option(None, "--matter", metavar="编号", help="改为删除整个事项的正文"),
    reason: str = typer.Option("", "--reason", metavar="理由", help="写入审计日志，不要写当事人姓名、号码"),
    basis: str = typer.Option("", "--basis", metavar="依据", help="法律条文或本单位规定"),
    rule: str | None = typer.Option(None, "--rule", metavar="规则", help="所依据的保存期限规则"),
    user: str | None = typer.Option(None, "--as", metavar="用户名", help="以哪一位已登记用户的名义提出"),
    dry_run: bool = typer.Option(False, "--dry-run", help="只计算会删除什么，不提出申请"),
    as_json: bool = JSON,
) -> int:
    """提出删除文书正文：另一人批准后执行，文书头、签名、回执和存证编号保留

    只删除本单位保存的内容；对方单位已收到的，由对方按其规定处理。
    """
    from hub.flows import retention

    if (document is None) == (matter is None):
        raise InvalidInput("请写文书编号，或用 --matter 写事项编号，两者写一个", field="document")
    wish = retention.Wish(matter, document, reason, basis, rule)
    if dry_run:
        with opened(ctx) as node, node.store.begin() as uow:
            _, gone = retention.preview(uow, wish)
        return _print_gone(gone, as_json)
    if user is None:
        raise InvalidInput("请用 --as 写明由哪一位用户提出", field="as")
    with opened(ctx) as node, node.store.begin() as uow:
        made = retention.propose(uow, wish, _by(node, uow, user), node.new_id)
    return _told(made, f"删除申请 {made.id} 已提出，须由他人批准：hub retention approve {made.id}", as_json)


def _by(node: Node, uow: UnitOfWork, name: str) -> By:
    from hub.flows.retention import By

    found = uow.users.get(name)
    if found is None or not found.active:
        raise NotFound(f"没有用户 {name[:64]}，或已停用", field="as", advice="用 hub user list 查看。")
    return By(found, node.clock(), node.salt)


def _policy(node: Node) -> Policy:
    from hub.flows.steps.approval import Policy

    return Policy(node.settings.four_eyes)


def _told(one: Erasure, text: str, as_json: bool) -> int:
    if as_json:
        print_json(one)
    else:
        print(safe(text))
    return 0


def _print_gone(gone: Gone, as_json: bool) -> int:
    from hub.flows.ports.retention import GOES

    counts = gone.counts()
    if as_json:
        print_json(counts)
        return 0
    table(("会删除", "数量"), [(GOES[name], str(number)) for name, number in counts.items()], "")
    print("这是试算，没有删除任何内容。")
    return 0
