"""``hub audit``: search the audit log, verify it, prove what stands in it, and see which log contradicts itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.figures import date_of
from hub.cli.help import ChineseCommand, group
from hub.cli.place import CURSOR, JSON, LIMIT, entry, note, opened, views_of, write_new
from hub.cli.screen import moment, print_json, table
from hub.core.errors import NotFound, WrongState

if TYPE_CHECKING:
    from hub.app import Node
    from hub.flows.ports.journal import Standing

app = group("审计日志：查询、校验、证明、告警")

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
        found, trust = views.acts(wanted, cursor, limit), views.trust()
        facts = {"type": type_, "by": actor, "to": list(subject), "since": since, "until": until}
        note(node, "look-up", "audit", **{name: value for name, value in facts.items() if value})
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
        for one in lines(trust, found, content=False)
    ]
    table(("时间", "行为", "人员", "对象", "内容"), rows, f"没有符合条件的记录。行为可用：{'、'.join(TYPES)}")
    if found.next:
        print(f"下一页：--cursor {found.next}")
    return 0


@app.command("verify", cls=ChineseCommand)
def verify(
    ctx: typer.Context,
    new: bool = typer.Option(False, "--new", help="只核对上次核对以后的部分"),
    as_json: bool = JSON,
) -> int:
    """逐条核对内容与登记时的摘要、日志的编入顺序和已签的存证点；有不符时退出码为 1"""
    seen = erased = 0
    wrong: list[tuple[int, str]] = []
    with views_of(ctx) as (node, views):
        first = views.log_standing().verified if new else 0
        at: int | None = first
        while at is not None:
            found = views.check_acts(at, STRETCH)
            seen, erased, at = seen + found.seen, erased + found.erased, found.next
            wrong += found.wrong
            if at is not None and not as_json:
                print(f"已核对 {seen:,} 条……")
        standing = views.log_standing()
        if not wrong:
            _remember(node, min(standing.size, first + seen))
    alarms = [one for one in standing.alarms if one.settled_at is None]
    good = not wrong and not any(one.member == node.settings.member for one in alarms)
    if as_json:
        facts = {"seen": seen, "erased": erased, "from": first, "signed": standing.signed, "size": standing.size}
        by = [one.member for one in standing.witnesses]
        print_json({"ok": good, **facts, "witnesses": by, "wrong": [list(one) for one in wrong], "alarms": len(alarms)})
        return 0 if good else 1
    for number, why in wrong:
        print(f"第 {number} 条：{why}")
    for one in alarms:
        print(f"告警 {one.id}（{one.member}）：{one.why}")
    print(
        f"发现 {len(wrong)} 处不符，共核对 {seen:,} 条。"
        if wrong
        else f"全部 {seen:,} 条一致，序号连续，其中 {erased:,} 条的内容已依规删除；{_signed(standing)}。"
    )
    return 0 if good else 1


@app.command("prove", cls=ChineseCommand)
def prove(
    ctx: typer.Context,
    document: str = typer.Argument(..., metavar="文书", help="文书或事项编号"),
    as_json: bool = JSON,
) -> int:
    """证明一件文书的登记、签名、收发已写入审计日志，并由存证点固定"""
    from hub.core import merkle, witnessing
    from hub.web.journal import TYPES

    with views_of(ctx) as (node, views):
        papers, trust, now = views.proof_papers(document), views.trust(), node.clock()
    if papers.checkpoint is None:
        raise WrongState("还没有存证点，有关记录尚不能证明", advice="请在工作进程运行一分钟后再试。")
    signed = witnessing.read_note(papers.checkpoint.decode(), trust, now)
    point, by = signed.point, witnessing.witnesses(signed.note, trust, now)
    hashes = [merkle.hash_leaf(leaf.data) for leaf in papers.leaves]
    held = [
        merkle.verify_inclusion(leaf.position, point.size, digest, leaf.proof, point.root)
        for leaf, digest in zip(papers.leaves, hashes, strict=True)
    ]
    if as_json:
        entries = [
            {
                "position": leaf.position,
                "data": leaf.data.decode(),
                "hash": digest.hex(),
                "proof": [one.hex() for one in leaf.proof],
            }
            for leaf, digest in zip(papers.leaves, hashes, strict=True)
        ]
        head = {"ok": all(held), "checkpoint": signed.text, "size": point.size, "witnesses": by}
        print_json({**head, "entries": entries, "waiting": papers.waiting})
        return 0 if all(held) else 1
    rows = []
    for leaf, good in zip(papers.leaves, held, strict=True):
        _, kind, subject, at, _ = leaf.data.decode().split("\n")[:5]
        proved = "已证明在存证点之内" if good else "证明不成立"
        rows.append(
            (str(leaf.position + 1), moment(datetime.fromisoformat(at)), TYPES.get(kind, kind), subject, proved)
        )
    table(("序号", "时间", "行为", "对象", "结论"), rows, "存证点之内还没有该文书的记录。")
    names = "、".join(trust.name_of(one) for one in by)
    print(
        f"存证点共 {point.size:,} 条，由 {trust.name_of(signed.member)} 签名，"
        + (f"{names} 会签。" if by else "尚无其他单位会签。")
    )
    if papers.waiting:
        print(f"另有 {papers.waiting} 条尚未进入存证点，一分钟内会补上。")
    return 0 if all(held) else 1


@app.command("alarms", cls=ChineseCommand)
def alarms(ctx: typer.Context, as_json: bool = JSON) -> int:
    """列出本单位和其他单位审计日志的告警：被改动、被截断、回退或前后矛盾"""
    with views_of(ctx) as (_, views):
        trust, found = views.trust(), views.log_standing().alarms
    if as_json:
        print_json({"items": list(found)})
        return 0
    rows = [
        (str(one.id), trust.name_of(one.member), moment(one.at), one.why, "已处理" if one.settled_at else "未处理")
        for one in found
    ]
    table(("编号", "单位", "发现时间", "情况", "状态"), rows, "没有告警。", 120)
    return 0


@app.command("evidence", cls=ChineseCommand)
def evidence(
    ctx: typer.Context,
    number: int = typer.Argument(..., metavar="告警编号", help="hub audit alarms 列出的编号"),
    file: Path = typer.Option(..., "-o", "--output", metavar="文件", help="证据文件写到哪里（不得已存在）"),
) -> int:
    """导出一条告警的证据：相互矛盾的两份已签存证点，以及核对签名用的公钥"""
    from hub.web.alarms import evidence_of

    with views_of(ctx) as (node, views):
        data = evidence_of(views.alarm(number), views.trust())
        write_new(file, data)
        note(node, "export", "audit", alarm=number)
    print(f"证据文件 {file}，{len(data)} 字节。")
    return 0


@app.command("settle", cls=ChineseCommand)
def settle(
    ctx: typer.Context,
    number: int = typer.Argument(..., metavar="告警编号"),
    reason: str = typer.Option(..., "--reason", metavar="理由", help="查明的原因和处理情况，记入审计日志"),
) -> int:
    """登记一条告警已查明处理；此后继续签存证点，被改动的记录仍会在核对时列出"""
    with opened(ctx) as node, node.store.begin() as uow:
        if not uow.alarms.settle(number, node.clock()):
            raise NotFound(f"没有编号为 {number} 的未处理告警", field="number")
        uow.ledger.add([entry(node, "alarm-settled", str(number), reason=reason)])
    print(f"告警 {number} 已登记处理。")
    return 0


def _remember(node: Node, position: int) -> None:
    from hub.flows.ports.log import Round

    now = node.clock()
    with node.store.begin() as uow:
        uow.tree.save_round(Round("verify", position, now, now))


def _signed(standing: Standing) -> str:
    if not standing.signed:
        return "还没有存证点"
    seen = f"，{len(standing.witnesses)} 个单位会签过" if standing.witnesses else "，尚无其他单位会签"
    return f"存证点到第 {standing.signed:,} 条{seen}"
