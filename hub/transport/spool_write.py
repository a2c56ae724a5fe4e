"""The sending half of the spool: bytes on disk first, then the name, then the directory."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from hub.core.ids import ALL, is_member_id
from hub.flows.ports import Outgoing, Sent, SentStatus
from hub.transport.disk import force_directory, reason
from hub.transport.limits import MAX_RECORD, NO_SUCH_INBOX, TOO_LONG

_AT_ONCE: Final = 100
"""Files written before the first is forced to disk: the file system then pays for one journal commit, not for each."""

_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV})
"""A file system without hard links (or with too many on this file): copy instead."""


def explain(error: OSError) -> str:
    """Say in Chinese what the disk said about the spool."""
    return f"交换目录不可用：{reason(error)}"


class _Draft:
    """One item on its way: written to ``written`` (in the first addressee's ``tmp``), to appear in every ``new``."""

    __slots__ = ("descriptor", "name", "targets", "written")

    def __init__(self, name: str, targets: Sequence[Path]) -> None:
        self.name = name
        self.targets = targets
        self.written = targets[0] / "tmp" / name
        self.descriptor = -1


class SpoolWriter:
    """Writes batches into other members' inboxes."""

    def __init__(self, root: Path, member: str, clock_ns: Callable[[], int]) -> None:
        """``clock_ns`` gives the names their order."""
        self._root = root
        self._member = member
        self._clock_ns = clock_ns
        self._last = 0
        self._counter = itertools.count()
        self._lock = threading.Lock()

    def publish(self, items: Sequence[Outgoing]) -> list[Sent]:
        """One result per item, in order."""
        results: list[Sent] = []
        with self._lock:
            for start in range(0, len(items), _AT_ONCE):
                results.extend(self._publish_some(items[start : start + _AT_ONCE]))
        return results

    def _publish_some(self, items: Sequence[Outgoing]) -> list[Sent]:
        results = [Sent(item.key, SentStatus.CONFIRMED) for item in items]
        drafts: dict[int, _Draft] = {}
        for index, item in enumerate(items):
            written = self._write(item)
            if isinstance(written, Sent):
                results[index] = written
            else:
                drafts[index] = written
        touched: dict[Path, list[int]] = {}
        for index, draft in drafts.items():
            problem = _deliver(draft)
            if problem:
                results[index] = Sent(items[index].key, SentStatus.FAILED, problem)
            for target in draft.targets:
                touched.setdefault(target, []).append(index)
        for target, indexes in touched.items():
            problem = _force(target / "new")
            for index in indexes if problem else ():
                results[index] = Sent(items[index].key, SentStatus.FAILED, problem)
        return results

    def _write(self, item: Outgoing) -> _Draft | Sent:
        """Put the bytes into a ``tmp`` file that stays open until they are forced to disk."""
        if len(item.raw) > MAX_RECORD:
            return Sent(item.key, SentStatus.FAILED, TOO_LONG)
        try:
            targets = self._targets(item.to)
            if not targets:
                return Sent(item.key, SentStatus.RETURNED, NO_SUCH_INBOX)
            draft = _Draft(self._next_name(), targets)
            draft.descriptor = os.open(draft.written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o660)
        except OSError as error:
            return Sent(item.key, SentStatus.FAILED, explain(error))
        try:
            _write_all(draft.descriptor, item.raw)
        except OSError as error:
            _discard(draft)
            return Sent(item.key, SentStatus.FAILED, explain(error))
        return draft

    def _targets(self, to: str) -> list[Path]:
        """The inboxes an address means; a missing root is an error of the disk, not an unknown member."""
        if to != ALL:
            if not is_member_id(to):
                return []
            target = self._root / to
            if target.is_dir():
                return [target]
            with os.scandir(self._root):
                return []
        with os.scandir(self._root) as entries:
            others = sorted(e.name for e in entries if e.name != self._member and is_member_id(e.name) and e.is_dir())
        return [self._root / name for name in others]

    def _next_name(self) -> str:
        """Sortable by time, rising within this process, and different from every other process's."""
        self._last = max(self._clock_ns(), self._last + 1)
        return f"{self._last:020d}.{self._member}.{os.getpid()}.{next(self._counter)}"


def _write_all(descriptor: int, raw: bytes) -> None:
    rest = memoryview(raw)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _deliver(draft: _Draft) -> str:
    """Force the bytes to disk and let the file appear in every ``new``; the reason if it did not work everywhere.

    A broadcast that reached only some counts as failed: it will be sent again, and those see a duplicate.
    """
    try:
        os.fsync(draft.descriptor)
        for target in draft.targets[1:]:
            _link_or_copy(draft, target)
        draft.written.rename(draft.targets[0] / "new" / draft.name)
    except OSError as error:
        _discard(draft)
        return explain(error)
    os.close(draft.descriptor)
    return ""


def _link_or_copy(draft: _Draft, target: Path) -> None:
    try:
        os.link(draft.written, target / "new" / draft.name)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        copy = target / "tmp" / draft.name
        with draft.written.open("rb") as source, copy.open("xb") as sink:
            shutil.copyfileobj(source, sink)
            sink.flush()
            os.fsync(sink.fileno())
        copy.rename(target / "new" / draft.name)


def _discard(draft: _Draft) -> None:
    """Leave nothing half-written; if even that fails, the receiver sweeps its ``tmp``."""
    os.close(draft.descriptor)
    try:
        draft.written.unlink(missing_ok=True)
    except OSError:
        return


def _force(directory: Path) -> str:
    try:
        force_directory(directory)
    except OSError as error:
        return explain(error)
    return ""
