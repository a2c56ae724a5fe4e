r"""A bundle of envelopes as one file, for media carried by hand.

``ANTIPYRAMID-FERRY-1\n``, then frames. A frame is a header of 48 bytes and the bytes themselves:

    4 bytes  marker ``AF1\n``
    u32      index: 0 is the signed manifest, records follow from 1 without gaps
    u32      length of the bytes
    32 bytes SHA-256 of the bytes
    u32      CRC-32 of the 44 bytes before it

All numbers are big-endian. The checksum of the header lets a reader trust a length before it uses it, and the marker
lets it find the next frame after damage: one flipped byte costs one record, not the rest of the medium. This module
knows nothing about what the bytes mean: whoever reads compares the records with the manifest (:func:`describe`).
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, Final, TypedDict

from hub.core.errors import Malformed, Oversized, TooLarge, TransportAway
from hub.transport.disk import force_directory, reason
from hub.transport.ferry_read import HEADER, MAGIC, MARKER, Record, frames
from hub.transport.limits import MAX_BUNDLE, MAX_RECORD, MAX_RECORDS

_COPIED_AT_ONCE: Final = 1024 * 1024
_HEADER_BEFORE_SUM: Final = struct.Struct(">4sII32s")


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle holds: the manifest's bytes and one :class:`Record` per place, damaged places included."""

    manifest: bytes
    records: list[Record]


@dataclass(frozen=True, slots=True)
class Reading:
    """A bundle being read from a medium; ``records`` can be gone through once."""

    manifest: bytes
    records: Iterator[Record]


class Description(TypedDict):
    """What a manifest says about one record."""

    sha256: str
    size: int


def describe(records: Sequence[bytes]) -> list[Description]:
    """Digest and size of every record, in order: what the caller signs as manifest and later compares with."""
    return [{"sha256": sha256(raw).hexdigest(), "size": len(raw)} for raw in records]


def pack(records: Sequence[bytes], manifest: bytes) -> bytes:
    """The bundle's bytes. Raises :class:`TooLarge` before it builds what no reader would take."""
    _check_limits(records, manifest)
    return b"".join(_pieces(records, manifest))


def unpack(data: bytes) -> Bundle:
    """Read a bundle; damage of a record is a result, only a file without a readable manifest is :class:`Malformed`."""
    if len(data) > MAX_BUNDLE:
        raise Oversized("摆渡包超过 512 MiB 上限")
    reading = _reading(io.BytesIO(data))
    return Bundle(reading.manifest, list(reading.records))


def write_bundle(path: Path, records: Sequence[bytes], manifest: bytes) -> None:
    """Write the bundle so that ``path`` is complete or as before, even when the medium is pulled out."""
    _check_limits(records, manifest)
    with bundle_draft(path) as draft:
        for raw in records:
            draft.add(raw)
        draft.finish(manifest)


class BundleDraft:
    """A bundle on its way to a medium, record by record; the manifest, which comes first in it, is signed last."""

    def __init__(self, path: Path, spill: BinaryIO) -> None:
        """``spill`` takes the records until the manifest is known."""
        self._path = path
        self._spill = spill
        self._room = MAX_BUNDLE - MAX_RECORD - len(MAGIC)
        self.listed: list[Description] = []
        """What the manifest is to say of the records, in order."""

    def add(self, raw: bytes) -> bool:
        """Add a record; False if it has no room in this bundle. Raises :class:`TooLarge` if it has room in none."""
        if len(raw) > MAX_RECORD:
            raise TooLarge("摆渡包中有单件超过 4 MiB 上限")
        if len(raw) + HEADER > self._room or len(self.listed) >= MAX_RECORDS:
            return False
        self._spill.writelines(_frame(len(self.listed) + 1, raw))
        self._room -= len(raw) + HEADER
        self.listed += describe([raw])
        return True

    def finish(self, manifest: bytes) -> None:
        """Put the bundle together; ``path`` is complete or as before."""
        draft = self._path.with_name(f".{self._path.name}.tmp")
        try:
            with draft.open("wb") as file:
                file.writelines((MAGIC, *_frame(0, manifest)))
                self._spill.seek(0)
                copyfileobj(self._spill, file, _COPIED_AT_ONCE)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)
            force_directory(self._path.parent)
        except OSError:
            _remove(draft)
            raise


@contextmanager
def bundle_draft(path: Path) -> Iterator[BundleDraft]:
    """Begin a bundle beside ``path``; whatever is left half-done goes. A medium that fails is ``TransportAway``."""
    spill = path.with_name(f".{path.name}.records")
    try:
        with spill.open("w+b") as file:
            yield BundleDraft(path, file)
    except OSError as error:
        advice = "请检查移动介质是否已满、只读或已拔出。"
        raise TransportAway(f"无法写入摆渡包：{reason(error)}", advice=advice) from error
    finally:
        _remove(spill)


@contextmanager
def read_bundle(path: Path) -> Iterator[Reading]:
    """Open a bundle and hand out its records one by one; never holds more than one record in memory."""
    try:
        size = path.stat().st_size if path.is_file() else 0
        file = path.open("rb")
    except OSError as error:
        raise TransportAway(f"无法打开摆渡包：{reason(error)}", advice="请检查移动介质和文件路径。") from error
    with file:
        if size > MAX_BUNDLE:
            raise Oversized("摆渡包超过 512 MiB 上限")
        yield _reading(file)


def _reading(file: BinaryIO) -> Reading:
    found = frames(file)
    first = next(found, None)
    if first is None or first.raw is None:
        problem = first.problem if first is not None else "没有清单"
        raise Malformed(f"摆渡包清单损坏：{problem}", advice="请对方重新导出摆渡包。")
    return Reading(first.raw, (Record(record.index - 1, record.raw, record.problem) for record in found))


def _pieces(records: Sequence[bytes], manifest: bytes) -> Iterable[bytes]:
    yield MAGIC
    for index, raw in enumerate((manifest, *records)):
        yield from _frame(index, raw)


def _frame(index: int, raw: bytes) -> tuple[bytes, bytes]:
    start = _HEADER_BEFORE_SUM.pack(MARKER, index, len(raw), sha256(raw).digest())
    return start + zlib.crc32(start).to_bytes(4, "big"), raw


def _check_limits(records: Sequence[bytes], manifest: bytes) -> None:
    if len(records) > MAX_RECORDS:
        raise TooLarge("摆渡包超过 100000 件上限", advice="请分成几个摆渡包导出。")
    if max((len(raw) for raw in (manifest, *records)), default=0) > MAX_RECORD:
        raise TooLarge("摆渡包中有单件超过 4 MiB 上限")
    size = len(MAGIC) + sum(HEADER + len(raw) for raw in (manifest, *records))
    if size > MAX_BUNDLE:
        raise TooLarge("摆渡包超过 512 MiB 上限", advice="请分成几个摆渡包导出。")


def _remove(draft: Path) -> None:
    try:
        draft.unlink(missing_ok=True)
    except OSError:
        return  # The medium is gone; the dot file on it is ignored by every reader.
