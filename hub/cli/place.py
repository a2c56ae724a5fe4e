"""Where the node of a command is, and opening it."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.screen import fault
from hub.core.errors import InvalidInput, Misconfigured

if TYPE_CHECKING:
    from hub.app import Node
    from hub.core.audit import Leaf
    from hub.flows.ports.views import Views
    from hub.settings import Settings
    from hub.worker import Worker

JSON = typer.Option(False, "--json", help="输出 JSON，供程序读取")
LIMIT = typer.Option(20, "--limit", min=1, max=200, metavar="件数", help="每页件数")
CURSOR = typer.Option(None, "--cursor", metavar="位置", help="上一页末尾给出的位置，用于翻页")


def home_of(ctx: typer.Context) -> Path:
    """The home folder given by ``--home`` or ``HUB_HOME``."""
    home = ctx.obj
    assert isinstance(home, Path)
    return home


def settings_of(ctx: typer.Context) -> Settings:
    """The settings of the node, checked."""
    from hub.settings import load_settings

    settings = load_settings(home_of(ctx))
    scheme, _, path = settings.database.partition(":///")
    if scheme == "sqlite" and not Path(path).exists():
        raise Misconfigured(f"数据库文件 {path} 不存在", field="database", advice="请检查 hub.toml 中的 database。")
    return settings


@contextmanager
def opened(ctx: typer.Context) -> Iterator[Node]:
    """The node without its key: enough to read and to record decisions."""
    from hub.app import build

    node = build(settings_of(ctx))
    try:
        yield node
    finally:
        node.store.close()


@contextmanager
def views_of(ctx: typer.Context) -> Iterator[tuple[Node, Views]]:
    """The node with its read models."""
    from hub.app import build_views

    with opened(ctx) as node:
        yield node, build_views(node)


@contextmanager
def with_key(ctx: typer.Context) -> Iterator[tuple[Node, Worker]]:
    """The node with its key, for acts that sign."""
    from hub.app import build_worker

    with opened(ctx) as node:
        worker = build_worker(node)
        try:
            yield node, worker
        finally:
            worker.transport.close()


def address_of(settings: Settings) -> str:
    """The node in a browser's address line, without a slash at the end."""
    name = settings.names.partition(",")[0].strip() or settings.host
    if settings.behind_tls_proxy:
        return f"https://{name}"
    name = f"[{name}]" if ":" in name else name
    return f"{'https' if settings.tls_certificate else 'http'}://{name}:{settings.port}"


def operator() -> str:
    """Who acts at this machine, for the audit log."""
    return f"cli:{pwd.getpwuid(os.getuid()).pw_name}"


def entry(node: Node, act: str, subject: str, /, **facts: object) -> Leaf:
    """What the operator does at this machine, as a leaf of the audit log (DESIGN D7)."""
    from hub.core.audit import leaf

    return leaf(act, subject, operator(), node.clock(), node.salt(), **facts)


def note(node: Node, act: str, subject: str, /, **facts: object) -> None:
    """Write that into the audit log, where nothing else is written with it."""
    with node.store.begin() as uow:
        uow.ledger.add([entry(node, act, subject, **facts)])


def must_be_new(*paths: Path) -> None:
    """Raises ``InvalidInput`` for a file that exists: asked before what is written into it is made and noted."""
    for path in paths:
        if path.exists():
            raise InvalidInput(f"文件 {path} 已存在，不覆盖", field="output", advice="请用 -o 另写一个文件名。")


def write_new(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file that must not exist yet; ``private``: other accounts of the machine cannot read it."""
    try:
        path.touch(0o600 if private else 0o666, exist_ok=False)
        path.write_bytes(content)
    except FileExistsError:
        must_be_new(path)
        raise
    except OSError as error:
        with suppress(OSError):
            path.unlink()  # Half a file is none, and would stand in the way of the next.
        raise InvalidInput(
            f"无法写入 {path}：{fault(error)}", field="output", advice="请换一个位置，或按原因处理后再办。"
        ) from error


def read_file(path: Path, field: str, limit: int) -> bytes:
    """The bytes of a file a user named, never more than ``limit``."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise InvalidInput(f"无法读取文件 {path}：{fault(error)}", field=field) from error
    if len(data) > limit:
        raise InvalidInput(f"文件 {path} 超过 {limit // 1024} KiB", field=field)
    return data
