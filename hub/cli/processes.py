"""The two processes of ``hub run``: the parent serves pages and holds no key, the child works.

The child is forked after what both need was imported and before any thread or connection exists, so that they share the
memory of the code. Either one's end is the other's: the child sees a pipe from its parent close, the parent waits for
its child.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.cli.errors import BUG, OK, report
from hub.cli.place import address_of
from hub.core.errors import HubError

if TYPE_CHECKING:
    from hub.cli.server import Web
    from hub.settings import Settings

_LAST_WAIT = 10.0
"""Seconds the worker has for the transaction under way, once it was asked to end."""


@dataclass
class WorkerProcess:
    """The child, seen from its parent."""

    pid: int
    status: int | None = None
    asked: bool = False

    def wait(self) -> None:
        """Wait for its end."""
        _, status = os.waitpid(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)

    def end(self) -> None:
        """Ask it to end."""
        self.asked = True
        if self.status is None:
            os.kill(self.pid, signal.SIGTERM)

    @property
    def epitaph(self) -> str:
        """How it ended, for a person."""
        status = self.status or 0
        how = f"被信号 {-status} 终止" if status < 0 else f"退出码 {status}"
        return f"工作进程意外结束（{how}），节点已停止 → 请查看上面的日志，然后重新执行 hub run；已登记的内容不会丢失。"


class _Wish:
    """A signal that comes while the server is still being built is not lost."""

    def __init__(self) -> None:
        self.asked = False
        self.web: Web | None = None

    def __call__(self, *_signal: object) -> None:
        """Fits ``signal.signal``."""
        self.asked = True
        if self.web is not None:
            self.web.stop()


def fork_worker(settings: Settings, listening: socket.socket) -> WorkerProcess:
    """Start the child; it never returns from here."""
    import hub.app  # noqa: F401 - imported before the fork, so that both processes share it

    reading, writing = os.pipe()
    gc.collect()
    gc.freeze()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(reading)
        return WorkerProcess(pid)
    code = BUG
    try:
        listening.close()
        os.close(writing)
        code = _work(settings, reading)
    finally:
        if sys.exc_info()[0] is not None:
            sys.excepthook(*sys.exc_info())
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _work(settings: Settings, parent: int) -> int:
    from hub.cli.bell import Bell, watch_parent
    from hub.cli.loop import work
    from hub.worker import ARROWS

    bell = Bell()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the parent decides the order.
    signal.signal(signal.SIGTERM, bell.stop)
    watch_parent(parent, bell)
    try:
        work(settings, ARROWS, bell)
    except HubError as error:
        return report(error)
    return OK


def serve_web(settings: Settings, listening: socket.socket, worker: WorkerProcess | None) -> int:
    """Serve until a signal or until the worker has ended; then end both."""
    from hub.cli.server import Web, leading_to_tls

    wish = _Wish()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, wish)  # The server sets its own while it runs and repeats the signal after.
    web = wish.web = Web(settings, listening)
    if wish.asked:
        web.stop()
    waiting = threading.Thread(target=_watch, args=(worker, web), daemon=True) if worker else None
    if waiting:
        waiting.start()
    note = "（演示·非真实公文）" if settings.demo else ""
    with leading_to_tls(settings):
        print(f"节点 {settings.member} 已启动{note}：{address_of(settings)}/", flush=True)
        web.run()
    if worker is None or waiting is None:
        return OK
    unexpected = worker.status is not None
    worker.end()
    waiting.join(_LAST_WAIT)
    if waiting.is_alive():
        os.kill(worker.pid, signal.SIGKILL)
        waiting.join()
    if unexpected:
        print(worker.epitaph, file=sys.stderr)
        return BUG
    return OK


def _watch(worker: WorkerProcess, web: Web) -> None:
    worker.wait()
    web.stop()
