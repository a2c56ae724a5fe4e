"""The list of documents, and one document with all its copies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, literal_column, or_, select, tuple_

from hub.core.errors import NotFound
from hub.core.families import FAMILIES
from hub.flows.ports.views import DocumentRow, DocumentView, Page
from hub.store.tables import deliveries, matters, messages, outbox
from hub.store.types import from_micros, to_micros
from hub.store.views import copies
from hub.store.views.access import in_hand
from hub.store.views.finding import candidates
from hub.store.views.paging import Key, check_micros, gather, pack, unpack
from hub.store.views.rungs import progress_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Row

    from hub.flows.ports.views import DocumentFilter

_DRAFT, _MESSAGE = "d", "m"
_TO_SIGN = sorted(
    {
        (family.name, step.state or "")
        for family in FAMILIES.values()
        for step in family.steps
        if step.act == "sign-for" and step.to != step.state
    }
)
"""Where a matter waits for 签收; a notice may be signed for and goes on without."""
# Written out: an index over a part of the table serves only a condition the planner can read.
_UNDELIVERED = (
    select(deliveries.c.message).where(literal_column("status = 'pending'"), deliveries.c.form == "full"),
    select(deliveries.c.message).where(literal_column("status = 'on-wire' AND form = 'full'")),
    select(deliveries.c.message).where(literal_column("status IN ('refused', 'held', 'withheld') AND form = 'full'")),
)
_MOST_WAITING = 2000


def document(connection: Connection, member: str, wanted: str) -> DocumentView:
    """All copies of one document here."""
    drafts, recorded = copies.load(connection, copies.OF_DOCUMENT, wanted)
    if not drafts and not recorded:
        raise NotFound(f"本单位没有文书 {wanted[:40]}", field="document")
    shown = copies.message_views(connection, member, recorded)
    return DocumentView(wanted, (*shown, *(copies.draft_view(row, member) for row in drafts)))


def envelope(connection: Connection, message: str) -> bytes:
    """Signed bytes of one message."""
    raw = connection.execute(select(messages.c.raw).where(messages.c.hash == message)).scalar()
    if raw is None:
        raise NotFound(f"本单位没有存证编号为 {message[:64]} 的文书", field="hash")
    return bytes(raw)


def documents(
    connection: Connection, member: str, wanted: DocumentFilter, cursor: str | None, limit: int
) -> Page[DocumentRow]:
    """Newest first: decisions waiting for their signature, then messages."""
    key = unpack(cursor, str, int, int)
    rows: list[DocumentRow] = []
    if key is None or key[0] == _DRAFT:
        rows, rest = _drafts(connection, member, wanted, key, limit)
        if rest is not None:
            return Page(tuple(rows), pack(*rest))
        if len(rows) == limit:
            return Page(tuple(rows), pack(_MESSAGE, 2**53, 0))
        key = None
    more, rest = _messages(connection, member, wanted, key, limit - len(rows))
    return Page((*rows, *more), pack(*rest) if rest else None)


def unsigned(connection: Connection, member: str, wanted: DocumentFilter, most: int) -> int:
    """How many openings sent to us wait for 签收, ``most`` at most."""
    some = _unsigned(member, wanted).limit(most).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar() or 0)


def _unsigned(member: str, wanted: DocumentFilter) -> Any:
    place = tuple_(matters.c.family, matters.c.state)
    query = select(matters.c.document).where(place.in_(_TO_SIGN), matters.c.other == member)
    return query if wanted.unit is None else query.where(in_hand(matters.c.id, wanted.unit))


def _drafts(
    connection: Connection, member: str, wanted: DocumentFilter, key: Key | None, limit: int
) -> tuple[list[DocumentRow], Key | None]:
    if wanted.direction == "in" or wanted.waiting == "sign":
        return [], None
    conditions = _conditions(outbox.c, wanted, outbox.c.issued)

    def fetch(after: Key | None, size: int) -> Sequence[Row[Any]]:
        query = select(outbox).where(*conditions).order_by(outbox.c.id.desc()).limit(size)
        return list(connection.execute(query if after is None else query.where(outbox.c.id < after[2])))

    def judge(rows: Sequence[Row[Any]]) -> list[DocumentRow | None]:
        lines = [copies.draft_row(row, member) for row in rows]
        return [line if _fits(line, wanted, member) and wanted.step in (None, line.step) else None for line in lines]

    return gather(fetch, judge, lambda row: (_DRAFT, 0, row.id), key, limit)


def _messages(
    connection: Connection, member: str, wanted: DocumentFilter, key: Key | None, limit: int
) -> tuple[list[DocumentRow], Key | None]:
    conditions = _conditions(messages.c, wanted, messages.c.stored_at)
    if wanted.direction == "out":
        conditions.append(messages.c.sender == member)
    conditions += _narrowed(connection, member, wanted)
    few = None if wanted.text is None else candidates(connection, wanted.text, "message")
    if few is not None:
        conditions.append(messages.c.hash.in_(few))
        wanted = replace(wanted, text=None)

    def fetch(after: Key | None, size: int) -> Sequence[Row[Any]]:
        newest = (messages.c.stored_at.desc(), messages.c.id.desc())
        query = select(*copies.LIGHT).where(*conditions).order_by(*newest).limit(size)
        return list(connection.execute(query if after is None else query.where(_before(after))))

    def judge(rows: Sequence[Row[Any]]) -> list[DocumentRow | None]:
        # Progress costs two statements; what does not fit anyway is spared them.
        progress = progress_of(connection, member, [row for row in rows if _fits(row, wanted, member)])
        lines = [copies.light_row(row, progress[row.hash]) if row.hash in progress else None for row in rows]
        return [line if line is not None and wanted.step in (None, line.step) else None for line in lines]

    return gather(fetch, judge, lambda row: (_MESSAGE, to_micros(row.stored_at), row.id), key, limit)


def _narrowed(connection: Connection, member: str, wanted: DocumentFilter) -> list[ColumnElement[bool]]:
    """What is asked first, so that few messages are left to look at."""
    found: list[ColumnElement[bool]] = []
    if wanted.waiting == "sign":
        newest = _unsigned(member, wanted).order_by(matters.c.updated_at.desc()).limit(_MOST_WAITING)
        found += [
            messages.c.document.in_(list(connection.execute(newest).scalars())),
            messages.c.sender != member,
            messages.c.status == "stored",
        ]
    if wanted.waiting == "delivery":
        newest = (one.order_by(deliveries.c.id.desc()).limit(_MOST_WAITING) for one in _UNDELIVERED)
        waiting = [message for one in newest for message in connection.execute(one).scalars()]
        found += [messages.c.sender == member, messages.c.hash.in_(waiting)]
    return found


def _before(key: Key) -> ColumnElement[bool]:
    stored_at = from_micros(check_micros(key[1]))
    same = and_(messages.c.stored_at == stored_at, messages.c.id < key[2])
    return and_(messages.c.stored_at <= stored_at, or_(messages.c.stored_at < stored_at, same))


def _conditions(columns: Any, wanted: DocumentFilter, at: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """What an index answers; the rest is judged row by row."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        conditions.append(columns.kind == wanted.kind)
    if wanted.matter is not None:
        conditions.append(columns.matter == wanted.matter)
    if wanted.unit is not None:
        conditions.append(in_hand(columns.matter, wanted.unit))
    if wanted.since is not None:
        conditions.append(at >= wanted.since)
    if wanted.until is not None:
        conditions.append(at < wanted.until)
    return conditions


def _fits(line: DocumentRow | Row[Any], wanted: DocumentFilter, member: str) -> bool:
    if wanted.direction == "in" and line.sender == member:
        return False
    if wanted.counterpart is not None and wanted.counterpart not in (line.sender, line.audience):
        return False
    return wanted.text is None or wanted.text.casefold() in line.title.casefold()
