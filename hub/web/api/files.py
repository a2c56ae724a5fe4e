"""Files of documents and papers: small ones with them, large ones before them in pieces that go on where they broke."""

from __future__ import annotations

import binascii
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Response

from hub.core.errors import InvalidInput
from hub.core.ids import sha256
from hub.flows import uploads
from hub.flows.ports import UnitOfWork
from hub.flows.ports.uploads import Upload
from hub.flows.rows import Part, PartMeta, User
from hub.web.addresses import Hash
from hub.web.api.file_models import PIECE_IN, UPLOAD, UPLOAD_IN, AttachmentIn, PieceIn, UploadIn, UploadOut
from hub.web.api.openapi import READING, SENDING, answers, taking
from hub.web.auth import Sender
from hub.web.deps import Node

router = APIRouter(prefix="/uploads", tags=["documents"])


@router.post(
    "",
    operation_id="beginUpload",
    summary="登记要分块上传的文件 / Begin a file that comes in pieces",
    status_code=201,
    response_model=UploadOut,
    responses={**answers(UPLOAD, *SENDING, status=201), **answers(UPLOAD)},
    openapi_extra=taking(UPLOAD_IN),
)
def begin_upload(node: Node, user: Sender, wanted: UploadIn, response: Response) -> UploadOut:
    """For files above 1 MiB, up to 200 MiB. One that was begun before is answered with 200 and goes on where it broke.

    A whole file waits seven days to be named (``attachments[].upload``) in one document or paper of the same user.
    """
    upload, fresh = node.act(
        lambda uow: uploads.announce(uow, wanted.sha256, wanted.name, wanted.size, who=user.name, now=node.now())
    )
    if not fresh:
        response.status_code = 200
    return _told(upload)


@router.get(
    "/{digest}",
    operation_id="getUpload",
    summary="已收到多少 / How much of a file is here",
    response_model=UploadOut,
    responses=answers(UPLOAD, 403, 404, *READING),
)
def get_upload(node: Node, user: Sender, digest: Hash) -> UploadOut:
    """One's own alone; where to go on after a lost connection."""
    return _told(node.act(lambda uow: uploads.announced(uow, digest, who=user.name)))


@router.put(
    "/{digest}",
    operation_id="putPiece",
    summary="上传一块 / Put the next piece",
    response_model=UploadOut,
    responses=answers(UPLOAD, 404, *SENDING),
    openapi_extra=taking(PIECE_IN),
)
def put_piece(node: Node, user: Sender, digest: Hash, wanted: PieceIn) -> UploadOut:
    """409 names where to go on.

    After the last piece the whole is compared with its digest; if they differ, 422, and it is to be uploaded anew.
    """
    content = decoded(wanted.content, "content")
    if sha256(content) != wanted.sha256:
        raise InvalidInput("本块内容与摘要不符", field="sha256", advice="传输中可能损坏，请重传这一块。")
    upload = node.act(lambda uow: uploads.add_piece(uow, digest, wanted.start, content, who=user.name, now=node.now()))
    if upload is None:
        raise uploads.spoilt()
    if upload.here == upload.size:
        node.note("upload", digest, user.name, size=upload.size)
    return _told(upload)


def attachments_of(
    uow: UnitOfWork, user: User, body: Mapping[str, object], given: Sequence[AttachmentIn]
) -> tuple[dict[str, object], tuple[Part | PartMeta, ...]]:
    """The body and its attachments; one that lists none itself gets them listed. Uploads named are taken up here."""
    parts = tuple(_part(uow, user, one, f"attachments.{place}") for place, one in enumerate(given))
    listed: dict[str, object] = dict(body)
    if parts and "attachments" not in listed:
        listed["attachments"] = [
            {"name": one.name, "part": part.sha256, "size": size_of(part), "media_type": part.media_type}
            for one, part in zip(given, parts, strict=True)
        ]
    return listed, parts


def part_of(media_type: str, text: str, place: str) -> Part:
    """The bytes of an attachment; raises ``InvalidInput`` naming its place."""
    content = decoded(text, f"{place}.content")
    return Part(sha256(content), media_type, content)


def decoded(text: str, field: str) -> bytes:
    """Bytes of strict base64; raises ``InvalidInput``."""
    try:
        return binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except ValueError as error:
        raise InvalidInput("附件内容不是规范的 base64", field=field) from error


def size_of(part: Part | PartMeta) -> int:
    """Bytes of an attachment."""
    return len(part.content) if isinstance(part, Part) else part.size


def _part(uow: UnitOfWork, user: User, given: AttachmentIn, place: str) -> Part | PartMeta:
    if given.upload is not None and given.content is None and given.media_type is None:
        return uploads.claim(uow, given.upload, who=user.name)
    if given.upload is None and given.content is not None and given.media_type is not None:
        return part_of(given.media_type, given.content, place)
    raise InvalidInput(
        "附件要么填文件类型和内容，要么只填已上传文件的摘要",
        field=place,
        advice="1 MiB 以内的随文提交 media_type 和 content；更大的先分块上传，再填 upload。",
    )


def _told(upload: Upload) -> UploadOut:
    return UploadOut(
        sha256=upload.digest,
        name=upload.name,
        size=upload.size,
        received=upload.here,
        whole=upload.here == upload.size,
    )
