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
from typing import BinaryIO, Final, TypedDict

from hub.core.errors import Malformed, Oversized, TooLarge, TransportAway
from hub.transport.disk import force_directory, reason
from hub.transport.ferry_read import HEADER, MAGIC, MARKER, Record, frames
from hub.transport.limits import MAX_BUNDLE, MAX_RECORD, MAX_RECORDS

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
    draft = path.with_name(f".{path.name}.tmp")
    try:
        with draft.open("wb") as file:
            file.writelines(_pieces(records, manifest))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        force_directory(path.parent)
    except OSError as error:
        _remove(draft)
        advice = "请检查移动介质是否已满、只读或已拔出。"
        raise TransportAway(f"无法写入摆渡包：{reason(error)}", advice=advice) from error


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
        start = _HEADER_BEFORE_SUM.pack(MARKER, index, len(raw), sha256(raw).digest())
        yield start + zlib.crc32(start).to_bytes(4, "big")
        yield raw


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
