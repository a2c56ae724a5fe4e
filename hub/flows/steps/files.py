"""Which files may be attached to a document, told by name and first bytes alike, before anything is kept."""

from __future__ import annotations

from collections.abc import Sequence

from hub.core.errors import InvalidInput, TooLarge
from hub.flows.rows import PartMeta

MOST_PARTS = 100
"""Attachments of one document."""
MAX_PART = 200 * 2**20
"""Bytes of one attachment."""
MAX_PARTS = 2 * 2**30
"""Bytes of all attachments of one document together."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "ofd": ("application/ofd", (_ZIP,)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "tif": ("image/tiff", (b"II*\x00", b"MM\x00*")),
    "tiff": ("image/tiff", (b"II*\x00", b"MM\x00*")),
    "docx": (f"{_OFFICE}wordprocessingml.document", (_ZIP,)),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", (_ZIP,)),
    "doc": ("application/msword", (_OLE,)),
    "xls": ("application/vnd.ms-excel", (_OLE,)),
    "wps": ("application/vnd.ms-works", (_OLE, _ZIP)),
    "txt": ("text/plain", ()),
    "csv": ("text/csv", ()),
    "mp3": ("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "wav": ("audio/wav", (b"RIFF",)),
    "mp4": ("video/mp4", (b"????ftyp",)),
}
"""Ending -> media type and what such a file begins with (``?``: any byte); texts begin with anything but U+0000.

Archives are none of them: what is inside could not be checked before it is accepted.
"""
_BEGINNINGS: dict[str, tuple[bytes, ...]] = {}
for _media, _marks in TYPES.values():
    _BEGINNINGS[_media] = tuple(dict.fromkeys((*_BEGINNINGS.get(_media, ()), *_marks)))
_LONGEST_NAME = 200
LONGEST_HEAD = 16
"""As many bytes are looked at."""


def media_type_of(name: str, size: int, head: bytes) -> str:
    """The media type of a file; raises ``InvalidInput`` or ``TooLarge`` naming what may be attached instead."""
    media, marks = promised(name, size)
    if not begins_as(media, head, marks):
        raise InvalidInput(
            f"“{name[:60]}”的内容不是 {name.rpartition('.')[2].lower()} 文件，可能改过扩展名或已损坏",
            field="file",
            advice="请用原文件重新上传。",
        )
    return media


def promised(name: str, size: int) -> tuple[str, tuple[bytes, ...]]:
    """Media type and beginnings of a file by its name alone, before any of it is here; raises as above."""
    ending = name.rpartition(".")[2].lower()
    if not name.strip() or len(name) > _LONGEST_NAME or any(not each.isprintable() or each in "/\\" for each in name):
        raise InvalidInput(f"文件名应为 1 至 {_LONGEST_NAME} 个可见字符，不含斜线", field="file")
    if ending not in TYPES:
        known = "、".join(dict.fromkeys(TYPES))
        raise InvalidInput(f"不能附上“{name[:60]}”：只收 {known} 文件", field="file", advice="请转换格式后再上传。")
    if size == 0:
        raise InvalidInput(f"“{name[:60]}”是空文件", field="file")
    if size > MAX_PART:
        raise TooLarge(
            f"“{name[:60]}”有 {-(-size // 2**20)} MiB，一个附件不得超过 {MAX_PART // 2**20} MiB",
            field="file",
            advice="请拆分或压缩后再上传，或用移动介质另行移交。",
        )
    return TYPES[ending]


def begins_as(media_type: str, head: bytes, marks: tuple[bytes, ...] | None = None) -> bool:
    """Whether a file of this media type may begin like this; an unknown type never does."""
    if media_type not in _BEGINNINGS:
        return False
    known = _BEGINNINGS[media_type] if marks is None else marks
    if not known:
        return b"\x00" not in head[:LONGEST_HEAD]
    return any(
        all(want in (ord("?"), got) for want, got in zip(mark, head, strict=False)) and len(head) >= len(mark)
        for mark in known
    )


def unfit(parts: Sequence[PartMeta]) -> str | None:
    """Why a document may not carry these attachments, told by type, size and number alone; None if it may."""
    if len(parts) > MOST_PARTS:
        return f"附件 {len(parts)} 件，超过 {MOST_PARTS} 件上限"
    for one in parts:
        if one.media_type not in _BEGINNINGS:
            return f"附件类型 {one.media_type} 不在可收范围内"
        if not 0 < one.size <= MAX_PART:
            return f"附件有 {one.size} 字节，应为 1 字节至 {MAX_PART // 2**20} MiB"
    total = sum(one.size for one in parts)
    return f"附件合计 {total // 2**20} MiB，超过 {MAX_PARTS // 2**20} MiB 上限" if total > MAX_PARTS else None
