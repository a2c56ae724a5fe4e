"""The attachments of a document on its way out: checked by number, type and size, and kept before it is recorded."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, BinaryIO

from hub.core.errors import InvalidInput, TooLarge
from hub.core.ids import sha256
from hub.core.pieces import PIECE
from hub.flows.ports import UnitOfWork
from hub.flows.rows import Part, PartMeta
from hub.flows.steps.archives import check_archive
from hub.flows.steps.files import LONGEST_HEAD, begins_as, unfit
from hub.flows.steps.requests import MAX_AT_ONCE


def metas_of(uow: UnitOfWork, given: Iterable[Part | PartMeta]) -> tuple[PartMeta, ...]:
    """What the header will say of these attachments; raises a ``Refused`` for what they are not, or for too much."""
    found = list(given)
    for part in found:
        if isinstance(part, Part):
            _check(part)
    kept = {one.sha256: one.size for one in uow.parts.about({one.sha256 for one in found}).values()}
    if any(isinstance(one, PartMeta) and kept.get(one.sha256) != one.size for one in found):
        raise InvalidInput("附件内容不在本节点，请重新上传", field="parts")
    if sum(len(one.content) for one in found if isinstance(one, Part)) > MAX_AT_ONCE:
        raise TooLarge(
            f"随文一次提交的附件合计不得超过 {MAX_AT_ONCE // 1024} KiB",
            field="parts",
            advice="较大的附件请先分块上传（网页在文稿中，接口用 /api/v1/uploads），再发出。",
        )
    metas = {
        one.sha256: one if isinstance(one, PartMeta) else PartMeta(one.sha256, len(one.content), one.media_type)
        for one in found
    }
    why = unfit(tuple(metas.values()))
    if why is not None:
        raise (TooLarge if "超过" in why else InvalidInput)(why, field="parts")
    return tuple(metas.values())


def _check(part: Part) -> None:
    if sha256(part.content) != part.sha256:
        raise InvalidInput("附件内容与摘要不符，请重新上传", field="parts")
    check_archive(part.content, "parts")
    if not begins_as(part.media_type, part.content[:LONGEST_HEAD]):
        raise InvalidInput(f"附件的内容不是 {part.media_type[:60]} 文件，或该类型不在可收范围内", field="parts")


def put_small(uow: UnitOfWork, given: Iterable[Part | PartMeta]) -> None:
    """Keep those that came with their bytes."""
    for part in given:
        if isinstance(part, Part):
            uow.parts.put(part)


class _InPieces(io.RawIOBase):
    """A file that lies in pieces: one of them is in memory at a time."""

    def __init__(self, piece: Callable[[int], bytes | None], size: int) -> None:
        self._piece = lru_cache(maxsize=2)(piece)
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        over = self._at % PIECE
        piece = (self._piece(self._at - over) or b"")[over : over + len(buffer)] if self._at < self._size else b""
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def opened(piece: Callable[[int], bytes | None], size: int) -> BinaryIO:
    """A file of ``size`` bytes to seek and read in; ``piece`` gives what begins at a place of the grid."""
    return io.BufferedReader(_InPieces(piece, size))
