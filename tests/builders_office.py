"""Rows an office keeps of its own work, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hub.core.ids import is_outside
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Assignment, Lead, Paper
from hub.flows.ports.outside import OutsideOffice
from hub.flows.rows import PartMeta
from hub.flows.send import Request
from hub.flows.steps.following import is_demand
from hub.flows.steps.numbers import read_number
from tests.builders import BEIHAI, NOW, digest, uuid

DAY = date(2026, 4, 15)


def fitting(uow: UnitOfWork, request: Request) -> Request:
    """The request as the office would really make it: a free number, and the document of the matter it reports on."""
    if request.kind == "compliance" and request.matter is not None:
        said = [one.document for one in uow.messages.entries([request.matter]) if is_demand(one)]
        if said and request.body.get("document") not in said:
            request = replace(request, body={**request.body, "document": said[-1]})
    for one in request.to:
        if is_outside(one) and uow.outside.get(one) is None:
            uow.outside.put(OutsideOffice(one, f"某单位{one[4:]}", one[4:10], "grass", "某镇", "", "", "post"))
    return numbered(uow, request)


def numbered(uow: UnitOfWork, request: Request) -> Request:
    """The request as the office's document system would number it: a 文号 that is taken becomes the next free one."""
    number = request.body.get("doc_no")
    if not isinstance(number, str) or request.replaces is not None:
        return request
    place = read_number(number)
    if uow.numbers.get(uow.member, place.code, place.year, place.seq) is None:
        return request
    seq = uow.numbers.last(uow.member, place.code, place.year) + 1
    return replace(request, body={**request.body, "doc_no": f"{place.code}〔{place.year}〕{seq}号"})


def paper(number: int = 1, **fields: Any) -> Paper:
    defaults: dict[str, Any] = {
        "id": uuid(number),
        "kind": "assistance_request",
        "title": f"关于第{number}案的函 No.{number}",
        "matter": None,
        "replaces": None,
        "to": (BEIHAI,),
        "body": b'{"title":"\\u0000"}',
        "mark": "addressee-only",
        "urgency": "normal",
        "requested": "2026-05-08",
        "parts": (PartMeta(digest("sheet"), 5, "application/pdf"),),
        "state": "drafting",
        "author": "officer",
        "editor": "officer",
        "reviewer": None,
        "approver": None,
        "sheet": None,
        "lead": None,
        "document": None,
        "version": 1,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Paper(**{**defaults, **fields})


def assignment(number: int = 1, **fields: Any) -> Assignment:
    row = Assignment(
        uuid(number), uuid(90), "fz", "assign", "请核查", DAY, "SEED_FORWARD_2WD", "open", "", 0, "officer", NOW
    )
    return replace(row, **fields)


def lead(number: int = 1, **fields: Any) -> Lead:
    row = Lead(uuid(number), f"2026-{number:03}", None, "monitoring", True, DAY, DAY, "某平台拉人头", None)
    return replace(row, **{"who": "officer", "at": NOW, **fields})
