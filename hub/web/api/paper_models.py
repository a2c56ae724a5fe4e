"""Working papers as the API takes and gives them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from hub.web.addresses import DOCUMENT, HASH
from hub.web.api.examples import AT, DOCUMENT_IN
from hub.web.api.file_models import AttachmentIn, FileIn
from hub.web.api.ground import DAY, MEMBER, UUID, In, Moment, Out
from hub.web.api.models import CONFIRM, PartOut
from schemas.wire.types import Mark, Urgency


class PaperIn(In):
    """文稿: what a draft holds; the body may be incomplete."""

    kind: str = Field(title="文书种类", max_length=40)
    to: list[Annotated[str, Field(pattern=MEMBER)]] = Field(default_factory=list, title="收件单位", max_length=50)
    matter: str | None = Field(default=None, title="事项编号", pattern=UUID)
    body: dict[str, Any] = Field(title="正文", description="可未填完；见 /api/v1/schemas/{kind}/{version}")
    replaces: str | None = Field(default=None, title="所更正的文书", pattern=UUID)
    mark: Mark = Field(default="addressee-only", title="知悉范围")
    urgency: Urgency = Field(default="normal", title="紧急程度")
    requested: str | None = Field(default=None, title="请求答复日期", pattern=DAY)
    lead: str | None = Field(default=None, title="所移送的线索", pattern=UUID)
    attachments: list[AttachmentIn] = Field(
        default_factory=list, title="新附件", max_length=100, description="正文已列出的附件不必再传"
    )


class PaperPut(PaperIn):
    """The next version of a paper."""

    version: int = Field(title="所修改的版次", ge=1, description="他人已改过的不会被覆盖")


class CommentIn(In):
    """意见."""

    comment: str = Field(default="", title="意见", max_length=1000)


class SheetIn(In):
    """签批单: a paper signed by hand."""

    scan: FileIn = Field(title="签批单扫描件")
    signer: str = Field(title="签发人", min_length=1, max_length=50)
    signed_on: date = Field(title="签发日期", strict=False)


class IssueIn(In):
    """签发: here by the caller, or on paper by the signed sheet; number by one of two ways, or in the body."""

    series: str | None = Field(default=None, title="从编号序列取号", max_length=20)
    doc_no: str | None = Field(default=None, title="文号", max_length=60)
    sheet: SheetIn | None = Field(default=None, title="纸质签发")
    confirm: str | None = CONFIRM


class PaperLine(Out):
    """One paper in a list."""

    id: str
    kind: str
    title: str
    matter: str | None
    to: list[str]
    state: str = Field(description="drafting in_review approved issued returned discarded")
    author: str
    editor: str
    version: int
    document: str | None = Field(description="签发后登记的文书")
    updated_at: Moment


class EventOut(Out):
    """One line of a paper's history."""

    act: str
    who: str
    at: Moment
    comment: str


class PaperOut(PaperLine):
    """A paper with its body and its history."""

    body: dict[str, Any]
    mark: str
    urgency: str
    requested: str | None
    replaces: str | None
    lead: str | None
    parts: list[PartOut]
    reviewer: str | None
    approver: str | None
    created_at: Moment
    history: list[EventOut]


LINE: dict[str, Any] = {
    "id": DOCUMENT,
    "kind": "assistance_request",
    "title": "关于协助调查某某公司涉嫌传销的函",
    "matter": None,
    "to": ["450500-mr"],
    "state": "drafting",
    "author": "officer",
    "editor": "officer",
    "version": 1,
    "document": None,
    "updated_at": AT,
}
PAPER: dict[str, Any] = {
    **LINE,
    "body": {"title": "关于协助调查某某公司涉嫌传销的函", "classification": "internal"},
    "mark": "addressee-only",
    "urgency": "normal",
    "requested": None,
    "replaces": None,
    "lead": None,
    "parts": [{"sha256": HASH, "size": 8, "media_type": "application/pdf"}],
    "reviewer": None,
    "approver": None,
    "created_at": AT,
    "history": [{"act": "save", "who": "officer", "at": AT, "comment": ""}],
}
PAPER_IN: dict[str, Any] = {"kind": "assistance_request", "to": ["450500-mr"], "body": DOCUMENT_IN["body"]}
PAPER_PUT: dict[str, Any] = {**PAPER_IN, "version": 1}
COMMENT: dict[str, Any] = {"comment": "请审核"}
ISSUE: dict[str, Any] = {"series": None, "doc_no": "湛市监协〔2026〕12号", "sheet": None}
