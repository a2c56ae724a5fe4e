"""What a waiting worker wakes at: new rows, an arrival, a signal, the end of its parent.

A pipe and not a lock: ringing is safe in a signal handler and from any thread, and costs one system call.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path

from hub.core.errors import Unavailable

_LOOK = 0.02
"""Seconds between two looks at a spool directory."""
_RETRY = 1.0


class Bell:
    """Rings are remembered until somebody waits; ``stopping`` stays."""

    def __init__(self) -> None:
        self._out, self._in = os.pipe()
        os.set_blocking(self._out, False)
        os.set_blocking(self._in, False)
        self.stopping = False

    def ring(self) -> None:
        """Wake whoever waits, or the next who would."""
        try:
            os.write(self._in, b".")
        except BlockingIOError:
            return  # It rings as loud as it can.

    def stop(self, *_signal: object) -> None:
        """Ask the loop to end; fits ``signal.signal``."""
        self.stopping = True
        self.ring()

    def wait(self, seconds: float) -> bool:
        """True when it rang within ``seconds``; all rings so far are then forgotten."""
        ready, _, _ = select.select([self._out], [], [], max(0.0, seconds))
        if ready:
            os.read(self._out, 65536)
        return bool(ready)

    def rest(self, seconds: float) -> None:
        """Wait in spite of rings; only :meth:`stop` ends it early."""
        end = time.monotonic() + seconds
        while not self.stopping and (left := end - time.monotonic()) > 0:
            self.wait(left)


def watch_database(url: str, bell: Bell) -> None:
    """Ring whenever another process has committed something to do."""
    _start(lambda: _database(url, bell))


def watch_spool(folder: Path, bell: Bell) -> None:
    """Ring whenever the inbox directory has changed."""
    _start(lambda: _spool(folder, bell))


def watch_parent(pipe: int, stop: Callable[[], None]) -> None:
    """Call ``stop`` when the process at the other end of ``pipe`` has ended, however it did."""

    def watch() -> None:
        os.read(pipe, 1)
        stop()

    _start(watch)


def _start(watch: Callable[[], object]) -> None:
    threading.Thread(target=watch, daemon=True).start()


def _database(url: str, bell: Bell) -> None:
    from hub.store.wake import open_wake

    wake = None
    while not bell.stopping:
        try:
            wake = wake or open_wake(url)
            if wake.wait(_RETRY):
                bell.ring()
        except Unavailable:
            wake = None
            time.sleep(_RETRY)  # The loop itself says that the database is away.


def _spool(folder: Path, bell: Bell) -> None:
    seen, again = 0, False
    while not bell.stopping:
        try:
            changed = folder.stat().st_mtime_ns
        except OSError:
            changed = 0
        if changed != seen or again:
            # The kernel's clock is coarse: the look after a change may see what this one missed.
            again = changed != seen
            seen = changed
            bell.ring()
        time.sleep(_LOOK)
