"""The processes of one node: the parent serves pages and holds no key, one child works, others serve pages beside it.

Children are forked after what all need was imported and before any thread or connection exists, so that they share the
memory of the code. One's end is everybody's: children see a pipe from their parent close, the parent waits for each.
Nothing of a person is kept in any of them, so whichever answers next knows the same.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
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
class Child:
    """One process, seen from its parent."""

    title: str
    pid: int
    status: int | None = None

    def wait(self) -> None:
        """Wait for its end."""
        _, status = os.waitpid(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)

    def end(self) -> None:
        """Ask it to end."""
        if self.status is None:
            os.kill(self.pid, signal.SIGTERM)

    @property
    def epitaph(self) -> str:
        """How it ended, for a person."""
        status = self.status or 0
        how = f"被信号 {-status} 终止" if status < 0 else f"退出码 {status}"
        todo = "请查看上面的日志，然后重新执行 hub run；已登记的内容不会丢失。"
        return f"{self.title}意外结束（{how}），节点已停止 → {todo}"


class _Wish:
    """A signal that comes while the server is still being built is not lost."""

    def __init__(self) -> None:
        self.asked = False
        self.web: Web | None = None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self)  # The server sets its own while it runs and repeats the signal after.

    def __call__(self, *_signal: object) -> None:
        """Fits ``signal.signal``."""
        self.asked = True
        self.stop()

    def stop(self) -> None:
        """End the server, if it stands."""
        if self.web is not None:
            self.web.stop()

    def serve(self, settings: Settings, listening: socket.socket) -> Web:
        """The server, already asked to end if a signal came first."""
        from hub.cli.server import Web

        self.web = Web(settings, listening)
        if self.asked:
            self.web.stop()
        return self.web


class Household:
    """A node's processes, made one after the other and ended together."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        """Nothing is started yet."""
        self._settings, self._listening = settings, listening
        self._reading, self._writing = os.pipe()
        self._children: list[Child] = []

    def start_worker(self) -> None:
        """The one that holds the key and has no pages."""
        self._fork("工作进程", self._work)

    def serve(self) -> int:
        """Serve in as many processes as the settings say, until a signal or until one of them has ended."""
        from hub.cli.server import leading_to_tls

        for number in range(1, self._settings.web_workers):
            self._fork(f"第 {number + 1} 个网页进程", self._serve_beside)
        wish = _Wish()
        web = wish.serve(self._settings, self._listening)
        waiting = [threading.Thread(target=self._watch, args=(one, web), daemon=True) for one in self._children]
        for one in waiting:
            one.start()
        note = "（演示·非真实公文）" if self._settings.demo else ""
        with leading_to_tls(self._settings):
            print(f"节点 {self._settings.member} 已启动{note}：{address_of(self._settings)}/", flush=True)
            web.run()
        # Ctrl-C reaches every process, so one that ended after it did as it was told.
        unexpected = [one for one in self._children if one.status is not None and not wish.asked]
        self._end(waiting)
        for child in unexpected:
            print(child.epitaph, file=sys.stderr)
        return BUG if unexpected else OK

    def _fork(self, title: str, job: Callable[[], int]) -> None:
        """Start a child; it never returns from here."""
        import hub.app  # noqa: F401 - imported before the fork, so that all processes share it

        gc.collect()
        gc.freeze()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            self._children.append(Child(title, pid))
            return
        code = BUG
        try:
            os.close(self._writing)
            code = job()
        finally:
            if sys.exc_info()[0] is not None:
                sys.excepthook(*sys.exc_info())
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _work(self) -> int:
        from hub.cli.bell import Bell, watch_parent
        from hub.cli.loop import work
        from hub.worker import ARROWS

        self._listening.close()
        bell = Bell()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent decides the order.
        signal.signal(signal.SIGTERM, bell.stop)
        watch_parent(self._reading, bell.stop)
        try:
            work(self._settings, ARROWS, bell)
        except HubError as error:
            return report(error)
        return OK

    def _serve_beside(self) -> int:
        from hub.cli.bell import watch_parent

        wish = _Wish()
        watch_parent(self._reading, wish)
        wish.serve(self._settings, self._listening).run()
        return OK

    def _watch(self, child: Child, web: Web) -> None:
        child.wait()
        web.stop()

    def _end(self, waiting: list[threading.Thread]) -> None:
        """Ask every child to end; who does not in time is killed."""
        for child in self._children:
            child.end()
        for child, thread in zip(self._children, waiting, strict=True):
            thread.join(_LAST_WAIT)
            if thread.is_alive():
                os.kill(child.pid, signal.SIGKILL)
                thread.join()
