"""What proves an exchange, read for an evidence file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, or_, select

from hub.core.envelope import RECEIPTS, decode, parse
from hub.core.errors import NotFound
from hub.flows.ports.proving import Papers
from hub.store.tables import deliveries, frames, messages, node, trust_files
from hub.store.views.log import proved
from schemas.wire.header import Header
from schemas.wire.roster import Roster

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, CursorResult

Files = tuple[tuple[str, bytes], ...]
"""(hash of the signed bytes, the bytes)"""

_MESSAGES = (
    select(messages.c.hash, messages.c.document, messages.c.raw, messages.c.opened, messages.c.receipt_frame)
    .where(or_(messages.c.document == bindparam("wanted"), messages.c.matter == bindparam("wanted")))
    .order_by(messages.c.id)
)


def papers(connection: Connection, wanted: str) -> Papers:
    """Port ``ProofViews``: about a document or a whole matter."""
    rows = connection.execute(_MESSAGES, {"wanted": wanted}).all()
    if not rows:
        raise NotFound("没有编号为此的文书或事项，或者尚未签名发出", field="document")
    hashes = [row.hash for row in rows]
    answered = select(deliveries.c.receipt_frame).where(deliveries.c.message.in_(hashes)).distinct()
    known = {one for (one,) in connection.execute(answered)} | {row.receipt_frame for row in rows}
    receipts = {one for one in known if one is not None}
    named = {parse(Header, decode(bytes(row.raw)).payload).roster for row in rows}
    roots, rosters, agreements = _trust(connection, named)
    checkpoint, logged, waiting = proved(connection, {*hashes, *(row.document for row in rows), *receipts})
    return Papers(
        messages=tuple((row.hash, bytes(row.raw), _bytes(row.opened)) for row in rows),
        receipts=_receipts(connection, receipts),
        roots=roots,
        rosters=rosters,
        agreements=agreements,
        checkpoint=checkpoint,
        leaves=logged,
        waiting=waiting,
    )


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


def _receipts(connection: Connection, ids: Collection[str]) -> Files:
    """Receipt frames given and got; each stands once, whoever's copies of it were sent."""
    found = select(frames.c.raw).where(frames.c.id.in_(ids), frames.c.type == RECEIPTS).order_by(frames.c.number)
    return tuple({decode(bytes(raw)).hash: bytes(raw) for (raw,) in connection.execute(found)}.items())


def _trust(connection: Connection, versions: Collection[int]) -> tuple[Files, Files, Files]:
    """All root files, the rosters in force and of these versions, and the agreements they pin; oldest first."""
    kept = select(trust_files.c.sha256, trust_files.c.raw).order_by(trust_files.c.version)
    current = select(node.c.roster).scalar_subquery()
    wanted = or_(trust_files.c.sha256 == current, trust_files.c.version.in_(versions))
    roots = _files(connection.execute(kept.where(trust_files.c.type == "root")))
    rosters = _files(connection.execute(kept.where(trust_files.c.type == "roster", wanted)))
    pinned = {parse(Roster, decode(raw).payload).agreement.sha256 for _, raw in rosters}
    return roots, rosters, _files(connection.execute(kept.where(trust_files.c.sha256.in_(pinned))))


def _files(found: CursorResult[Any]) -> Files:
    return tuple((row.sha256, bytes(row.raw)) for row in found)
