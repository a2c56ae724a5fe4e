"""Which files may be attached to a document, told by name and first bytes alike, before anything is kept."""

from __future__ import annotations

from hub.core.errors import InvalidInput, TooLarge
from hub.flows.steps.requests import MAX_PARTS

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
}
"""Ending -> media type and what such a file begins with; texts begin with anything but U+0000."""
_LONGEST_NAME = 200
LONGEST_HEAD = 16
"""As many bytes are looked at."""


def media_type_of(name: str, size: int, head: bytes) -> str:
    """The media type of a file; raises ``InvalidInput`` or ``TooLarge`` naming what may be attached instead."""
    ending = name.rpartition(".")[2].lower()
    if not name.strip() or len(name) > _LONGEST_NAME or any(not each.isprintable() or each in "/\\" for each in name):
        raise InvalidInput(f"文件名应为 1 至 {_LONGEST_NAME} 个可见字符，不含斜线", field="file")
    if ending not in TYPES:
        known = "、".join(dict.fromkeys(TYPES))
        raise InvalidInput(f"不能附上“{name[:60]}”：只收 {known} 文件", field="file", advice="请转换格式后再上传。")
    if size == 0:
        raise InvalidInput(f"“{name[:60]}”是空文件", field="file")
    if size > MAX_PARTS:
        raise TooLarge(
            f"“{name[:60]}”有 {-(-size // 1024)} KiB，一份文书的附件合计不得超过 {MAX_PARTS // 1024} KiB", field="file"
        )
    media, beginnings = TYPES[ending]
    fits = any(head.startswith(one) for one in beginnings) if beginnings else b"\x00" not in head
    if not fits:
        raise InvalidInput(
            f"“{name[:60]}”的内容不是 {ending} 文件，可能改过扩展名或已损坏",
            field="file",
            advice="请用原文件重新上传。",
        )
    return media
