"""Reading ferry frames from a medium that may be cut short, scratched or made up by somebody hostile."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, Final

from hub.core.errors import Malformed, Oversized, TransportAway
from hub.transport.disk import reason
from hub.transport.limits import MAX_BUNDLE, MAX_RECORD, MAX_RECORDS

MAGIC: Final = b"ANTIPYRAMID-FERRY-1\n"
MARKER: Final = b"AF1\n"
HEADER: Final = 48
_FIELDS: Final = struct.Struct(">4sII32sI")
_CHUNK: Final = 1024 * 1024
_SILENT: Final = "-"
_MOST_SEARCHES: Final = 10_000
"""Bytes that imitate headers everywhere would make the search endless."""

CUT: Final = "文件在此处被截断"
DAMAGED: Final = "内容与摘要不符，已损坏"
LOST: Final = "数据损坏，无法辨认"
TAIL: Final = "末尾数据损坏，无法辨认"
TOO_MANY_WOUNDS: Final = "损坏之处过多，其余部分放弃读取"
TOO_MANY_RECORDS: Final = "件数超过 100000 件上限，其余部分放弃读取"
TOO_LONG: Final = "单件超过 4 MiB 上限"


@dataclass(frozen=True, slots=True)
class Record:
    """One place in a bundle: its bytes, or the reason in Chinese why they are not there."""

    index: int
    raw: bytes | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Header:
    index: int
    length: int
    digest: bytes


class _Source:
    """A window onto the file, never larger than one record and one chunk."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._window = bytearray()
        self._total = 0

    def peek(self, size: int) -> bytes:
        """The next ``size`` bytes (fewer at the end), not consumed."""
        while len(self._window) < size:
            piece = self._read()
            if not piece:
                break
            self._window += piece
        return bytes(self._window[:size])

    def skip(self, size: int) -> None:
        """Consume ``size`` bytes that were peeked at."""
        del self._window[:size]

    def seek_marker(self) -> None:
        """Move to the next marker at or after the present place, or to the end."""
        while True:
            at = self._window.find(MARKER)
            if at >= 0:
                self.skip(at)
                return
            self.skip(max(0, len(self._window) - len(MARKER) + 1))
            piece = self._read()
            if not piece:
                self._window.clear()
                return
            self._window += piece

    def _read(self) -> bytes:
        try:
            piece = self._file.read(_CHUNK)
        except OSError as error:
            raise TransportAway(f"读取摆渡包失败：{reason(error)}", advice="请检查移动介质是否已拔出。") from error
        self._total += len(piece)
        if self._total > MAX_BUNDLE:
            raise Oversized("摆渡包超过 512 MiB 上限")
        return piece


def frames(file: BinaryIO) -> Iterator[Record]:
    """Every frame in order, index 0 (the manifest) first; damage is a record with a problem.

    A place is reported once, either with bytes whose digest is right or with a reason; bytes after the last place that
    belong to no frame are reported as one more place. Raises :class:`Malformed` when the file is not a bundle at all.
    """
    source = _Source(file)
    if source.peek(len(MAGIC)) != MAGIC:
        raise Malformed("不是摆渡包文件", advice="请确认选择的是本系统导出的摆渡包。")
    source.skip(len(MAGIC))
    expected = searches = 0
    tail = ""
    for header in _headers(source):
        if header is None or header.index < expected:
            # Damaged bytes, or an imitation inside them, or a place already reported.
            searches += 1
            if searches > _MOST_SEARCHES:
                tail = TOO_MANY_WOUNDS
                break
            tail = tail or TAIL
            continue
        if header.index > MAX_RECORDS:
            tail = TOO_MANY_RECORDS
            break
        for index in range(expected, header.index):
            yield Record(index, None, LOST)
        record = _body(source, header)
        yield record
        expected = header.index + 1
        # What follows a damaged record is most likely its own rest: not worth a second report.
        tail = _SILENT if record.raw is None else ""
    if tail not in ("", _SILENT):
        yield Record(expected, None, tail)


def _headers(source: _Source) -> Iterator[_Header | None]:
    """Headers with the right checksum, the source standing behind them; ``None`` for every stretch skipped."""
    while start := source.peek(HEADER):
        header = _parse(start)
        if header is None:
            source.skip(1)
            source.seek_marker()
        else:
            source.skip(HEADER)
        yield header


def _parse(start: bytes) -> _Header | None:
    if len(start) < HEADER:
        return None
    marker, index, length, digest, checksum = _FIELDS.unpack(start)
    if marker != MARKER or zlib.crc32(start[: HEADER - 4]) != checksum:
        return None
    return _Header(index, length, digest)


def _body(source: _Source, header: _Header) -> Record:
    """The bytes behind a header. Damaged bytes are left in the source, in case the next frame begins among them."""
    if header.length > MAX_RECORD:
        return Record(header.index, None, TOO_LONG)
    raw = source.peek(header.length)
    if len(raw) < header.length:
        return Record(header.index, None, CUT)
    if sha256(raw).digest() != header.digest:
        return Record(header.index, None, DAMAGED)
    source.skip(header.length)
    return Record(header.index, raw)
