"""``hub restore``: a node goes on from a backup, in a new life, once a peer has said how far the old one came (D3, D7).

Until the last step the database says that it was set back (:meth:`Recovery.waits_for` holds the node's own id): in
whatever moment this is interrupted, the node signs nothing before it was run again to the end.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hub.cli.backup import digest_of, discard
from hub.cli.place import entry, home_of
from hub.cli.screen import fault
from hub.core.errors import InvalidInput, Misconfigured
from hub.core.ids import ALL

if TYPE_CHECKING:
    from hub.app import Node
    from hub.cli.doctor import Finding
    from hub.settings import Settings


def restore(
    ctx: typer.Context,
    file: Path | None = typer.Argument(None, metavar="备份文件", help="hub backup 写出的文件"),
    dry_run: bool = typer.Option(False, "--dry-run", help="只检查备份、密钥和审计日志，不作改动；节点可照常运行"),
    here: bool = typer.Option(False, "--here", help="数据库已由别的办法恢复（如 PostgreSQL 的备份），只办理其后的步骤"),
    replace: bool = typer.Option(False, "--replace", help="现有数据库属于本节点，以备份替换"),
    anyway: bool = typer.Option(False, "--anyway", help="检查有不符也恢复（缺字段密钥的除外），记入审计日志"),
    alone: bool = typer.Option(False, "--alone", help="恢复时不等待任何单位（单机或者单向链路），记入审计日志"),
    go_on: bool = typer.Option(False, "--go-on", help="不再等待尚未回报的单位，立即继续签名发文，记入审计日志"),
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
    if dry_run:
        with _source(settings, file) as url:
            return _told(settings, url)
    with only_one(settings.home, ARROWS), _source(settings, file) as url:
        despite = _judged(settings, url, anyway=anyway)
        if file is not None:
            _bring_in(settings, url, replace=replace)
        return _begin_anew(settings, digest_of(file) if file else None, despite, alone=alone)


@contextmanager
def _source(settings: Settings, file: Path | None) -> Iterator[str]:
    """The database to look at: a copy of the backup, brought to this version's tables, or the node's own."""
    from hub.store.migrate import migrate
    from hub.store.moving import owner_of

    if file is None:
        migrate(settings.database)
        yield settings.database
        return
    if not file.is_file():
        raise InvalidInput(f"没有备份文件 {file}", field="file")
    if file.with_name(f"{file.name}-wal").exists():
        raise InvalidInput(
            f"{file} 旁边有 {file.name}-wal：这是使用中的数据库，不是 hub backup 写出的文件",
            field="file",
            advice="请用 hub backup 写出的备份；只有数据库文件的，连同 -wal 文件放回原处，再用 hub restore --here。",
        )
    part = settings.home / "restore.part"
    discard(part)
    try:
        try:
            part.touch(mode=0o600)
            shutil.copyfile(file, part)
        except OSError as error:
            raise InvalidInput(f"无法读取 {file}：{fault(error)}", field="file") from error
        owner = owner_of(f"sqlite:///{part}")
        if owner != settings.member:
            raise Misconfigured(f"备份属于节点 {owner or '（无）'}，本节点是 {settings.member}", field="file")
        migrate(f"sqlite:///{part}")
        yield f"sqlite:///{part}"
    finally:
        discard(part)


def _told(settings: Settings, url: str) -> int:
    """The findings as a table, with the exit code of ``hub doctor``."""
    from hub.cli.doctor import LEVELS
    from hub.cli.restore_check import examine

    found = examine(settings, url)
    _table(found)
    print("以上只是检查，没有作任何改动。")
    return max(LEVELS[one.level] for one in found)


def _judged(settings: Settings, url: str, *, anyway: bool) -> list[str]:
    """Stop before anything was touched if something does not fit; names of what is put up with."""
    from hub.cli.doctor import GREEN, RED
    from hub.cli.restore_check import RING, examine

    found = examine(settings, url)
    bad = [one.name for one in found if one.level == RED]
    if any(one.level != GREEN for one in found):
        _table(found)
    if RING in bad or (bad and not anyway):
        raise Misconfigured(
            f"{'、'.join(bad)} 与备份不符，没有恢复，没有作任何改动",
            field="file",
            advice="请按上表办理后重新执行。" + ("" if RING in bad else "确要先恢复、以后再补的，加 --anyway。"),
        )
    return bad


def _table(found: list[Finding]) -> None:
    from hub.cli.screen import table

    table(("项目", "状态", "情况", "怎么办"), [(f.name, f.level, f.what, f.todo) for f in found], "", 72)


def _bring_in(settings: Settings, url: str, *, replace: bool) -> None:
    from hub.store.moving import copy_database

    rows = copy_database(url, settings.database, replace=replace, set_back=True)
    print(f"已恢复 {rows:,} 行，逐表核对数量一致。")


def _begin_anew(settings: Settings, digest: str | None, despite: list[str], *, alone: bool) -> int:
    """Begin a new incarnation and wait for the others, or say that nobody was waited for."""
    from hub.app import build, new_id
    from hub.store.node import renew_incarnation

    node = build(settings)
    try:
        with node.store.begin() as uow:
            before, size = uow.incarnation, uow.tree.size()
            uow.recovery.hold([uow.member])
        renew_incarnation(settings.database, member=settings.member, incarnation=new_id(node.clock()))
    finally:
        node.store.close()
    node = build(settings)
    try:
        others = _others(node)
        waiting = [] if alone or not others else [ALL, *others]
        facts = {"sha256": digest, "before": before, "size": size, "waits_for": waiting, "despite": despite}
        leaves = [entry(node, "restore-begin", settings.member, **facts)]
        if not waiting:
            leaves.append(entry(node, "restore", settings.member, alone=True, without=others))
        with node.store.begin() as uow:
            uow.recovery.hold(waiting)
            uow.ledger.add(leaves)
    finally:
        node.store.close()
    if waiting:
        print("恢复完成。启动节点（hub run）后先向各单位查明备份之后的往来：哪个单位回报了，才向哪个单位签名发文。")
        print("有单位长期联系不上、又要向它发文时，可执行 hub restore --go-on。")
    else:
        print("恢复完成，可以启动节点（hub run）；没有向任何单位核对，已记入审计日志。")
        print("备份之后发出的文书，其他单位联系上时会退回补录；此前请核对纸质登记，以免同一决定发两次。")
    return 0


def _go_on(settings: Settings) -> int:
    from hub.app import build

    node = build(settings)
    try:
        with node.store.begin() as uow:
            waiting = uow.recovery.waits_for()
            if settings.member in waiting:
                raise InvalidInput(
                    "恢复没有办完，或者其他单位收到过本单位签名、本节点没有的文书，不能就这样继续",
                    field="go-on",
                    advice="数据库被退回，或有另一份同样的节点在运行：只留一份，停止后执行 hub restore --here。",
                )
            without = sorted(waiting - {ALL})
            if waiting:
                uow.recovery.hold(())
                uow.ledger.add([entry(node, "restore", settings.member, alone=ALL in waiting, without=without)])
        print(f"不再等待 {'、'.join(without)}，继续签名发文。" if waiting else "本节点没有在等待。")
    finally:
        node.store.close()
    return 0


def _others(node: Node) -> list[str]:
    """Everybody active: what goes to one is signed when that one was heard, by network or ferry."""
    with node.store.begin() as uow:
        return sorted(set(uow.trusts.current().active()) - {uow.member})
