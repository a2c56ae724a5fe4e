"""``hub number``: 文号 and 收文号."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.office import entered, more
from hub.cli.place import CURSOR, JSON, LIMIT, opened, operator
from hub.cli.screen import moment, print_json, table

if TYPE_CHECKING:
    from hub.flows.ports.office_rows import Number

DOC_NO = typer.Argument(..., metavar="文号", help="如 桂市监协〔2026〕12号；括号形式不限")
app = group("文号：编号序列、登记、作废和收文号；用过和作废的号都不再用")


@app.command("series", cls=ChineseCommand)
def series(
    ctx: typer.Context,
    code: str | None = typer.Argument(None, metavar="[代字]", help="机关代字，如 桂市监协；不写则列出全部"),
    kind: list[str] = typer.Option([], "--kind", metavar="种类", help="用于哪些文书种类，可重复；不写为全部"),
    first: int = typer.Option(1, "--first", metavar="号", help="每年从几号起"),
    as_json: bool = JSON,
) -> int:
    """设立或列出编号序列；每年重新起号"""
    from hub.flows.numbering import set_series
    from hub.flows.steps.numbers import INCOMING

    with opened(ctx) as node, node.store.begin() as uow:
        if code is not None:
            set_series(uow, code, kind, first, who=operator(), now=node.clock(), salt=node.salt)
        found = [one for one in uow.numbers.all_series() if one.code != INCOMING]
    if as_json:
        print_json(found)
    else:
        rows = [(one.code, str(one.first), "、".join(one.kinds) or "全部") for one in found]
        table(("机关代字", "起始号", "文书种类"), rows, "还没有编号序列；文号由本单位公文系统编号后填入。")
    return 0


@app.command("assign", cls=ChineseCommand)
def assign(
    ctx: typer.Context,
    code: str = typer.Argument(..., metavar="代字", help="已设立序列的机关代字"),
    as_json: bool = JSON,
) -> int:
    """取下一个文号，用于系统外制发的文书；文稿签发时用 hub draft issue --series"""
    from hub.flows import numbering

    return _told(entered(ctx, numbering.assign, code), as_json=as_json)


@app.command("enter", cls=ChineseCommand)
def enter(
    ctx: typer.Context,
    doc_no: str = DOC_NO,
    document: str | None = typer.Option(None, "--document", metavar="编号", help="使用该文号的文书"),
    as_json: bool = JSON,
) -> int:
    """登记本单位公文系统编的文号，防止重号"""
    from hub.flows import numbering

    return _told(entered(ctx, numbering.enter, doc_no, document), as_json=as_json)


@app.command("void", cls=ChineseCommand)
def void(
    ctx: typer.Context,
    doc_no: str = DOC_NO,
    reason: str = typer.Option("", "--reason", metavar="原因", help="作废原因"),
    as_json: bool = JSON,
) -> int:
    """作废一个文号，保留原因，不再使用"""
    from hub.flows import numbering

    return _told(entered(ctx, numbering.void, doc_no, reason), as_json=as_json)


@app.command("receive", cls=ChineseCommand)
def receive(
    ctx: typer.Context,
    document: str = typer.Argument(..., metavar="文书编号", help="收到的文书"),
    doc_no: str | None = typer.Option(None, "--number", metavar="号", help="已编的收文号，如 12；不写则取下一个"),
    as_json: bool = JSON,
) -> int:
    """登记收文号；同一文书只有一个"""
    from hub.flows import numbering

    return _told(entered(ctx, numbering.receive, document, doc_no), as_json=as_json)


@app.command("list", cls=ChineseCommand)
def everything(
    ctx: typer.Context,
    code: str = typer.Argument("收文", metavar="[代字]", help="机关代字；默认收文"),
    year: int | None = typer.Option(None, "--year", metavar="年份", help="默认今年"),
    limit: int = LIMIT,
    cursor: str | None = CURSOR,
    as_json: bool = JSON,
) -> int:
    """编号登记簿，大号在前"""
    from hub.flows import numbering
    from hub.flows.steps.texts import today

    with opened(ctx) as node, node.store.begin() as uow:
        page = numbering.register(uow, code, year or today(node.clock()).year, cursor, limit)
    if as_json:
        print_json({"numbers": page.rows, "next": page.next})
        return 0
    rows = [
        (one.doc_no, "作废" if one.state == "void" else "已用", moment(one.at), one.reason or one.subject or "—")
        for one in page.rows
    ]
    table(("编号", "状态", "登记时间", "文书或原因"), rows, "没有符合条件的编号。")
    return more(page.next)


def _told(number: Number, *, as_json: bool) -> int:
    if as_json:
        print_json(number)
    else:
        print(number.doc_no)
    return 0
