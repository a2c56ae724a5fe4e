"""What went wrong, how much there was, and whether the node is well."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from hub.core.policy import Permit
from hub.web.addresses import Cursor, Limit
from hub.web.api import examples
from hub.web.api.ground import Listing
from hub.web.api.openapi import READING, answers
from hub.web.api.reports import HealthOut, LiveOut, QuarantineLine, QuarantineOut
from hub.web.auth import Reader, program_may
from hub.web.deps import Node

router = APIRouter(tags=["oversight"])
health = APIRouter(tags=["oversight"])


@router.get(
    "/quarantine",
    operation_id="listQuarantine",
    summary="异常文书 / What was received and refused",
    response_model=Listing[QuarantineLine],
    responses=answers(examples.page(examples.QUARANTINE_LINE), *READING),
    dependencies=[Depends(program_may(Permit.HEADERS))],
)
def list_quarantine(node: Node, cursor: Cursor = None, limit: Limit = 50) -> Listing[QuarantineLine]:
    """Newest first, each with the reason."""
    page = node.views.quarantine(cursor, limit)
    return Listing[QuarantineLine](items=[QuarantineLine.model_validate(row) for row in page.rows], next=page.next)


@router.get(
    "/quarantine/{item}",
    operation_id="getQuarantined",
    summary="一件异常文书及其原始字节 / One refused delivery with its bytes",
    response_model=QuarantineOut,
    responses=answers(examples.QUARANTINE_OUT, 404, *READING),
)
def get_quarantined(
    node: Node, user: Reader, item: Annotated[int, Path(ge=1, lt=2**53, description="编号 / number", examples=[7])]
) -> QuarantineOut:
    """The first 64 KiB as base64; looking it up is noted in the audit log."""
    row = node.views.one_quarantined(item)
    node.note("look-up", row.sha256, user.name, quarantine=item)
    return QuarantineOut(**{**asdict(row), "raw": b64encode(row.raw).decode()})


@health.get(
    "/health/live",
    operation_id="isLive",
    summary="进程存活 / The process answers",
    response_model=LiveOut,
    responses=answers(examples.LIVE),
)
def is_live() -> LiveOut:
    """Needs no token and asks nobody."""
    return LiveOut(status="live")


@health.get(
    "/health/ready",
    operation_id="isReady",
    summary="可以办理 / The database answers; depth of the queues",
    response_model=HealthOut,
    responses=answers(examples.HEALTH, 503),
)
def is_ready(node: Node) -> HealthOut:
    """Needs no token; 503 while the database is away."""
    return HealthOut(status="ready", **asdict(node.views.health()))
