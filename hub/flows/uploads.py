"""Taking in a file piece by piece: begun, gone on with after a lost connection, and whole when its digest agrees.

A person uploads into the paper he draws up (:func:`take_piece`); a program before the document that will name the file
(:func:`announce`, :func:`add_piece`, :func:`claim`). At most what one call brings is in memory, whatever the size.
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
from hub.flows.steps.files import LONGEST_HEAD, MAX_PARTS, media_type_of, promised
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
    if known is None:
        _tidy(uow, now)
        begun = Upload(paper, piece.digest, piece.name, piece.size, 0, _place(paper, piece.digest, now), who, now)
        _check_room(uow, begun, sum(one.size for one in row.parts))
        known = begun
    elif known.size != piece.size:
        raise _other_size()
    upload = _grown(uow, known, piece.start, piece.content, now)
    if upload.here < upload.size:
        uow.uploads.put(upload)
        return upload.here
    uow.uploads.drop(paper, piece.digest)
    return _adopted(uow, upload) if _agrees(uow, upload) else 0


def announce(uow: UnitOfWork, digest: str, name: str, size: int, *, who: str, now: datetime) -> tuple[Upload, bool]:
    """Begin a file that ``who`` will name in a document, or go on with it, and whether it is new; raises as above."""
    _check_digest(digest)
    known = uow.uploads.get(_shelf(who), digest)
    if known is not None:
        if known.size != size:
            raise _other_size()
        return known, False
    promised(name, size)
    _tidy(uow, now)
    begun = Upload(_shelf(who), digest, name, size, 0, _place(_shelf(who), digest, now), who, now)
    _check_room(uow, begun, 0)
    uow.uploads.put(begun)
    return begun, True


def announced(uow: UnitOfWork, digest: str, *, who: str) -> Upload:
    """A file that ``who`` began; it is whole, and what its digest says, once all bytes are here.

    Raises ``NotFound`` for anybody else's as for none.
    """
    _check_digest(digest)
    known = uow.uploads.get(_shelf(who), digest)
    if known is None:
        raise NotFound(
            f"没有您上传的文件 {digest[:12]}…",
            field="upload",
            advice=f"请先登记该文件再上传；{_KEPT.days} 天未续传或未使用的已清除，已随文使用的须重新上传。",
        )
    return known


def add_piece(uow: UnitOfWork, digest: str, start: int, content: bytes, *, who: str, now: datetime) -> Upload | None:
    """The announced file with the next piece; None: all bytes came, make another file and are dropped (`spoilt`)."""
    upload = _grown(uow, announced(uow, digest, who=who), start, content, now)
    if upload.here == upload.size and not _agrees(uow, upload):
        uow.uploads.drop(upload.paper, digest)
        return None
    uow.uploads.put(upload)
    return upload


def claim(uow: UnitOfWork, digest: str, *, who: str) -> PartMeta:
    """The whole file as an attachment, for the document recorded in this transaction; it is no upload any more."""
    upload = announced(uow, digest, who=who)
    if upload.here < upload.size:
        raise Conflict(
            f"文件 {upload.name[:60]} 只收到 {upload.here} 字节，共 {upload.size} 字节",
            field="upload",
            advice="请先传完该文件。",
        )
    uow.uploads.drop(upload.paper, digest)
    return _adopted(uow, upload)


def spoilt() -> InvalidInput:
    """What to raise for such a file, once its bytes are dropped for good."""
    return InvalidInput("文件内容与摘要不符", field="digest", advice="传输中可能损坏，请重新上传该文件。")


def received(uow: UnitOfWork, paper: str, digest: str) -> int:
    """How many bytes of a file are here; 0 for one nobody began."""
    _check_digest(digest)
    known = uow.uploads.get(identified(paper, "paper", "文稿"), digest)
    return known.here if known else 0


def _shelf(who: str) -> str:
    """Where uploads lie that belong to no paper yet: one shelf for each person or program, no id of any paper."""
    return f"@{who}"


def _place(owner: str, digest: str, now: datetime) -> str:
    """A name no other content ever has: what lies under it becomes the attachment."""
    return f"{owner}:{digest}:{wire_time(now)}"


def _other_size() -> InvalidInput:
    return InvalidInput("上传的内容与声明的大小不符", field="size")


def _check_room(uow: UnitOfWork, begun: Upload, attached: int) -> None:
    waiting = sum(one.size for one in uow.uploads.of(begun.paper)) + attached
    if waiting + begun.size > MAX_PARTS:
        raise TooLarge(f"附件合计不得超过 {MAX_PARTS // 2**20} MiB", field="file")


def _grown(uow: UnitOfWork, upload: Upload, start: int, content: bytes, now: datetime) -> Upload:
    """With the next bytes behind it."""
    if start != upload.here:
        raise Conflict(f"已收到 {upload.here} 字节，请从该处继续上传", field="start")
    _media(uow, upload, content)
    if not content or upload.here + len(content) > upload.size:
        raise _other_size()
    _append(uow, upload, content)
    return replace(upload, here=upload.here + len(content), at=now)


def _media(uow: UnitOfWork, upload: Upload, more: bytes = b"") -> str:
    head = (uow.parts.kept(upload.content, 0) or b"") if upload.here else b""
    return media_type_of(upload.name, upload.size, (head + more)[:LONGEST_HEAD])


def _append(uow: UnitOfWork, upload: Upload, content: bytes) -> None:
    """Put bytes behind what is here, on the grid: a piece that was cut short is filled up first."""
    over = upload.here % PIECE
    start = upload.here - over
    begun = (uow.parts.kept(upload.content, start) or b"") if over else b""
    uow.parts.keep(upload.content, list(cut(begun + content, start)))


def _agrees(uow: UnitOfWork, upload: Upload) -> bool:
    """Whether all bytes make the file that was announced; if not, they are dropped."""
    if digest_of(_read(uow, upload)) != upload.digest:
        uow.parts.forget(upload.content)
        return False
    check_archive(opened(lambda start: uow.parts.kept(upload.content, start), upload.size), "file")
    return True


def _adopted(uow: UnitOfWork, upload: Upload) -> PartMeta:
    meta = PartMeta(upload.digest, upload.size, _media(uow, upload))
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
