"""``hub ferry``: messages across a network gap as files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import typer

from hub.cli.errors import OK, REJECTED
from hub.cli.help import ChineseCommand, group
from hub.cli.place import JSON, operator, with_key
from hub.cli.screen import print_json, table
from hub.cli.words import FRAMES, NOT_TAKEN, OUTCOMES

app = group("摆渡：用文件跨越网络隔离传递文书")


@app.command("out", cls=ChineseCommand)
def out(
    ctx: typer.Context,
    file: Path = typer.Argument(..., metavar="文件", help="摆渡文件写到哪里（不得已存在）"),
    to: str = typer.Option(..., "--to", metavar="单位", help="送往哪个成员单位"),
    as_json: bool = JSON,
) -> int:
    """导出待送某单位的全部文书、回执和对账信息

    导出只记为“已发出”；收到对方签名回执才是“已送达”。
    """
    from hub.cli.bundle import export
    from schemas.catalogue import TITLES

    with with_key(ctx) as (node, worker):
        bundle, carried, more = export(node, worker, to, file, actor=operator())
    if as_json:
        print_json({"bundle": bundle, "to": to, "file": str(file), "records": carried, "more": more})
        return OK
    rows = [
        (
            str(c.record),
            TITLES.get(c.kind, c.kind) if c.kind else FRAMES.get(c.type, c.type),
            c.document or "",
            f"{c.size} 字节",
        )
        for c in carried
    ]
    table(("序号", "内容", "文书编号", "长度"), rows, "没有待送内容。")
    print(f"摆渡文件 {file}，共 {len(carried)} 件，送往 {to}。")
    if more:
        print("还有待送内容未装入，请再导出一个摆渡文件。")
    return OK


@app.command("in", cls=ChineseCommand)
def take_in(
    ctx: typer.Context,
    file: Path = typer.Argument(..., metavar="文件", help="带来的摆渡文件"),
    as_json: bool = JSON,
) -> int:
    """读入摆渡文件，逐件给出结果；重复读入不改变任何内容

    有来件未被接受时退出码为 3，文件不可信时什么也不读入。
    """
    from hub.cli.bundle import take

    with with_key(ctx) as (node, worker):
        contents, taken = take(node, worker, file, actor=operator())
    failed = sum(1 for one in taken if one.outcome in NOT_TAKEN)
    if as_json:
        head = {"bundle": contents.bundle, "from": contents.sender, "issued": contents.issued}
        print_json({**head, "records": taken, "rejected": failed})
        return REJECTED if failed else OK
    rows = [
        (str(one.record), OUTCOMES.get(one.outcome, one.outcome), one.reason if one.outcome in NOT_TAKEN else "")
        for one in taken
    ]
    table(("序号", "结果", "原因"), rows, "文件中没有内容。")
    counts = Counter(OUTCOMES.get(one.outcome, one.outcome) for one in taken)
    print(f"来自 {contents.sender}：" + "；".join(f"{name} {count} 件" for name, count in counts.items()))
    return REJECTED if failed else OK
