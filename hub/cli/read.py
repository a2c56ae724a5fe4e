"""``hub inbox``, ``hub matters``, ``hub quarantine``: lists, newest first."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from hub.cli.place import CURSOR, JSON, LIMIT, views_of
from hub.cli.screen import day, moment, pairs, plain, print_json, table
from hub.cli.words import CLOCKS, STEPS, URGENCY, state_name

if TYPE_CHECKING:
    from hub.flows.ports.views import Page
    from hub.flows.rows import MatterRow


def inbox(
    ctx: typer.Context,
    kind: str | None = typer.Option(None, "--kind", metavar="种类", help="只看这一种文书"),
    sender: str | None = typer.Option(None, "--from", metavar="单位", help="只看这个单位的来文"),
    limit: int = LIMIT,
    cursor: str | None = CURSOR,
    as_json: bool = JSON,
) -> int:
    """收到的文书，最新的在前"""
    from hub.flows.ports.views import DocumentFilter
    from schemas.catalogue import TITLES

    with views_of(ctx) as (_, views):
        page = views.documents(DocumentFilter(kind=kind, direction="in", counterpart=sender), cursor, limit)
    if as_json:
        return _json("documents", page)
    rows = [
        (
            moment(r.stored_at),
            r.sender,
            TITLES.get(r.kind, r.kind),
            URGENCY.get(r.urgency, ""),
            STEPS[r.step],
            r.document,
            r.title,
        )
        for r in page.rows
    ]
    table(("收到（+08:00）", "发件单位", "种类", "缓急", "进度", "文书编号", "标题"), rows, "没有收到的文书。")
    return _more(page)


def matters(
    ctx: typer.Context,
    state: str | None = typer.Option(None, "--state", metavar="状态", help="如 requested、accepted、fed_back"),
    overdue: bool = typer.Option(False, "--overdue", help="只看已逾期的"),
    member: str | None = typer.Option(None, "--with", metavar="单位", help="只看与这个单位之间的"),
    limit: int = LIMIT,
    cursor: str | None = CURSOR,
    as_json: bool = JSON,
) -> int:
    """事项及其期限，最近有变动的在前"""
    from hub.flows.ports.views import MatterFilter

    with views_of(ctx) as (node, views):
        now = node.clock()
        wanted = MatterFilter(state=state, overdue=True if overdue else None, counterpart=member)
        page, outside = views.matters(wanted, cursor, limit, now=now), views.trust().outside
    if as_json:
        return _json("matters", page)
    rows = [
        (
            state_name(r.family, r.state),
            _until(r, now),
            f"{day(r.due_effective)}{'（暂定）' if r.provisional else ''}",
            r.opener,
            "全体成员" if r.other == "all" else outside.get(r.other, r.other),
            r.id,
            r.title,
        )
        for r in page.rows
    ]
    table(("状态", "计时", "到期日", "发起单位", "承办单位", "事项编号", "标题"), rows, "没有符合条件的事项。")
    return _more(page)


def quarantine(
    ctx: typer.Context,
    item: int | None = typer.Argument(None, metavar="[序号]", help="查看其中一件"),
    limit: int = LIMIT,
    cursor: str | None = CURSOR,
    as_json: bool = JSON,
) -> int:
    """异常文书：收到但不合规则、未予办理的来件及其原因"""
    with views_of(ctx) as (_, views):
        if item is not None:
            return _one(views.one_quarantined(item), as_json=as_json)
        page = views.quarantine(cursor, limit)
    if as_json:
        return _json("quarantine", page)
    rows = [(str(q.id), moment(q.received_at), q.claimed, q.channel, str(q.times), q.code, q.reason) for q in page.rows]
    table(("序号", "收到（+08:00）", "自称来自", "渠道", "次数", "代码", "原因"), rows, "没有异常文书。")
    return _more(page)


def _one(found: Any, *, as_json: bool) -> int:
    if as_json:
        print_json(found)
        return 0
    head = found.raw[:400].decode("utf-8", "replace")
    pairs(
        [
            ("序号", str(found.id)),
            ("收到（+08:00）", moment(found.received_at)),
            ("自称来自", f"{found.claimed}（未经证实）"),
            ("渠道", found.channel),
            ("代码", found.code),
            ("原因", found.reason),
            ("字段", found.field or ""),
            ("次数", str(found.times)),
            ("长度", f"{found.size} 字节"),
            ("摘要值", found.sha256),
            ("内容开头", head),
        ]
    )
    return 0


def _until(row: MatterRow, now: datetime) -> str:
    if row.clock == "running" and row.due_at is not None and row.due_at <= now:
        return "已逾期"
    return CLOCKS.get(row.clock, row.clock)


def _json(name: str, page: Page[Any]) -> int:
    print_json({name: [plain(row) for row in page.rows], "next": page.next})
    return 0


def _more(page: Page[Any]) -> int:
    if page.next:
        print(f"后面还有，翻页：--cursor {page.next}")
    return 0
