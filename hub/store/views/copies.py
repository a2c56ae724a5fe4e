"""Copies of documents as they are shown: from a recorded message, or from a decision that is not signed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from hub.core.sealing import fields_of, read
from hub.flows.ports.views import CopyView, DocumentRow, Progress, Rung, Step
from hub.store.tables import messages, outbox
from hub.store.types import load_parts
from hub.store.views.retention import by_id
from hub.store.views.rungs import progress_of, step_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row, Select

    from hub.flows.ports.retention import Erasure

LIGHT = tuple(column for column in messages.c if column.name not in ("raw", "opened"))
"""All columns but the bytes."""

_MESSAGES = select(messages).order_by(messages.c.id)
_DRAFTS = select(outbox).order_by(outbox.c.id)
OF_DOCUMENT = (
    _DRAFTS.where(outbox.c.document == bindparam("wanted")),
    _MESSAGES.where(messages.c.document == bindparam("wanted")),
)
OF_MATTER = (
    _DRAFTS.where(outbox.c.matter == bindparam("wanted")),
    _MESSAGES.where(messages.c.matter == bindparam("wanted")),
)


def load(
    connection: Connection, statements: tuple[Select[Any], Select[Any]], wanted: str
) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Drafts, then messages. In this order: what is being signed meanwhile is then seen twice, never not at all."""
    drafts, recorded = (list(connection.execute(one, {"wanted": wanted})) for one in statements)
    known = {(row.document, row.audience) for row in recorded}
    return [row for row in drafts if (row.document, row.audience) not in known], recorded


def message_views(connection: Connection, member: str, rows: Sequence[Row[Any]]) -> list[CopyView]:
    """Whole messages with progress and readable body."""
    progress = progress_of(connection, member, rows)
    erasures = by_id(connection, {row.erased for row in rows if row.erased is not None})
    return [_message_view(row, progress[row.hash], member, erasures.get(row.erased)) for row in rows]


def light_row(row: Row[Any], progress: Sequence[Progress]) -> DocumentRow:
    """A line of the list."""
    return DocumentRow(
        document=row.document,
        matter=row.matter,
        kind=row.kind,
        act=row.act,
        title=row.title,
        sender=row.sender,
        audience=row.audience,
        issued=row.issued,
        stored_at=row.stored_at,
        urgency=row.urgency,
        status=row.status,
        step=step_of(progress),
        hash=row.hash,
        replaces=row.replaces,
    )


def draft_row(row: Row[Any], member: str) -> DocumentRow:
    """A line for a decision not signed yet (rung 已登记)."""
    return DocumentRow(
        document=row.document,
        matter=row.matter,
        kind=row.kind,
        act=row.act,
        title=row.title,
        sender=member,
        audience=row.audience,
        issued=row.issued,
        stored_at=row.issued,
        urgency=row.urgency,
        status="recorded",
        step=Step.RECORDED,
        hash=None,
        replaces=row.replaces,
    )


def draft_view(row: Row[Any], member: str) -> CopyView:
    """The whole decision."""
    return CopyView(
        row=draft_row(row, member),
        version=row.version,
        mark=row.mark,
        rule=row.rule,
        requested=row.requested,
        sealed=None,
        expires=row.expires,
        code=None,
        decided_by=row.decided_by,
        body=read(bytes(row.body)),
        parts=load_parts(row.parts),
        progress=(Progress(row.audience, "full", (Rung(Step.RECORDED, row.issued, None),)),),
        counted=False,
    )


def _message_view(row: Row[Any], progress: tuple[Progress, ...], member: str, erased: Erasure | None) -> CopyView:
    return CopyView(
        row=light_row(row, progress),
        version=row.version,
        mark=row.mark,
        rule=row.rule,
        requested=row.requested,
        sealed=row.sealed,
        expires=row.expires,
        code=row.code,
        decided_by=row.decided_by,
        body=fields_of(row.raw, row.opened),
        parts=load_parts(row.parts),
        progress=progress,
        receipt=row.receipt_frame if row.sender != member else None,
        erased=erased,
    )
