"""One worker per node and arrow: two would sign, publish and take in the same things side by side.

The kernel drops the lock with the process that holds it, however that ended.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hub.cli.screen import fault
from hub.core.errors import Misconfigured

PATIENCE = 2.0
"""Seconds a new worker waits for the old one to be gone; after a kill the system needs a moment."""
_PAUSE = 0.05


@contextmanager
def only_one(home: Path, arrows: Iterable[str], patience: float = PATIENCE) -> Iterator[None]:
    """Hold these arrows of the node, or say which process does."""
    with ExitStack() as held:
        for arrow in sorted(arrows):
            held.enter_context(_holding(home / f".work-{arrow}.lock", time.monotonic() + patience))
        yield


def is_held(home: Path, arrow: str) -> bool:
    """Does a worker of this node perform the arrow now?"""
    try:
        with only_one(home, [arrow], patience=0.0):
            return False
    except Misconfigured:
        return True


@contextmanager
def _holding(path: Path, until: float) -> Iterator[None]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Misconfigured(f"无法建立 {path}：{fault(error)}", field="home") from error
    try:
        _take(handle, path, until)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if time.monotonic() < until:
                time.sleep(_PAUSE)
                continue
            holder = os.pread(handle, 20, 0).decode("ascii", "replace") or "未知"
            raise Misconfigured(
                f"本节点的工作进程已在运行（进程号 {holder}，{path.name}）",
                field="home",
                advice="请先停止正在运行的 hub run 或 hub work；一个节点只能有一个。",
            ) from error
        else:
            return
