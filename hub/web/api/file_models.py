"""Files as the API takes them: small ones with the document, large ones before it, in pieces."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from hub.web.addresses import HASH
from hub.web.api.ground import HASH_TEXT, MEDIA, In, Out

BASE64 = 1_500_000
"""Characters that 1 MiB takes, and some to spare."""


class FileIn(In):
    """文件: bytes as base64; the server computes the digest."""

    name: str = Field(title="附件名称", min_length=1, max_length=200)
    media_type: str = Field(title="文件类型", pattern=MEDIA, max_length=120)
    content: str = Field(title="内容（base64）", max_length=BASE64)


class AttachmentIn(In):
    """附件: a small one with its bytes and media type; a large one by the digest under which it was uploaded before."""

    name: str = Field(title="附件名称", min_length=1, max_length=200)
    media_type: str | None = Field(
        default=None, title="文件类型", pattern=MEDIA, max_length=120, description="随文提交内容的必填；已上传的不填"
    )
    content: str | None = Field(
        default=None, title="内容（base64）", max_length=BASE64, description="合计不超过 1 MiB；更大的先分块上传"
    )
    upload: str | None = Field(
        default=None, title="已上传文件的摘要", pattern=HASH_TEXT, description="见 /api/v1/uploads；与内容二者择一"
    )


class UploadIn(In):
    """上传登记: which file will come in pieces."""

    sha256: str = Field(title="文件摘要（SHA-256）", pattern=HASH_TEXT, description="整个文件的，64 位小写十六进制")
    name: str = Field(title="文件名", min_length=1, max_length=200)
    size: int = Field(title="文件大小（字节）", ge=0, le=1 << 40, description="不超过 200 MiB")


class PieceIn(In):
    """一块: the next bytes of the file."""

    start: int = Field(title="起始位置（字节）", ge=0, le=1 << 40, description="已收到的字节数，从 0 开始")
    sha256: str = Field(title="本块摘要（SHA-256）", pattern=HASH_TEXT)
    content: str = Field(title="本块内容（base64）", max_length=BASE64, description="不超过 1 MiB")


class UploadOut(Out):
    """One file on its way here."""

    sha256: str = Field(title="文件摘要（SHA-256）")
    name: str = Field(title="文件名")
    size: int = Field(title="文件大小（字节）")
    received: int = Field(title="已收到（字节）", description="续传从此处开始")
    whole: bool = Field(title="是否收全", description="已收全并核对无误，可在文书、文稿的附件中写明摘要")


UPLOAD_IN: dict[str, Any] = {"sha256": HASH, "name": "讯问录像.mp4", "size": 73400320}
PIECE_IN: dict[str, Any] = {"start": 0, "sha256": HASH, "content": "AAAAIGZ0eXBpc29t"}
UPLOAD: dict[str, Any] = {**UPLOAD_IN, "received": 1048576, "whole": False}
