"""``hub keys fields``, ``rotate-fields``, ``rotate-index``: the ring of the database's fields, and all by a new key."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import typer

from hub.cli.place import JSON, note, opened, settings_of
from hub.cli.screen import moment, print_json, table

if TYPE_CHECKING:
    from datetime import datetime

    from hub.app import Node
    from hub.keystore.ring import FileRing
    from hub.settings import Settings
    from hub.store.reblinding import Reblinding
    from hub.store.resealing import Resealing

GRACE = timedelta(seconds=60)
"""Longer than any transaction: whoever began before the new key was there has ended."""


def fields(ctx: typer.Context, as_json: bool = JSON) -> int:
    """数据库字段密钥：各把的起止时间，以及还有多少记录不是用最新的一把加密的"""
    from hub.keystore.ring import FileRing
    from hub.store.reblinding import Reblinding
    from hub.store.resealing import Resealing

    settings = settings_of(ctx)
    ring = FileRing(settings.ring)
    with closing(Resealing(settings.database)) as database:
        left = database.left(ring)
    with closing(Reblinding(settings.database)) as indexes:
        since = ring.ring.blind_since
        unblinded = indexes.left(since) if ring.ring.former is not None and since is not None else {}
    index = {"id": ring.ring.blind_id.hex(), "since": since, "changing": ring.ring.former is not None}
    rows = [{"id": key.id.hex(), "since": key.since, "until": key.until} for key in ring.ring.keys]
    if as_json:
        told = {"ring": str(settings.ring), "keys": rows, "left": left, "strict": ring.strict}
        print_json({**told, "index": {**index, "left": unblinded}})
        return 0
    lines = [
        (key.id.hex(), moment(key.since), "现用" if key.until is None else f"{moment(key.until)} 停用，待清除")
        for key in ring.ring.keys
    ]
    table(("编号", "启用", "情况"), lines, "没有字段密钥。", 72)
    print(f"密钥环：{settings.ring}")
    for name, number in left.items():
        print(f"  {name} 还有 {number} 行未用最新密钥加密")
    if left or len(rows) > 1 or not ring.strict:
        print("下一步：执行 hub keys rotate-fields 继续。")
    print(f"检索密钥：{index['id']}，{f'{moment(since)} 启用' if since else '自建立时启用'}")
    for name, number in unblinded.items():
        print(f"  {name} 还有 {number} 行未用它重编")
    if index["changing"]:
        print("下一步：执行 hub keys rotate-index 继续。")
    return 0


def rotate_fields(
    ctx: typer.Context,
    wait: bool = typer.Option(True, "--wait/--no-wait", help="等到旧密钥可以清除；不等的，再次执行本命令时清除"),
    as_json: bool = JSON,
) -> int:
    """换用新的字段密钥并逐批重新加密全部记录；节点照常运行，中断后再次执行即从剩下的继续"""
    from hub.cli.lock import is_held, only_one
    from hub.core.errors import WrongState
    from hub.store.resealing import Resealing

    settings = settings_of(ctx)
    if is_held(settings.home, "fields"):
        raise WrongState("另一个 hub keys rotate-fields 正在进行", advice="请等它结束后再执行。")
    database = Resealing(settings.database)
    try:
        with only_one(settings.home, ("fields",)):
            ring, first = _ring(settings, database)
            with opened(ctx) as node:
                return _rotate(Run(node, ring, database, not as_json), first=first, wait=wait)
    finally:
        database.close()


def rotate_index(
    ctx: typer.Context,
    wait: bool = typer.Option(True, "--wait/--no-wait", help="等到可以开始重编；不等的，一分钟后再次执行本命令"),
    as_json: bool = JSON,
) -> int:
    """换用新的检索密钥并逐批重编索引；节点照常运行、照常查得到，中断后再次执行即从断处继续"""
    from hub.cli.lock import is_held, only_one
    from hub.core.errors import WrongState
    from hub.keystore.ring import FileRing
    from hub.store.reblinding import Reblinding
    from hub.store.resealing import Resealing

    settings = settings_of(ctx)
    if is_held(settings.home, "fields"):
        raise WrongState("另一次密钥轮换正在进行", advice="请等它结束后再执行。")
    with (
        only_one(settings.home, ("fields",)),
        opened(ctx) as node,
        closing(Resealing(settings.database)) as database,
        closing(Reblinding(settings.database)) as indexes,
    ):
        return _reblind(Run(node, FileRing(settings.ring), database, not as_json), indexes, wait=wait)


def _reblind(run: Run, indexes: Reblinding, *, wait: bool) -> int:
    if run.ring.ring.former is None:
        run.ring.write(run.ring.ring.reblinding(run.node.clock()))
        run.note("begin-index")
    since = run.ring.ring.blind_since or run.node.clock()
    run.say(f"用检索密钥 {run.ring.ring.blind_id.hex()} 重编索引；可随时中断，再次执行即继续。其间新旧密钥都可查到。")
    if wait:
        _rest(run, since + GRACE)
    if run.node.clock() < since + GRACE:
        return _reblinded(run, 0, [], done=False, told=f"{moment(since + GRACE)} 后再次执行本命令即开始重编。")
    found = indexes.run(run.ring, since, lambda name, rows, left: run.say(f"  {name}  {rows} 行，还有 {left} 行"))
    if found.unreadable:
        told = f"共 {len(found.unreadable)} 行无法解密，旧检索密钥保留；请核对密钥环，或保全证据后从备份恢复。"
        return _reblinded(run, found.rows, found.unreadable, done=False, told=told)
    run.ring.write(run.ring.ring.reblinded())
    run.note("end-index")
    told = f"共 {found.rows} 行。旧检索密钥已清除；请另存一份新的密钥环，与备份分开保管。"
    return _reblinded(run, found.rows, [], done=True, told=told)


def _reblinded(run: Run, rows: int, unreadable: list[str], *, done: bool, told: str) -> int:
    if not run.talks:
        print_json({"rows": rows, "done": done, "unreadable": unreadable})
    for detail in unreadable[:20]:
        run.say(f"无法解密：{detail}")
    run.say(told)
    return 1 if unreadable else 0


def _ring(settings: Settings, database: Resealing) -> tuple[FileRing, bool]:
    """The node's ring; a new one for a database in which nothing is sealed yet, and whether it is that."""
    from hub.app import build_clock
    from hub.keystore.ring import FileRing, create_ring
    from hub.store.session import migrate

    if settings.ring.exists():
        return FileRing(settings.ring), False
    migrate(settings.database)
    if database.is_sealed():
        return FileRing(settings.ring), False  # Says what to do: the ring is missing.
    return create_ring(settings.ring, build_clock(settings)(), strict=False), True


