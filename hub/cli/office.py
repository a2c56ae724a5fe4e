"""What the commands of an office's own work share: for whom they act, and the way through a list."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

import typer

from hub.cli.place import opened, operator
from hub.core.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.app import Node
    from hub.flows.drafting import Act
    from hub.flows.ports import UnitOfWork

R = TypeVar("R")

AS = typer.Option(..., "--as", metavar="用户名", help="以哪一位已登记用户的名义办理，如 zhang；四眼原则按用户认定")
COMMENT = typer.Option("", "--comment", metavar="意见", help="写入办理经过的意见")


def act_as(node: Node, uow: UnitOfWork, name: str) -> Act:
    """The act of a registered user; raises ``NotFound`` for anybody else."""
    from hub.flows.drafting import Act

    user = next((one for one in uow.users.all() if one.name == name and one.active), None)
    if user is None:
        raise NotFound(
            f"没有用户 {name[:64]}，或已停用", field="as", advice="用 hub user list 查看，hub user add 新建。"
        )
    if user.role not in ("officer", "liaison", "program"):
        raise InvalidInput(f"{name} 的角色只能查看，不能办理", field="as")
    return Act(user, node.clock(), node.salt)


def entered(ctx: typer.Context, act: Callable[..., R], *arguments: object) -> R:
    """One act on the office's own books, in a transaction of its own, by whoever works at the terminal."""
    with opened(ctx) as node, node.store.begin() as uow:
        return act(uow, *arguments, who=operator(), now=node.clock(), salt=node.salt)


def more(cursor: object) -> int:
    """Say how to turn the page."""
    if cursor is not None:
        print(f"后面还有，翻页：--cursor {cursor}")
    return 0


def day_of(text: str, field: str) -> date:
    """A day as people write it in a command; raises ``InvalidInput``."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("日期应写作 2026-05-08 的形式", field=field) from error
