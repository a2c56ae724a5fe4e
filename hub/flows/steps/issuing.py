"""What signing off 签发 a paper needs beside the checks of sending: its number, its lead, the sheet signed by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from hub.core.errors import InvalidInput, NotFound, TooLarge
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Lead, Paper
from hub.flows.rows import Part
from hub.flows.steps.archives import check_archive
from hub.flows.steps.forwarding import check_transferable
from hub.flows.steps.numbers import next_of, read_number, series_for
from hub.flows.steps.requests import MAX_AT_ONCE, Request
from hub.flows.steps.texts import said, today

SHEET_TYPES = frozenset({"application/pdf", "application/ofd", "image/png", "image/jpeg", "image/tiff"})


@dataclass(frozen=True, slots=True)
class SignedSheet:
    """A paper signed by hand 签批单: its scan, who signed and when. The scan stays at this office."""

    part: Part
    signer: str
    signed_on: date


def check_sheet(sheet: SignedSheet, now: datetime) -> None:
    """Raise a ``Refused`` for a sheet without signer, dated after today, or no scan at all."""
    said(sheet.signer, "signer", "签发人姓名", 50)
    if sheet.signed_on > today(now):
        raise InvalidInput("签发日期不能晚于今天", field="signed_on")
    if sheet.part.media_type not in SHEET_TYPES or not sheet.part.content:
        raise InvalidInput("签批单应为 PDF、OFD 或图片扫描件", field="signed_sheet")
    if len(sheet.part.content) > MAX_AT_ONCE:
        raise TooLarge(f"签批单不得超过 {MAX_AT_ONCE // 1024} KiB", field="signed_sheet")
    check_archive(sheet.part.content, "signed_sheet")


def lead_of(uow: UnitOfWork, paper: Paper) -> Lead | None:
    """The lead this paper transfers, still free to go there; None for any other paper."""
    if paper.lead is None or paper.kind != "lead_transfer":
        return None
    lead = uow.leads.get(paper.lead)
    if lead is None:
        raise NotFound(f"线索台账中没有线索 {paper.lead}", field="lead")
    for office in paper.to:
        check_transferable(uow, lead, office)
    return lead


def numbered(
    uow: UnitOfWork, request: Request, paper: Paper, who: str, now: datetime, series: str | None, doc_no: str | None
) -> Request:
    """The request with its number 文号: the one of the office's own system, or the next of ``series``.

    A number taken here goes with the transaction if anything is wrong; raises ``InvalidInput`` for a second one.
    """
    if series is None and doc_no is None:
        return request
    if request.body.get("doc_no") or (series is not None and doc_no is not None):
        raise InvalidInput("正文已有文号，不能再取号或填写", field="series" if series else "doc_no")
    number = (
        read_number(doc_no).doc_no
        if doc_no is not None
        else next_of(uow, series_for(uow, series or "", paper.kind), paper.id, who, now).doc_no
    )
    return replace(request, body={**request.body, "doc_no": number})
