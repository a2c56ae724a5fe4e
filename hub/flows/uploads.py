"""Taking in a file piece by piece: begun, gone on with after a lost connection, and whole when its digest agrees.

At most what one call brings is in memory, whatever the size of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.core.errors import Conflict, InvalidInput, NotFound, TooLarge
from hub.core.ids import HASH_PATTERN, wire_time
from hub.core.pieces import PIECE, cut, digest_of, places
from hub.flows.ports import UnitOfWork
from hub.flows.ports.uploads import Upload
from hub.flows.rows import PartMeta
from hub.flows.steps.archives import check_archive
from hub.flows.steps.carrying import opened
from hub.flows.steps.files import LONGEST_HEAD, MAX_PARTS, media_type_of
from hub.flows.steps.texts import identified

_KEPT = timedelta(days=7)
"""An upload nobody goes on with is dropped after so long."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of a file from ``start`` on, with what its sender says of the whole file."""

    digest: str
    name: str
    size: int
    start: int
    content: bytes


def take_piece(uow: UnitOfWork, paper: str, piece: Piece, *, who: str, now: datetime) -> PartMeta | int:
    """Keep the next piece: how many bytes are here now, or the whole file once its digest agrees.

    0: all bytes came and make another file; they are dropped, for the upload to begin anew (:func:`spoilt`).

    Raises ``Conflict`` naming where to go on if the piece does not follow what is here, ``InvalidInput`` or
    ``TooLarge`` for what may not be attached, before anything of it is kept.
    """
    row = uow.papers.get(identified(paper, "paper", "文稿"))
    if row is None:
        raise NotFound(f"没有文稿 {paper}", field="paper")
    _check_digest(piece.digest)
    known = uow.uploads.get(paper, piece.digest)
    here = known.here if known else 0
    if piece.start != here:
        raise Conflict(f"已收到 {here} 字节，请从该处继续上传", field="start")
    head = piece.content if known is None else uow.parts.kept(known.content, 0) or b""
    media = media_type_of(piece.name, piece.size, (head + piece.content)[:LONGEST_HEAD])
    if not piece.content or here + len(piece.content) > piece.size or (known and known.size != piece.size):
        raise InvalidInput("上传的内容与声明的大小不符", field="size")
    if known is None:
        _tidy(uow, now)
        waiting = sum(one.size for one in uow.uploads.of(paper)) + sum(one.size for one in row.parts)
        if waiting + piece.size > MAX_PARTS:
            raise TooLarge(f"附件合计不得超过 {MAX_PARTS // 2**20} MiB", field="file")
    begun = known or Upload(paper, piece.digest, piece.name, piece.size, 0, _place(paper, piece, now), who, now)
    _append(uow, begun, piece.content)
    upload = replace(begun, here=here + len(piece.content), at=now)
    if upload.here < upload.size:
        uow.uploads.put(upload)
        return upload.here
    return _whole(uow, upload, media)


def spoilt() -> InvalidInput:
    """What to raise for such a file, once its bytes are dropped for good."""
    return InvalidInput("文件内容与摘要不符", field="digest", advice="传输中可能损坏，请重新上传该文件。")


def received(uow: UnitOfWork, paper: str, digest: str) -> int:
    """How many bytes of a file are here; 0 for one nobody began."""
    _check_digest(digest)
    known = uow.uploads.get(identified(paper, "paper", "文稿"), digest)
    return known.here if known else 0


def _place(paper: str, piece: Piece, now: datetime) -> str:
    """A name no other content ever has: what lies under it becomes the attachment."""
    return f"{paper}:{piece.digest}:{wire_time(now)}"


def _append(uow: UnitOfWork, upload: Upload, content: bytes) -> None:
    """Put bytes behind what is here, on the grid: a piece that was cut short is filled up first."""
    over = upload.here % PIECE
    start = upload.here - over
    begun = (uow.parts.kept(upload.content, start) or b"") if over else b""
    uow.parts.keep(upload.content, list(cut(begun + content, start)))


def _whole(uow: UnitOfWork, upload: Upload, media: str) -> PartMeta | int:
    uow.uploads.drop(upload.paper, upload.digest)
    if digest_of(_read(uow, upload)) != upload.digest:
        uow.parts.forget(upload.content)
        return 0
    check_archive(opened(lambda start: uow.parts.kept(upload.content, start), upload.size), "file")
    meta = PartMeta(upload.digest, upload.size, media)
    uow.parts.adopt(meta, upload.content)
    return uow.parts.about([upload.digest]).get(upload.digest, meta)


def _read(uow: UnitOfWork, upload: Upload) -> Iterator[bytes]:
    for start in places(upload.size):
        yield uow.parts.kept(upload.content, start) or b""


def _tidy(uow: UnitOfWork, now: datetime) -> None:
    for old in uow.uploads.before(now - _KEPT):
        uow.parts.forget(old.content)
        uow.uploads.drop(old.paper, old.digest)


def _check_digest(digest: str) -> None:
    if re.match(HASH_PATTERN, digest) is None:
        raise InvalidInput("文件摘要应为 64 位小写十六进制数", field="digest")
