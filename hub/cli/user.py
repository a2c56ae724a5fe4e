"""``hub user``: people and programs with access to the node, as its operator keeps them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import typer

from hub.cli.help import ChineseCommand, group
from hub.cli.place import JSON, address_of, opened, operator
from hub.cli.screen import print_json, table
from hub.core.policy import ADMINISTRATORS, LEVELS, ROLES

if TYPE_CHECKING:
    from hub.app import Node
    from hub.flows.accounts import By

LINK_LASTS = timedelta(minutes=10)
SETUP_LASTS = timedelta(hours=24)
_LEVEL_HELP = "、".join(f"{level}（{title}）" for level, title in LEVELS.items())
_ROLE_HELP = "、".join(f"{role}（{title}）" for role, title in ROLES.items())
_NAME = typer.Argument(..., metavar="用户名", help="已登记的用户")

app = group("用户：新建、发放访问令牌和登录链接、停用、解锁、重置，设立管理员")


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
    from hub.core.ids import sha256
    from hub.flows.accounts import Entry, keep

    with opened(ctx) as node:
        secret = _secret(node)
        # Registering anew takes an old token back, whether a new one is given or not.
        entry = Entry(name, title, role, level, unit, sha256(secret.encode()))
        with node.store.begin() as uow:
            keep(uow, entry, _by(node))
    if as_json:
        print_json({"name": name, "role": role, "level": level, "unit": unit, "token": secret if token else None})
    else:
        print(f"用户 {name}（{ROLES[role]}）已登记。")
        if token:
            print(f"访问令牌（只显示这一次）：{secret}")
    return 0


@app.command("link", cls=ChineseCommand)
def link(ctx: typer.Context, name: str = _NAME, as_json: bool = JSON) -> int:
    """给出一次性登录链接，10 分钟内有效"""
    from hub.core.ids import sha256
    from hub.flows.accounts import give_link

    with opened(ctx) as node:
        secret, by = _secret(node), _by(node)
        with node.store.begin() as uow:
            give_link(uow, name, sha256(secret.encode()), by.now + LINK_LASTS, by)
        return _print_link(node, name, secret, by, LINK_LASTS, as_json)


@app.command("reset", cls=ChineseCommand)
def reset(ctx: typer.Context, name: str = _NAME, as_json: bool = JSON) -> int:
    """取消口令和第二因子，给出一次性登录链接（24 小时内有效），登录后须重设口令"""
    from hub.core.ids import sha256
    from hub.flows.accounts import FIRST_LINK
    from hub.flows.accounts import reset as flow

    with opened(ctx) as node:
        secret, by = _secret(node), _by(node)
        with node.store.begin() as uow:
            flow(uow, name, sha256(secret.encode()), by)
        return _print_link(node, name, secret, by, FIRST_LINK, as_json)


@app.command("drop-factor", cls=ChineseCommand)
def drop_factor(ctx: typer.Context, name: str = _NAME) -> int:
    """收回第二因子（手机丢失时）：口令不变，立即退出登录，下次登录后重新启用"""
    from hub.flows.accounts import drop_factor as flow

    with opened(ctx) as node, node.store.begin() as uow:
        flow(uow, name, _by(node))
    print(f"用户 {name} 的第二因子已收回。")
    return 0


@app.command("disable", cls=ChineseCommand)
def disable(ctx: typer.Context, name: str = _NAME) -> int:
    """停用：立即退出登录，登录链接和令牌失效"""
    return _set_active(ctx, name, active=False)


@app.command("enable", cls=ChineseCommand)
def enable(ctx: typer.Context, name: str = _NAME) -> int:
    """恢复已停用的用户"""
    return _set_active(ctx, name, active=True)


@app.command("unlock", cls=ChineseCommand)
def unlock(ctx: typer.Context, name: str = _NAME) -> int:
    """解除因多次输入有误造成的锁定"""
    from hub.flows.accounts import unlock as flow

    with opened(ctx) as node, node.store.begin() as uow:
        flow(uow, name, _by(node))
    print(f"用户 {name} 已解锁。")
    return 0


@app.command("setup", cls=ChineseCommand)
def setup(
    ctx: typer.Context,
    sysadmin: str = typer.Option("", "--sysadmin", metavar="用户名=姓名", help="系统管理员，如 zhang=张某"),
    secadmin: str = typer.Option("", "--secadmin", metavar="用户名=姓名", help="安全管理员"),
    auditor: str = typer.Option("", "--auditor", metavar="用户名=姓名", help="审计管理员"),
    code: bool = typer.Option(False, "--code", help="只给出初始化码，在本机浏览器的 /setup 页面设立"),
    as_json: bool = JSON,
) -> int:
    """设立三名管理员（各由一人担任），给出各自的一次性登录链接，24 小时内有效"""
    from hub.core.errors import InvalidInput
    from hub.core.ids import sha256
    from hub.flows.accounts import Entry, set_up

    given = dict(zip(ADMINISTRATORS, (sysadmin, secadmin, auditor), strict=True))
    with opened(ctx) as node:
        if code:
            print(setup_code(node))
            return 0
        missing = next((role for role, text in given.items() if not text.partition("=")[2]), None)
        if missing is not None:
            raise InvalidInput(
                f"请写明{ROLES[missing]}的用户名和姓名", field=missing, advice=f"如 --{missing} zhang=张某"
            )
        entries = [Entry(text.partition("=")[0], text.partition("=")[2], role) for role, text in given.items()]
        links, by = [_secret(node) for _ in entries], _by(node)
        with node.store.begin() as uow:
            set_up(uow, entries, [sha256(one.encode()) for one in links], None, by)
        made = [
            {"role": one.role, "name": one.name, "url": _address(node, link)}
            for one, link in zip(entries, links, strict=True)
        ]
    if as_json:
        print_json(made)
    else:
        table(("管理员", "用户名", "一次性登录链接"), [(ROLES[m["role"]], m["name"], m["url"]) for m in made], "")
    return 0


@app.command("demo", cls=ChineseCommand)
def demo(ctx: typer.Context, as_json: bool = JSON) -> int:
    """登记演示人员：各角色、级别一名，在登录页点击即可登录；只限演示方式"""
    from hub.core.demo_people import UNIT, UNIT_NAME, demo_people
    from hub.core.errors import NotAllowed
    from hub.flows.accounts import Entry, keep
    from hub.flows.offices import keep_unit
    from hub.flows.ports.office_rows import Unit

    with opened(ctx) as node:
        if not node.settings.demo:
            raise NotAllowed("只有演示方式的节点有演示人员", field="demo", advice="请用 hub user add 登记真实人员。")
        people, by = demo_people(node.settings.member.partition("-")[2]), _by(node)
        with node.store.begin() as uow:
            if any(one.unit for one in people) and uow.units.get(UNIT) is None:
                keep_unit(uow, Unit(UNIT, UNIT_NAME, "section", None, True), who=by.name, now=by.now, salt=by.salt)
            for one in people:
                keep(uow, Entry(one.name, one.title, one.role, one.level, one.unit), by)
    if as_json:
        print_json(people)
    else:
        table(("用户名", "称谓", "角色"), [(one.name, one.title, ROLES[one.role]) for one in people], "")
    return 0


@app.command("list", cls=ChineseCommand)
def everybody(ctx: typer.Context, as_json: bool = JSON) -> int:
    """列出用户"""
    from hub.app import build_views

    with opened(ctx) as node:
        found = build_views(node).accounts(node.clock())
    if as_json:
        names = ("name", "title", "role", "level", "unit", "active")
        print_json(
            [
                {**{name: getattr(one.user, name) for name in names}, "password": one.password, "factor": one.factor}
                | {"sessions": one.sessions, "locked": one.locked}
                for one in found
            ]
        )
    else:
        rows = [
            (u.name, u.title, ROLES.get(u.role, u.role), _state(u.active, one.locked is not None))
            for one in found
            for u in (one.user,)
        ]
        table(("用户名", "称谓", "角色", "状态"), rows, "还没有用户。")
    return 0


def setup_code(node: Node) -> str:
    """A fresh one-time code for the page ``/setup``; an earlier one ends."""
    from hub.core.ids import sha256

    secret = node.salt().hex()
    with node.store.begin() as uow:
        uow.users.add_setup_code(sha256(secret.encode()), node.clock() + SETUP_LASTS)
    return secret


def _set_active(ctx: typer.Context, name: str, *, active: bool) -> int:
    from hub.flows.accounts import set_active

    with opened(ctx) as node, node.store.begin() as uow:
        set_active(uow, name, _by(node), active=active)
    print(f"用户 {name} 已{'启用' if active else '停用'}。")
    return 0


def _by(node: Node) -> By:
    from hub.flows.accounts import By

    return By(None, operator(), node.clock(), node.salt)


def _secret(node: Node) -> str:
    return node.salt().hex() + node.salt().hex()


def _address(node: Node, secret: str) -> str:
    return f"{address_of(node.settings)}/sign-in/{secret}"


def _print_link(node: Node, name: str, secret: str, by: By, lasts: timedelta, as_json: bool) -> int:
    url = _address(node, secret)
    if as_json:
        print_json({"name": name, "url": url, "expires": by.now + lasts})
    else:
        print(url)
    return 0


def _state(active: bool, locked: bool) -> str:
    return "锁定" if active and locked else "启用" if active else "停用"
