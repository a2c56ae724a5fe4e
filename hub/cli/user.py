"""``hub user``: people and programs with access to the node."""

from __future__ import annotations

from datetime import timedelta

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.place import JSON, opened, operator
from hub.cli.screen import print_json, table
from hub.core.errors import InvalidInput, NotFound

ROLES = {"officer": "办案人员", "liaison": "公安联络员", "secretariat": "联席会议办公室（只读）", "program": "业务系统"}
LINK_LASTS = timedelta(minutes=10)
LEVELS = {
    "handler": "承办人",
    "unit_head": "承办机构负责人",
    "bureau_leader": "分管负责人",
    "principal_head": "主要负责人",
    "legal_reviewer": "法制审核人员",
}
_LEVEL_HELP = "、".join(f"{level}（{title}）" for level, title in LEVELS.items())
_ROLE_HELP = "、".join(f"{role}（{title}）" for role, title in ROLES.items())

app = group("用户：新建、发放访问令牌和登录链接")


@app.command("add", cls=ChineseCommand)
def add(
    ctx: typer.Context,
    name: str = typer.Argument(..., metavar="用户名", help="英文字母、数字和 . _ -"),
    role: str = typer.Option(..., "--role", metavar="角色", help=_ROLE_HELP),
    title: str = typer.Option("", "--title", metavar="称谓", help="页面上显示的称谓，默认同用户名"),
    level: str = typer.Option("handler", "--level", metavar="级别", help=_LEVEL_HELP),
    unit: str | None = typer.Option(None, "--unit", metavar="承办单位", help="所属承办单位（科室或县级局）"),
    token: bool = typer.Option(False, "--token", help="发放接口访问令牌（只显示这一次）"),
    as_json: bool = JSON,
) -> int:
    """新建用户，或重设其角色和令牌"""
    from hub.core.audit import leaf
    from hub.core.ids import sha256
    from hub.flows.rows import User

    if role not in ROLES:
        raise InvalidInput(f"没有角色 {role}，可用：{'、'.join(ROLES)}", field="role")
    if level not in LEVELS:
        raise InvalidInput(f"没有级别 {level}，可用：{'、'.join(LEVELS)}", field="level")
    if not (
        0 < len(name) <= 64 and name.isascii() and name.replace(".", "").replace("_", "").replace("-", "").isalnum()
    ):
        raise InvalidInput("用户名只能用英文字母、数字和 . _ -，不超过 64 个字符", field="name")
    with opened(ctx) as node:
        # A user without a token has the hash of one that nobody was ever told.
        secret = node.salt().hex() + node.salt().hex()
        now = node.clock()
        with node.store.begin() as uow:
            if unit is not None and uow.units.get(unit) is None:
                raise NotFound(f"没有承办单位 {unit[:20]}", field="unit", advice="请先执行 hub unit add。")
            uow.users.put(User(name, title or name, role, sha256(secret.encode()), level=level, unit=unit))
            facts = {"role": role, "level": level, "unit": unit, "token": token}
            uow.ledger.add([leaf("user", name, operator(), now, node.salt(), **facts)])
    if as_json:
        print_json({"name": name, "role": role, "level": level, "unit": unit, "token": secret if token else None})
    else:
        print(f"用户 {name}（{ROLES[role]}）已登记。")
        if token:
            print(f"访问令牌（只显示这一次）：{secret}")
    return 0


@app.command("link", cls=ChineseCommand)
def link(
    ctx: typer.Context, name: str = typer.Argument(..., metavar="用户名", help="已登记的用户"), as_json: bool = JSON
) -> int:
    """给出一次性登录链接，10 分钟内有效"""
    from hub.core.audit import leaf
    from hub.core.ids import sha256

    with opened(ctx) as node:
        secret, now = node.salt().hex() + node.salt().hex(), node.clock()
        with node.store.begin() as uow:
            if not any(user.name == name and user.active for user in uow.users.all()):
                raise NotFound(f"没有用户 {name}", field="name", advice="请先执行 hub user add。")
            uow.users.add_link(sha256(secret.encode()), name, now + LINK_LASTS)
            uow.ledger.add([leaf("sign-in-link", name, operator(), now, node.salt())])
        settings = node.settings
    url = f"http://{settings.host}:{settings.port}/sign-in/{secret}"
    if as_json:
        print_json({"name": name, "url": url, "expires": now + LINK_LASTS})
    else:
        print(url)
    return 0


@app.command("list", cls=ChineseCommand)
def everybody(ctx: typer.Context, as_json: bool = JSON) -> int:
    """列出用户"""
    with opened(ctx) as node, node.store.begin() as uow:
        users = uow.users.all()
    if as_json:
        print_json(
            [
                {"name": u.name, "title": u.title, "role": u.role, "level": u.level, "unit": u.unit, "active": u.active}
                for u in users
            ]
        )
    else:
        rows = [(u.name, u.title, ROLES.get(u.role, u.role), "启用" if u.active else "停用") for u in users]
        table(("用户名", "称谓", "角色", "状态"), rows, "还没有用户。")
    return 0
