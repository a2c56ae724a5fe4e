"""``hub backup``: the whole database in one file, and by which keys alone it can be gone on from (DESIGN D3)."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import typer

from hub.cli.place import JSON, must_be_new, note, opened
from hub.cli.screen import fault, print_json
from hub.core.errors import InvalidInput


def backup(
    ctx: typer.Context,
    out: Path = typer.Option(..., "-o", "--out", metavar="文件", help="备份文件写到哪里（不覆盖已有文件）"),
    as_json: bool = JSON,
) -> int:
    """备份：整个数据库存为一个文件，节点可照常运行；密钥文件不在其内，须另行保管"""
    from hub.cli.restore_check import needed

    must_be_new(out)
    with opened(ctx) as node:
        rows = _written(node.settings.database, out)
        size, digest, keys = out.stat().st_size, digest_of(out), needed(node.settings, node.settings.database)
        note(node, "backup", node.settings.member, sha256=digest, rows=rows)
    if as_json:
        print_json({"file": str(out), "rows": rows, "size": size, "sha256": digest, "keys": keys})
        return 0
    print(f"已备份到 {out}：{rows:,} 行，{size // 1024 + 1:,} KiB，SHA-256 {digest}")
    print("密钥文件（节点文件夹中的 *.key）不在备份内，请另行保管；没有密钥，备份中的加密内容不能打开。")
    told = [f"{name} {'、'.join(ids)}" for name, ids in keys.items() if ids]
    print(f"恢复时要用：{'；'.join(told)}")
    return 0


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _written(database: str, out: Path) -> int:
    """The copy, durable before it gets its name; gives the number of rows."""
    from hub.store.moving import copy_database

    part = out.with_name(out.name + ".part")
    discard(part)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        rows = copy_database(database, f"sqlite:///{part}")
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.rename(out)
    except OSError as error:
        raise InvalidInput(f"无法写入 {out}：{fault(error)}", field="out") from error
    finally:
        discard(part)
    return rows


def discard(path: Path) -> None:
    """Remove a database file and what SQLite keeps beside it."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