@dataclass
class Run:
    """One run of the command: what it works on, and whether it tells people how far it is."""

    node: Node
    ring: FileRing
    database: Resealing
    talks: bool

    def say(self, text: str) -> None:
        """A line of progress."""
        if self.talks:
            print(text, flush=True)

    def note(self, act: str) -> None:
        """Using the ring for this is an act of the audit log."""
        facts = {"act": act, "keys": [one.hex() for one in self.ring.ids]}
        note(self.node, "field-keys", self.ring.current.hex(), **facts)


def _rotate(run: Run, *, first: bool, wait: bool) -> int:
    if len(run.ring.ring.keys) == 1 and run.ring.strict and not first:
        run.ring.write(run.ring.ring.renewed(run.node.clock()))
        run.note("begin")
    run.say(f"用密钥 {run.ring.current.hex()} 加密；可随时中断，再次执行即继续。")
    done = run.database.run(run.ring, lambda name, rows: run.say(f"  {name}  {rows} 行"))
    until = run.ring.ring.keys[-1].since + GRACE
    if wait:
        _rest(run, until)
    # What a transaction that began under the old key has written since.
    late = run.database.run(run.ring)
    unreadable = late.unreadable
    dropped = [] if unreadable else _drop(run, until)
    rows = done.rows + late.rows
    if not run.talks:
        gone = [one.hex() for one in dropped]
        print_json({"rows": rows, "dropped": gone, "unreadable": unreadable, "strict": run.ring.strict})
        return 1 if unreadable else 0
    run.say(f"共 {rows} 行。")
    for detail in unreadable[:20]:
        run.say(f"无法解密：{detail}")
    if unreadable:
        run.say(f"共 {len(unreadable)} 行无法解密，旧密钥保留；请核对密钥环，或保全证据后从备份恢复。")
        return 1
    for one in dropped:
        run.say(f"旧密钥 {one.hex()} 已无记录使用，已从密钥环清除。")
    if len(run.ring.ring.keys) > 1 or not run.ring.strict:
        run.say(f"旧密钥保留至 {moment(until)}，届时再次执行本命令即清除。")
    return 0


def _drop(run: Run, until: datetime) -> list[bytes]:
    """Take the old keys out of the ring when nothing uses them any more, and nothing is plain."""
    old = sorted(set(run.ring.ids) - {run.ring.current})
    if run.node.clock() < until or run.database.left(run.ring) or (run.ring.strict and not old):
        return []
    if not run.ring.strict:
        run.say("首次加密：正在清除数据库文件中的明文残留。")
        run.database.reclaim()
    run.ring.write(run.ring.ring.shortened(set(old)))
    run.note("end")
    return old


def _rest(run: Run, until: datetime) -> None:
    left = (until - run.node.clock()).total_seconds()
    if left > 0:
        run.say(f"等待 {left:.0f} 秒，让此前开始的处理都结束…")
        time.sleep(left)
