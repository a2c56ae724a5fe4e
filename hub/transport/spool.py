"""A directory as a pipe between nodes, Maildir-like: the embedded default, with nothing to install.

``<root>/<member>/{tmp,new,cur}``: a sender writes into ``tmp``, forces the bytes to disk and renames into ``new``; the
receiver claims by renaming into ``cur`` and deletes when the caller has recorded the item; nobody sees half a file.
"""

from __future__ import annotations

import os
import re
import stat
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from hub.core.errors import TransportAway
from hub.flows.ports import Incoming, Outgoing, Told
from hub.transport.limits import MAX_RECORD
from hub.transport.spool_write import SpoolWriter, explain

_POLL: Final = 0.02
_ABANDONED: Final = 36 * 3600
"""Age in seconds at which a file in ``tmp`` belongs to nobody any more (Maildir's rule)."""

_BYTES_AT_ONCE: Final = 64 * 1024 * 1024
"""Most bytes read in one call, whatever the limit."""

_NAME: Final = re.compile(r"[0-9A-Za-z_][0-9A-Za-z._-]{0,199}\Z")
"""What may be a delivery; dot files, editor leftovers and names that would garble a log are not."""


class SpoolTransport:
    """The ``Transport`` port over a directory tree shared by nodes of one machine (or one trusted file system).

    A broadcast is one file with a hard link per addressee. One process per member receives; a second one would only
    cause duplicates.
    """

    def __init__(self, root: Path, member: str, *, clock_ns: Callable[[], int] = time.time_ns) -> None:
        """``clock_ns`` names the files, oldest first; nothing else depends on it."""
        self._home = root / member
        self._clock_ns = clock_ns
        self._writer = SpoolWriter(root, member, clock_ns)
        self._lock = threading.Lock()
        self._started = False
        self._claimed: deque[str] = deque()
        """Names in ``cur`` left by an earlier run, still to be handed out again."""
        self._new: deque[str] = deque()
        """Names seen in ``new`` at the last look, oldest first."""
        self._out: set[str] = set()
        self._unreadable: set[str] = set()

    def publish(self, items: Sequence[Outgoing]) -> Told:
        """Write the batch durably; a full or unwritable disk is a failed item, never an exception."""
        return Told(self._writer.publish(items))

    def receive(self, limit: int, wait: float) -> list[Incoming]:
        """Claim and read up to ``limit`` files, first those of an interrupted run."""
        deadline = time.monotonic() + wait
        while True:
            try:
                with self._lock:
                    found = self._collect(limit)
            except OSError as error:
                raise TransportAway(explain(error)) from error
            left = deadline - time.monotonic()
            if found or left <= 0:
                return found
            time.sleep(min(_POLL, left))

    def ack(self, tags: Sequence[str]) -> None:
        """Delete the files behind ``tags``; only names this transport handed out since it was opened count."""
        with self._lock:
            for tag in tags:
                if tag not in self._out:
                    continue
                try:
                    (self._home / "cur" / tag).unlink(missing_ok=True)
                except OSError as error:
                    raise TransportAway(explain(error)) from error
                self._out.discard(tag)

    def probe(self) -> str:
        """Where the inbox is and how much waits."""
        try:
            self._start()
            waiting = len(_names(self._home / "new"))
        except OSError as error:
            raise TransportAway(explain(error)) from error
        unreadable = f"，{len(self._unreadable)} 件无法读取" if self._unreadable else ""
        return f"交换目录 {self._home} 可用，收件箱待取 {waiting} 件{unreadable}"

    def close(self) -> None:
        """Forget what was handed out; it stays in ``cur`` and comes again."""
        with self._lock:
            self._started = False
            self._claimed.clear()
            self._new.clear()
            self._out.clear()
            self._unreadable.clear()

    def _start(self) -> None:
        """Create our directories, so that others may write to us, and look what an earlier run left behind."""
        if self._started and self._home.is_dir():
            return
        for part in ("tmp", "new", "cur"):
            (self._home / part).mkdir(parents=True, exist_ok=True, mode=0o770)
        if not self._started:
            self._sweep()
            self._claimed.extend(_names(self._home / "cur"))
        self._started = True

    def _sweep(self) -> None:
        """Delete what senders killed in the middle of a write have left in ``tmp``."""
        oldest = self._clock_ns() // 1_000_000_000 - _ABANDONED
        for name in _names(self._home / "tmp"):
            path = self._home / "tmp" / name
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except FileNotFoundError:
                continue  # Its sender was only slow and has just renamed it.

    def _collect(self, limit: int) -> list[Incoming]:
        self._start()
        found: list[Incoming] = []
        size = 0
        while len(found) < limit and size < _BYTES_AT_ONCE:
            name = self._claim()
            if name is None:
                break
            raw = self._read(name)
            if raw is not None:
                self._out.add(name)
                size += len(raw)
                found.append(Incoming(name, raw, "spool"))
        return found

    def _claim(self) -> str | None:
        """The oldest name that is now in ``cur`` and ours to hand out."""
        if self._claimed:
            return self._claimed.popleft()
        if not self._new:
            self._new.extend(_names(self._home / "new"))
        while self._new:
            name = self._new.popleft()
            try:
                (self._home / "new" / name).rename(self._home / "cur" / name)
            except FileNotFoundError:
                continue  # Somebody tidied up between our look and our claim.
            return name
        return None

    def _read(self, name: str) -> bytes | None:
        """The bytes, cut just above the cap so that intake sees that it is oversized; ``None`` if it cannot be read.

        One unreadable file must not stop the others: it stays in ``cur``, is tried again at the next start, and
        ``probe`` counts it.
        """
        try:
            descriptor = os.open(self._home / "cur" / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            self._unreadable.add(name)
            return None
        with os.fdopen(descriptor, "rb") as file:
            try:
                if stat.S_ISREG(os.fstat(descriptor).st_mode):
                    return file.read(MAX_RECORD + 1)
            except OSError:
                pass  # A bad sector under this one file.
        self._unreadable.add(name)
        return None


def _names(directory: Path) -> list[str]:
    """Names of plain files that may be deliveries, oldest first."""
    with os.scandir(directory) as entries:
        return sorted(entry.name for entry in entries if _is_delivery(entry))


def _is_delivery(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    return bool(_NAME.match(name)) and not name.endswith(".tmp") and entry.is_file(follow_symlinks=False)
