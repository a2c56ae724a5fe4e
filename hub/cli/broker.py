"""``hub broker``: what the message broker must be told about the members of the roster."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.place import opened, write_new

app = group("消息服务器：按成员名册生成用户、权限和队列")


@app.command("definitions", cls=ChineseCommand)
def definitions(
    ctx: typer.Context,
    out: Path = typer.Option(..., "-o", "--out", metavar="文件", help="写到哪里（不覆盖已有文件）"),
    vhost: str = typer.Option("/", "--vhost", metavar="名称", help="虚拟主机"),
) -> int:
    """生成 RabbitMQ 定义文件：每个成员一个用户，只能以本单位名义写、只能读本单位收件箱

    名册更换后重新生成，在消息服务器上执行 rabbitmqctl import_definitions 文件；
    已退出、已暂停的成员在其中没有任何权限，其收件箱保留。
    """
    from hub.transport.broker import definitions as made

    with opened(ctx) as node, node.store.begin() as uow:
        roster = uow.trusts.current().roster
        content = made(((one.id, one.status == "active") for one in roster.members), vhost)
    write_new(out, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())
    able = sum(1 for one in roster.members if one.status == "active")
    print(f"已写出 {out}：成员名册第 {roster.version} 版，可用 {able} 个，停用 {len(roster.members) - able} 个。")
    print(f"在消息服务器上执行：rabbitmqctl import_definitions {out.name}")
    return 0
