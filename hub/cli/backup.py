"""``hub backup`` and ``hub restore``: the whole database in one file, and going on from it (DESIGN D3, D7)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.place import JSON, home_of, settings_of
from hub.cli.screen import print_json
from hub.core.errors import InvalidInput, Misconfigured
from hub.core.ids import ALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.app import Node
    from hub.settings import Settings

STRETCH = 20_000
"""Leaves of the audit log hashed between two looks."""


def backup(
    ctx: typer.Context,
    out: Path = typer.Option(..., "-o", "--out", metavar="文件", help="备份文件写到哪里（不覆盖已有文件）"),
    as_json: bool = JSON,
) -> int:
    """备份：整个数据库存为一个文件，节点可照常运行；密钥文件不在其内，须另行保管"""
    from hub.store.moving import copy_database

    settings = settings_of(ctx)
    if out.exists():
        raise InvalidInput(f"文件 {out} 已存在，不覆盖", field="out", advice="请用 -o 另写一个文件名。")
    part = out.with_name(out.name + ".part")
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        rows = copy_database(settings.database, f"sqlite:///{part}")
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.rename(out)
    except OSError as error:
        raise InvalidInput(f"无法写入 {out}：{error.strerror}", field="out") from error
    finally:
        for left in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm"))):
            left.unlink(missing_ok=True)
    size, digest = out.stat().st_size, _digest(out)
    _noted(settings, "backup", {"sha256": digest, "rows": rows})
    if as_json:
        print_json({"file": str(out), "rows": rows, "size": size, "sha256": digest})
        return 0
    print(f"已备份到 {out}：{rows:,} 行，{size // 1024 + 1:,} KiB，SHA-256 {digest}")
    print("密钥文件（节点文件夹中的 *.key）不在备份内，请另行保管；没有密钥，备份中的加密内容不能打开。")
    return 0


def restore(
    ctx: typer.Context,
    file: Path | None = typer.Argument(None, metavar="备份文件", help="hub backup 写出的文件"),
    here: bool = typer.Option(False, "--here", help="数据库已由别的办法恢复（如 PostgreSQL 的备份），只办理其后的步骤"),
    go_on: bool = typer.Option(False, "--go-on", help="不再等待尚未回报的单位，立即恢复签名发文"),
    alone: bool = typer.Option(False, "--alone", help="恢复时不等待任何单位（单机或者单向链路）"),
    replace: bool = typer.Option(False, "--replace", help="现有数据库属于本节点，以备份替换"),
) -> int:
    """从备份恢复：先停止节点；恢复后先向其他单位查明备份之后的往来，再继续发文"""
    from hub.cli.lock import only_one
    from hub.settings import load_settings
    from hub.worker import ARROWS

    settings = load_settings(home_of(ctx))
    if go_on:
        return _go_on(settings)
    if here == (file is not None):
        raise InvalidInput("请写明备份文件，或者用 --here 表示数据库已经恢复", field="file")
    with only_one(settings.home, ARROWS):
        if file is not None:
            _bring_in(settings, file, replace=replace)
        return _begin_anew(settings, file, alone=alone)


def _bring_in(settings: Settings, file: Path, *, replace: bool) -> None:
    from hub.store.moving import copy_database, owner_of

    if not file.is_file():
        raise InvalidInput(f"没有备份文件 {file}", field="file")
    owner = owner_of(f"sqlite:///{file}")
    if owner != settings.member:
        raise Misconfigured(f"备份属于节点 {owner or '（无）'}，本节点是 {settings.member}", field="file")
    rows = copy_database(f"sqlite:///{file}", settings.database, replace=replace)
    print(f"已恢复 {rows:,} 行，逐表核对数量一致。")


def _begin_anew(settings: Settings, file: Path | None, *, alone: bool) -> int:
    """Check the log, begin a new incarnation, and wait for the others."""
    from hub.app import build, new_id
    from hub.store.node import renew_incarnation

    node = build(settings)
    try:
        wrong = sum(_wrong(node))
        if wrong:
            raise Misconfigured(
                f"备份中的审计日志有 {wrong} 处与登记时的摘要不符，没有继续",
                field="file",
                advice="请换一份备份；需要追查时用 hub audit verify 查看是哪几处。",
            )
        was = _incarnation(node)
        renew_incarnation(settings.database, member=settings.member, incarnation=new_id(node.clock()))
    finally:
        node.store.close()
    node = build(settings)
    try:
        waiting = [] if alone else _others(node)
        facts: dict[str, object] = {"sha256": _digest(file) if file else None, "before": was, "waits_for": waiting}
        with node.store.begin() as uow:
            uow.recovery.hold(waiting)
        _note(node, "restore", facts)
    finally:
        node.store.close()
    if waiting:
        print("恢复完成。启动节点（hub run）后先向各单位查明备份之后的往来：哪个单位回报了，才向哪个单位签名发文。")
        print("有单位长期联系不上、又要向它发文时，可执行 hub restore --go-on。")
    else:
        print("恢复完成，可以启动节点（hub run）。备份之后发出的文书，其他单位联系上时会退回补录。")
    return 0


def _go_on(settings: Settings) -> int:
    from hub.app import build

    node = build(settings)
    try:
        with node.store.begin() as uow:
            waiting = uow.recovery.waits_for()
            if settings.member in waiting:
                raise InvalidInput(
                    "其他单位收到过本单位签名、本节点没有的文书，不能就这样继续",
                    field="go-on",
                    advice="数据库被退回，或有另一份同样的节点在运行：只留一份，停止后执行 hub restore --here。",
                )
            uow.recovery.hold(())
        if waiting:
            _note(node, "restore-go-on", {"without": sorted(waiting)})
        members = "、".join(sorted(waiting - {ALL}))
        print(f"不再等待 {members}，继续签名发文。" if waiting else "本节点没有在等待。")
    finally:
        node.store.close()
    return 0


def _wrong(node: Node) -> Iterator[int]:
    from hub.app import build_views

    views = build_views(node)
    found = views.check_acts(0, STRETCH)
    yield len(found.wrong)
    while found.next is not None:
        found = views.check_acts(found.next, STRETCH)
        yield len(found.wrong)


def _others(node: Node) -> list[str]:
    """Everybody active, and ``all``: what goes to somebody is signed when that one was heard, by network or ferry."""
    with node.store.begin() as uow:
        return [ALL, *sorted(set(uow.trusts.current().active()) - {uow.member})]


def _incarnation(node: Node) -> str:
    with node.store.begin() as uow:
        return uow.incarnation


def _digest(path: Path) -> str:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _noted(settings: Settings, act: str, facts: dict[str, object]) -> None:
    from hub.app import build

    node = build(settings)
    try:
        _note(node, act, facts)
    finally:
        node.store.close()


def _note(node: Node, act: str, facts: dict[str, object]) -> None:
    from hub.cli.place import operator
    from hub.core.audit import leaf

    with node.store.begin() as uow:
        uow.ledger.add([leaf(act, uow.member, operator(), node.clock(), node.salt(), **facts)])
