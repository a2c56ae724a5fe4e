"""``hub run``, ``hub serve``, ``hub work``, ``hub migrate``: the processes of a node."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from hub.cli.place import settings_of
from hub.core.errors import InvalidInput

if TYPE_CHECKING:
    from hub.settings import Settings


def run(ctx: typer.Context) -> int:
    """启动节点：网页、接口和后台工作（一个命令全包）

    后台工作在单独的进程中进行，只有它打开签名密钥。按 Ctrl-C 结束。
    """
    from hub.cli.lock import only_one
    from hub.cli.processes import Household
    from hub.cli.server import listen
    from hub.worker import ARROWS

    settings = _ready(ctx)
    with only_one(settings.home, ARROWS), listen(settings) as socket:
        household = Household(settings, socket)
        household.start_worker()
        return household.serve()


def serve(ctx: typer.Context) -> int:
    """只启动网页和接口，不做后台工作（不打开签名密钥）"""
    from hub.cli.processes import Household
    from hub.cli.server import listen

    settings = _ready(ctx)
    with listen(settings) as socket:
        return Household(settings, socket).serve()


def work(
    ctx: typer.Context,
    only: str = typer.Option(
        "", "--only", metavar="环节", help="只做这些环节，逗号分隔：seal,relay,intake,sync,grow,clock"
    ),
) -> int:
    """只做后台工作：签名、发送、接收、对账、入账、催办"""
    from hub.cli.bell import Bell
    from hub.cli.lock import only_one
    from hub.cli.loop import stop_on_signals
    from hub.cli.loop import work as loop

    arrows = _arrows(part.strip() for part in only.split(",") if part.strip())
    settings = _ready(ctx)
    with only_one(settings.home, arrows):
        bell = Bell()
        stop_on_signals(bell)
        loop(settings, arrows, bell)
    return 0


def migrate(ctx: typer.Context) -> int:
    """升级数据库结构到当前版本（重复执行无妨）"""
    from hub.store.session import migrate as upgrade

    upgrade(settings_of(ctx).database)
    print("数据库结构已是当前版本。")
    return 0


def _ready(ctx: typer.Context) -> Settings:
    """Settings read, logs on, tables current."""
    from hub.logs import configure, crash
    from hub.store.session import migrate as upgrade

    settings = settings_of(ctx)
    configure(settings.member)
    sys.excepthook = crash
    upgrade(settings.database)
    return settings


def _arrows(wanted: Iterable[str]) -> tuple[str, ...]:
    from hub.worker import ARROWS

    named = tuple(wanted)
    unknown = [name for name in named if name not in ARROWS]
    if unknown:
        raise InvalidInput(f"没有环节 {'、'.join(unknown)}，可用：{'、'.join(ARROWS)}", field="only")
    return tuple(name for name in ARROWS if name in named) or ARROWS
