"""Taking in a file piece by piece: begun, gone on with after a lost connection, and whole when its digest agrees."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.core.errors import Conflict, InvalidInput, NotFound, TooLarge
from hub.core.ids import HASH_PATTERN, sha256
from hub.flows.ports import UnitOfWork
from hub.flows.ports.uploads import Upload
from hub.flows.rows import Part
from hub.flows.steps.archives import check_archive
from hub.flows.steps.files import LONGEST_HEAD, media_type_of
from hub.flows.steps.requests import MAX_PARTS
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


def take_piece(uow: UnitOfWork, paper: str, piece: Piece, *, who: str, now: datetime) -> Part | int:
    """Keep the next piece: how many bytes are here now, or the whole file once its digest agrees.

    Raises ``Conflict`` naming where to go on if the piece does not follow what is here, ``InvalidInput`` or
    ``TooLarge`` for what may not be attached, before anything of it is kept.
    """
    if uow.papers.get(identified(paper, "paper", "文稿")) is None:
        raise NotFound(f"没有文稿 {paper}", field="paper")
    _check_digest(piece.digest)
    known = uow.uploads.get(paper, piece.digest)
    here = known.content if known else b""
    if piece.start != len(here):
        raise Conflict(f"已收到 {len(here)} 字节，请从该处继续上传", field="start")
    content = here + piece.content
    media = media_type_of(piece.name, piece.size, content[:LONGEST_HEAD])
    if not piece.content or len(content) > piece.size:
        raise InvalidInput("上传的内容与声明的大小不符", field="size")
    if len(content) == piece.size:
        uow.uploads.drop(paper, piece.digest)
        if sha256(content) != piece.digest:
            raise InvalidInput("文件内容与摘要不符，请重新上传", field="digest")
        check_archive(content, "file")
        return Part(piece.digest, media, content)
    uow.uploads.drop_before(now - _KEPT)
    waiting = sum(one.size for one in uow.uploads.of(paper) if one.digest != piece.digest)
    if waiting + piece.size > MAX_PARTS:
        raise TooLarge(f"附件合计不得超过 {MAX_PARTS // 1024} KiB", field="file")
    begun = known or Upload(paper, piece.digest, piece.name, piece.size, b"", who, now)
    uow.uploads.put(replace(begun, content=content, at=now))
    return len(content)


def received(uow: UnitOfWork, paper: str, digest: str) -> int:
    """How many bytes of a file are here; 0 for one nobody began."""
    _check_digest(digest)
    known = uow.uploads.get(identified(paper, "paper", "文稿"), digest)
    return len(known.content) if known else 0


def _check_digest(digest: str) -> None:
    if re.match(HASH_PATTERN, digest) is None:
        raise InvalidInput("文件摘要应为 64 位小写十六进制数", field="digest")
