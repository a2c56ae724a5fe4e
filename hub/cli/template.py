"""``hub template``: named starting bodies of this office."""

from __future__ import annotations

import json

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.place import JSON, opened, operator
from hub.cli.screen import moment, print_json, table

NAME = typer.Argument(..., metavar="名称", help="模板名称，如 调取登记档案")
app = group("文书模板：本单位常用的正文底稿")


@app.command("save", cls=ChineseCommand)
def save(
    ctx: typer.Context,
    name: str = NAME,
    kind: str = typer.Argument(..., metavar="种类", help="文书种类，如 assistance_request"),
    file: str = typer.Argument(..., metavar="文件", help="正文（JSON，可未填完），- 为标准输入"),
    as_json: bool = JSON,
) -> int:
    """保存模板；同名的被替换，附件不存入"""
    from hub.cli.send import body_of
    from hub.flows.templates import keep

    body = body_of(file)
    with opened(ctx) as node, node.store.begin() as uow:
        done = keep(uow, name, kind, body, who=operator(), now=node.clock(), salt=node.salt)
    if as_json:
        print_json({"name": done.name, "kind": done.kind})
    else:
        print(f"已保存模板“{done.name}”。")
    return 0


@app.command("show", cls=ChineseCommand)
def show(ctx: typer.Context, name: str = NAME, as_json: bool = JSON) -> int:
    """打印模板正文，改好后用 hub draft save 保存为文稿"""
    from hub.flows.templates import named

    with opened(ctx) as node, node.store.begin() as uow:
        body = json.loads(named(uow, name).body)
    if as_json:
        print_json(body)
    else:
        print(json.dumps(body, ensure_ascii=False, indent=2))
    return 0


@app.command("list", cls=ChineseCommand)
def everything(ctx: typer.Context, as_json: bool = JSON) -> int:
    """列出模板"""
    from hub.kinds.registry import LATEST

    with opened(ctx) as node, node.store.begin() as uow:
        found = uow.papers.templates()
    if as_json:
        print_json([{"name": one.name, "kind": one.kind, "who": one.who, "at": one.at} for one in found])
        return 0
    rows = [(one.name, LATEST[one.kind].title, moment(one.at), one.who) for one in found]
    table(("名称", "种类", "保存时间", "保存人"), rows, "还没有模板。")
    return 0
