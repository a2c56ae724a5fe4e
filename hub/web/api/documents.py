"""Documents: record one for sending, list, show, download the signed envelope."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.responses import Response as Bytes

from hub.core.errors import InvalidInput
from hub.core.ids import parse_time
from hub.flows.ports import UnitOfWork
from hub.flows.ports.press import FORMS
from hub.flows.ports.views import DocumentFilter, DocumentView, Step
from hub.flows.rows import User
from hub.flows.send import Request as Wanted
from hub.web import lettering
from hub.web.addresses import DOCUMENT, Cursor, Day, DocumentId, Hash, Limit, Text
from hub.web.api import examples
from hub.web.api.files import attachments_of
from hub.web.api.ground import MEMBER, UUID, Listing
from hub.web.api.models import CopyOut, DocumentIn, DocumentLine, DocumentOut, RecordedOut
from hub.web.api.openapi import READING, SENDING, answers
from hub.web.api.shapes import copy_out
from hub.web.auth import Exporter, Reader, Sender
from hub.web.deps import Node
from hub.web.reading import copies_in_place, envelope_answer, midnight
from hub.web.sending import check_key, fingerprint, send_once
from hub.web.sight import check, check_opening, unit_of
from hub.web.signing_in import source_of

router = APIRouter(prefix="/documents", tags=["documents"])


@router.post(
    "",
    operation_id="createDocument",
    summary="登记并发出文书 / Record a document for sending",
    status_code=201,
    response_model=RecordedOut,
    responses={
        **answers(examples.RECORDED, *SENDING, status=201),
        **answers(examples.RECORDED),
    },
    openapi_extra={"requestBody": {"content": {"application/json": {"example": examples.DOCUMENT_IN}}}},
)
def create_document(
    request: Request,
    node: Node,
    user: Sender,
    wanted: DocumentIn,
    response: Response,
    key: Annotated[
        str,
        Header(alias="Idempotency-Key", description="同一键和内容只登记一次 / records once per key", examples=["a1"]),
    ],
) -> RecordedOut:
    """Decision, outbox row and audit leaf commit together; signing and sending follow by themselves.

    The same key with the same content gives the same answer with 200; with other content 409.
    """
    if wanted.matter is None:
        check_opening(user)
    else:
        check(node, user, wanted.matter)
    digest = fingerprint(wanted.model_dump(mode="json", exclude={"confirm"}))
    document, again = send_once(
        node,
        user,
        check_key(key),
        digest,
        wanted.kind,
        lambda uow: _request(uow, user, wanted),
        wanted.confirm,
        source_of(request),
    )
    if again:
        response.status_code = 200
    return recorded(node.views.document(document))


@router.get(
    "",
    operation_id="listDocuments",
    summary="文书列表 / List documents",
    response_model=Listing[DocumentLine],
    responses=answers(examples.page(examples.LINE), *READING),
)
def list_documents(
    node: Node,
    user: Reader,
    kind: Annotated[str | None, Query(max_length=40, description="文书种类 / kind")] = None,
    direction: Annotated[Literal["in", "out"] | None, Query(description="收文或发文 / received or sent")] = None,
    counterpart: Annotated[str | None, Query(pattern=MEMBER, description="对方单位 / the other member")] = None,
    step: Annotated[Step | None, Query(description="办理进度 / rung of evidence")] = None,
    matter: Annotated[str | None, Query(pattern=UUID, description="事项 / matter")] = None,
    text: Text = None,
    since: Day = None,
    until: Day = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listing[DocumentLine]:
    """Newest first; `until` is excluded. A page may hold fewer lines than asked for and still have a `next`."""
    wanted = DocumentFilter(
        kind, direction, counterpart, step, matter, text, midnight(since), midnight(until), unit_of(user)
    )
    if text is not None:
        node.note("look-up", "documents", user.name, text=text)
    page = node.views.documents(wanted, cursor, limit)
    return Listing[DocumentLine](items=[DocumentLine.model_validate(row) for row in page.rows], next=page.next)


@router.get(
    "/{document}",
    operation_id="getDocument",
    summary="文书及所在事项的往来 / One document with the thread of its matter",
    response_model=DocumentOut,
    responses=answers({"document": DOCUMENT, "copies": [examples.COPY], "thread": []}, 404, *READING),
)
def get_document(node: Node, user: Reader, document: DocumentId) -> DocumentOut:
    """Every copy here with its progress to each addressee; looking it up is noted in the audit log."""
    copies, thread = copies_in_place(node, user, document)
    node.note("look-up", document, user.name)
    return DocumentOut(
        document=document,
        copies=[copy_out(one) for one in copies],
        thread=[copy_out(one) for one in thread],
    )


@router.get(
    "/{document}/envelopes/{digest}",
    operation_id="getEnvelope",
    summary="下载签名信封（原始字节） / Download the signed envelope, byte for byte",
    response_class=Bytes,
    responses=answers(examples.ENVELOPE, 404, *READING),
)
def get_envelope(node: Node, user: Reader, document: DocumentId, digest: Hash) -> Bytes:
    """The exact bytes that were signed and sent; the export is noted in the audit log."""
    return envelope_answer(node, user, document, digest)


@router.get(
    "/{document}/letter",
    operation_id="getLetter",
    summary="下载公文（PDF 或 docx） / Download the official letter",
    response_class=Bytes,
    responses={
        200: {
            "description": "公文 / the letter",
            "content": {
                media: {"schema": {"type": "string", "format": "binary"}, "example": "（文件内容）"}
                for media in FORMS.values()
            },
        },
        **{code: told for code, told in answers(None, 403, 404, *READING).items() if code != 200},
    },
)
def get_letter(
    node: Node,
    user: Exporter,
    document: DocumentId,
    form: Annotated[lettering.Form, Query(description="pdf 或 docx / format", examples=["pdf"])],
) -> Bytes:
    """By GB/T 9704-2012; persons appear in full, so it takes the permit to export, and the leaf names the file."""
    _, sheet = lettering.of_document(node, user, document)
    return lettering.answer(node, user, sheet, form, document)


def recorded(view: DocumentView) -> RecordedOut:
    """The answer to a recorded decision, the same whenever it is asked for."""
    copies = sorted(view.copies, key=lambda copy: copy.row.audience)
    return RecordedOut(
        document=view.document,
        kind=copies[0].row.kind,
        act=copies[0].row.act,
        copies=[CopyOut(to=copy.row.audience, matter=copy.row.matter) for copy in copies],
    )


def _request(uow: UnitOfWork, user: User, wanted: DocumentIn) -> Wanted:
    body, parts = attachments_of(uow, user, wanted.body, wanted.attachments)
    return Wanted(
        kind=wanted.kind,
        body=body,
        to=tuple(wanted.to),
        matter=wanted.matter,
        replaces=wanted.replaces,
        mark=wanted.mark,
        urgency=wanted.urgency,
        requested=wanted.requested,
        expires=_expires(wanted.expires),
        parts=parts,
    )


def _expires(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_time(text)
    except ValueError as error:
        raise InvalidInput("失效时间不是真实存在的时间", field="expires") from error
