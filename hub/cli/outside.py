"""``hub outside``: offices outside the federation, by name, with the way paper goes to them."""

from __future__ import annotations

from dataclasses import replace

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.place import JSON, opened, operator
from hub.cli.screen import print_json, safe, table

NAME = typer.Argument(..., metavar="名称", help="单位全称")
SYSTEM_HELP = "mr 市场监管部门、ps 公安机关、gov 其他国家机关、grass 基层组织、other 其他单位"
CHANNEL_HELP = "post 邮寄、secure_courier 机要、fax 传真、in_person 专人送达"
app = group("系统外单位：登记名称、地址和寄送方式；往来走纸质，由本单位登记")


@app.command("add", cls=ChineseCommand)
def add(
    ctx: typer.Context,
    region: str = typer.Argument(..., metavar="区划", help="所在地 6 位行政区划代码"),
    name: str = NAME,
    system: str = typer.Option("other", "--system", metavar="类别", help=SYSTEM_HELP),
    address: str = typer.Option("", "--address", metavar="地址", help="寄送地址"),
    contact: str = typer.Option("", "--contact", metavar="姓名", help="联系人"),
    phone: str = typer.Option("", "--phone", metavar="电话", help="联系电话"),
    channel: str = typer.Option("post", "--channel", metavar="方式", help=CHANNEL_HELP),
    as_json: bool = JSON,
) -> int:
    """登记系统外单位，编号自动给出"""
    from hub.flows import outside
    from hub.flows.ports.outside import OutsideOffice

    with opened(ctx) as node, node.store.begin() as uow:
        office = OutsideOffice(outside.next_id(uow, region), name, region, system, address, contact, phone, channel)
        kept = outside.keep(uow, office, who=operator(), now=node.clock(), salt=node.salt)
    if as_json:
        print_json(kept)
    else:
        print(f"系统外单位 {kept.id}（{safe(kept.name)}）已登记；发文时收件单位写 {kept.id}。")
    return 0


@app.command("change", cls=ChineseCommand)
def change(
    ctx: typer.Context,
    office: str = typer.Argument(..., metavar="编号", help="如 out-460200-1"),
    name: str | None = typer.Option(None, "--name", metavar="名称", help="单位全称"),
    system: str | None = typer.Option(None, "--system", metavar="类别", help=SYSTEM_HELP),
    address: str | None = typer.Option(None, "--address", metavar="地址", help="寄送地址"),
    contact: str | None = typer.Option(None, "--contact", metavar="姓名", help="联系人"),
    phone: str | None = typer.Option(None, "--phone", metavar="电话", help="联系电话"),
    channel: str | None = typer.Option(None, "--channel", metavar="方式", help=CHANNEL_HELP),
    active: bool | None = typer.Option(None, "--active/--inactive", help="启用或停用"),
    as_json: bool = JSON,
) -> int:
    """修改系统外单位；没有写的保持原样"""
    from hub.flows import outside

    given = {"name": name, "system": system, "address": address, "contact": contact, "phone": phone}
    given |= {"channel": channel, "active": active}  # type: ignore[dict-item]
    with opened(ctx) as node, node.store.begin() as uow:
        wanted = {field: value for field, value in given.items() if value is not None}
        changed = replace(outside.known(uow, office), **wanted)  # type: ignore[arg-type]
        kept = outside.keep(uow, changed, who=operator(), now=node.clock(), salt=node.salt)
    if as_json:
        print_json(kept)
    else:
        print(f"系统外单位 {kept.id}（{safe(kept.name)}）已修改。")
    return 0


@app.command("list", cls=ChineseCommand)
def everything(ctx: typer.Context, as_json: bool = JSON) -> int:
    """列出系统外单位"""
    from hub.flows.outside import CHANNELS, SYSTEMS

    with opened(ctx) as node, node.store.begin() as uow:
        found = uow.outside.all()
    if as_json:
        print_json(found)
        return 0
    rows = [
        (
            one.id,
            safe(one.name),
            SYSTEMS.get(one.system, one.system),
            CHANNELS.get(one.channel, one.channel),
            safe(one.address) or "—",
            safe(f"{one.contact} {one.phone}".strip()) or "—",
            "启用" if one.active else "停用",
        )
        for one in found
    ]
    table(("编号", "名称", "类别", "寄送方式", "地址", "联系", "状态"), rows, "还没有登记系统外单位。")
    return 0
