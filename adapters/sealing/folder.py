"""A seal system that watches folders: most do, and those that do not are reached by a script between two folders.

``out/<id>.pdf`` and then ``out/<id>.json`` are for the seal system, which may move or delete them; it puts the sealed
file into ``in/`` as ``<id>.pdf`` or ``<id>.ofd``, written under another name (``.tmp``, ``.part`` or a leading dot)
and renamed. The other folders are ours: ``asked/`` what is waiting, ``taken/`` what came back and is being recorded,
``done/`` what was recorded, ``wrong/`` what was refused, each with its reason beside it.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from hub.core.errors import SealAway
from hub.core.seals import Returned, SealRequest, request_named

FOLDERS = ("out", "in", "asked", "taken", "done", "wrong")
_HOW = "请将盖章后的文件以本编号命名（.pdf 或 .ofd）放入 in 文件夹；请先写成临时文件名，写完再改名。"
_UNFINISHED = re.compile(r"^\.|\.(tmp|part|crdownload)$|~$", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\w.()（）\-]")
_LONGEST = 120


class FolderSealing:
    """Fulfils the hub's port ``Sealing`` over one folder tree on one file system."""

    def __init__(self, root: Path, *, limit: int) -> None:
        """``limit``: bytes; of a larger file only one byte more is read."""
        self.root, self._limit = root, limit

    def hand_over(self, request: SealRequest, pdf: bytes) -> None:
        """Our own record first, the order for the seal system last: half of it is never seen as a whole."""
        with self._reached():
            told = {**asdict(request), "at": request.at.isoformat()}
            self._put("asked", f"{request.id}.pdf", pdf)
            self._put("asked", f"{request.id}.json", _json(told))
            self._put("out", f"{request.id}.pdf", pdf)
            self._put("out", f"{request.id}.json", _json({**told, "file": f"{request.id}.pdf", "how": _HOW}))

    def waiting(self) -> list[SealRequest]:
        """Ids are UUIDv7: their order is that of asking."""
        with self._reached():
            found = (self._request(path.stem) for path in sorted((self.root / "asked").glob("*.json")))
            return [one for one in found if one is not None]

    def collect(self, limit: int) -> list[Returned]:
        """Claim by renaming, so that nobody writes on while we read."""
        with self._reached():
            for path in sorted((self.root / "in").iterdir()):
                if not _UNFINISHED.search(path.name):
                    path.rename(self._free("taken", path.name))
            return [self._returned(path) for path in sorted((self.root / "taken").iterdir())[:limit]]

    def settle(self, tag: str) -> str:
        """The sealed file and what was handed over lie in ``done/`` side by side."""
        with self._reached():
            request = request_named(tag)
            kept = self._move(tag, "done")
            for ending in ("pdf", "json"):
                with suppress(FileNotFoundError):
                    (self.root / "asked" / f"{request}.{ending}").rename(
                        self.root / "done" / f"{request}.asked.{ending}"
                    )
                    (self.root / "out" / f"{request}.{ending}").unlink(missing_ok=True)
            return str(kept)

    def refuse(self, tag: str, reason: str) -> str:
        """The file lies in ``wrong/`` with its reason as a text beside it."""
        with self._reached():
            kept = self._move(tag, "wrong")
            self._put("wrong", f"{kept.name}.reason.txt", f"{reason}\n".encode())
            return str(kept)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """The folders are there, and whatever the file system says becomes ``SealAway``."""
        try:
            for name in FOLDERS:
                (self.root / name).mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            raise SealAway(f"无法读写 {self.root}：{error.strerror}", field="seal") from error

    def _returned(self, path: Path) -> Returned:
        named = request_named(path.name)
        request = self._request(named) if named else None
        original = b""
        if request is not None:
            with suppress(FileNotFoundError):
                original = (self.root / "asked" / f"{request.id}.pdf").read_bytes()
        return Returned(path.name, path.name, request, original, self._read(path))

    def _read(self, path: Path) -> bytes:
        """Nothing of what is no ordinary file: a link could lead anywhere."""
        if not stat.S_ISREG(path.lstat().st_mode):
            return b""
        with path.open("rb") as file:
            return file.read(self._limit + 1)

    def _request(self, name: str) -> SealRequest | None:
        try:
            told = json.loads((self.root / "asked" / f"{name}.json").read_bytes())
            return SealRequest(**{**told, "at": datetime.fromisoformat(told["at"])})
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return None

    def _move(self, tag: str, folder: str) -> Path:
        source = self.root / "taken" / Path(tag).name
        target = self._free(folder, source.name)
        with suppress(FileNotFoundError):
            source.rename(target)
        return target

    def _free(self, folder: str, name: str) -> Path:
        """A path nothing lies at; the seal system's name is cut and cleaned where it could garble a listing."""
        stem, dot, ending = _UNSAFE.sub("_", name).rpartition(".")
        stem, ending = (stem[:_LONGEST], ending[:10]) if dot else (ending[:_LONGEST], "")
        for number in range(10_000):
            path = self.root / folder / f"{stem}{f'.{number}' if number else ''}{dot}{ending}"
            if not os.path.lexists(path):
                return path
        raise SealAway(f"{folder} 中同名文件过多", field="seal")

    def _put(self, folder: str, name: str, content: bytes) -> None:
        """Written aside, forced to disk, renamed."""
        target = self.root / folder / name
        aside = target.with_name(f".{name}.tmp")
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(target)


def _json(told: dict[str, object]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
