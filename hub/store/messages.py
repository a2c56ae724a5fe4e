"""Signed messages, append-only."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Text, and_, bindparam, exists, func, literal_column, not_, select, text, true
from sqlalchemy.sql import insert

from hub.core.ids import ALL
from hub.core.streams import StreamId
from hub.flows.rows import DeliveryStatus, Entry, Message, MessageStatus
from hub.store.bulk import Insert, Rewrite
from hub.store.links import add_links
from hub.store.mapping import Mapping
from hub.store.subjects import queue
from hub.store.tables import deliveries, matters, messages, unseen
from hub.store.types import JsonParam, load_strings
from hub.store.work import POSTGRESQL, among, per_dialect, row_set

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.base import Executable

    from hub.store.work import Work

_ROWS = Mapping(Message, messages)
_INSERT = Insert(messages, _ROWS.names)
_HASHES = among(messages.c.hash, "hashes")
# Written out: an index over a part of the table serves only a condition the planner can read.
_FULL = messages.c.status != literal_column("'copy'")

_RECEIPTS = select(messages.c.hash, messages.c.receipt_frame).where(_HASHES)
_MATTERS = select(messages.c.matter).where(_HASHES).distinct()
_GET = select(*_ROWS.columns).where(_HASHES).order_by(messages.c.id)
_DOCUMENT = select(*_ROWS.columns).where(messages.c.document == bindparam("document")).order_by(messages.c.id)
_PLACE = (messages.c.sender, messages.c.audience, messages.c.incarnation)
_RANGE = (
    select(*_ROWS.columns)
    .where(*(column == bindparam(column.name) for column in _PLACE), _FULL)
    .where(messages.c.seq.between(bindparam("first"), bindparam("last")))
    .order_by(messages.c.seq)
)


_TOPS = (
    select(messages.c.audience, messages.c.incarnation, func.max(messages.c.seq))
    .where(messages.c.sender == bindparam("sender"), messages.c.sealed < bindparam("before"), _FULL)
    .group_by(messages.c.audience, messages.c.incarnation)
)
_OF_SENDER = (
    select(*_ROWS.columns)
    .where(messages.c.sender == bindparam("sender"), messages.c.id > bindparam("behind"))
    .order_by(messages.c.id)
    .limit(bindparam("most", type_=BigInteger))
)
_PLACES = (
    select(messages.c.id, messages.c.hash, *_PLACE, messages.c.seq)
    .where(messages.c.id > bindparam("behind"))
    .order_by(messages.c.id)
    .limit(bindparam("most", type_=BigInteger))
)
_MEND = Rewrite(messages, ["hash"], ["raw", "opened", "title"])


def _at_places(dialect: str) -> Executable:
    keys = (*_PLACE, messages.c.seq)
    wanted = row_set(dialect, *keys)
    same = and_(*(key == wanted.c[key.name] for key in keys))
    return select(*keys, messages.c.hash).join(wanted, same).where(_FULL)


_AT_PLACES = per_dialect(_at_places)

MOST_RECENT, RECENT_SIZE = 1000, 16 * 1024
"""Envelopes remembered until they are published: two batches, none of them large."""
_ENTRY = [field.name for field in fields(Entry)]
_AFTER, _STATUS, _AUDIENCE = (_ENTRY.index(name) for name in ("after", "status", "audience"))
_SIGNED = [messages.c[name] for name in _ENTRY[:-2]]
_NO_TITLE = literal_column("''", Text()).label("title")


def _entries(dialect: str, columns: Sequence[ColumnElement[Any]]) -> Executable:
    """Each message with its addressee's answer, which is looked up by its key whatever the planner believes.

    Of a table that nobody has analysed yet PostgreSQL expects many times the rows, and would read all answers instead.
    """
    answer = select(deliveries.c.stored_at, deliveries.c.status).where(
        deliveries.c.message == messages.c.hash, deliveries.c.member == messages.c.audience
    )
    told: Any = answer.limit(1).lateral() if dialect == POSTGRESQL else deliveries
    on = true() if dialect == POSTGRESQL else answer.whereclause
    answers = (told.c.stored_at.label("delivered_at"), told.c.status.label("delivery"))
    found = select(*columns, messages.c.stored_at, *answers).outerjoin_from(messages, told, on)
    return found.where(among(messages.c.matter, "matters")).order_by(messages.c.id)


_ENTRIES = per_dialect(lambda dialect: _entries(dialect, _SIGNED))
_ENTRIES_UNTITLED = per_dialect(
    lambda dialect: _entries(dialect, [_NO_TITLE if column.name == "title" else column for column in _SIGNED])
)


def _expect_receipts(dialect: str) -> Executable:
    """Copies whose addressee's receipt came before them are not waited for."""
    new = row_set(dialect, unseen.c.message, unseen.c.addressee)
    answered = exists().where(deliveries.c.message == new.c.message, deliveries.c.member == new.c.addressee)
    wanted = select(new.c.message, new.c.addressee).where(not_(answered))
    return insert(unseen).from_select(["message", "addressee"], wanted)


_EXPECT_RECEIPTS = per_dialect(_expect_receipts)


_LOCK_KNOWN = (
    select(matters.c.id).where(among(matters.c.id, "matters")).order_by(matters.c.id).with_for_update(key_share=True)
)
# A matter without a row yet has nothing to lock but its name. First come all rows, in the order of their ids, then the
# names, in the order of the given list: that a name is NOT IN the rows is known when the last of them has been locked,
# while a join might tell before.
_LOCK = text(
    "WITH wanted AS MATERIALIZED (SELECT name FROM json_array_elements_text(CAST(:matters AS json)) AS v(name)),"
    " known AS MATERIALIZED (SELECT id FROM matters WHERE id = ANY (ARRAY(SELECT name FROM wanted))"
    " ORDER BY id FOR NO KEY UPDATE)"
    " SELECT array_agg(name), count(pg_advisory_xact_lock(hashtextextended(name, 0)))"
    " FROM wanted WHERE name NOT IN (SELECT id FROM known)"
).bindparams(bindparam("matters", type_=JsonParam()))


class SqlMessages:
    """Port ``Messages``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, new: Sequence[Message]) -> None:
        """Append messages; one that is recorded already is an error of the caller or of a race, and rolls back."""
        remember(self._work, new)
        _INSERT.run(self._work, map(_ROWS.values, new))
        queue(self._work, new)
        add_links(self._work, new)
        copies = [m for m in new if m.status is MessageStatus.COPY and m.audience != ALL]
        if copies:
            rows = [{"message": m.hash, "addressee": m.audience} for m in copies]
            self._work.run(_EXPECT_RECEIPTS[self._work.dialect], rows=rows)

    def receipts_of(self, hashes: Collection[str]) -> dict[str, str | None]:
        """The frame with our receipt, for those that are recorded."""
        return dict(self._work.tuples(_RECEIPTS, hashes=hashes))

    def hashes_at(self, places: Collection[tuple[StreamId, int]]) -> dict[tuple[StreamId, int], str]:
        """Hash recorded at each place that is taken."""
        if not places:
            return {}
        rows = [
            {"sender": s.sender, "audience": s.audience, "incarnation": s.incarnation, "seq": seq}
            for s, seq in set(places)
        ]
        found = self._work.tuples(_AT_PLACES[self._work.dialect], rows=rows)
        return {(StreamId(sender, audience, life), seq): digest for sender, audience, life, seq, digest in found}

    def entries(self, wanted: Collection[str], *, titled: bool = True) -> list[Entry]:
        """All messages of these matters with what their addressees answered.

        Who reads them is about to fold them: the matters are locked until commit, or two workers with a message each
        would both fold without the other's.
        """
        if self._work.postgres:
            self._lock(wanted)
        return self._found(_ENTRIES if titled else _ENTRIES_UNTITLED, wanted)

    def glance(self, wanted: Collection[str]) -> list[Entry]:
        """The same without a lock, for who only reads."""
        return self._found(_ENTRIES, wanted)

    def _found(self, statements: dict[str, Executable], wanted: Collection[str]) -> list[Entry]:
        rows = self._work.tuples(statements[self._work.dialect], matters=wanted)
        return [_entry(row, self._work.member) for row in rows]

    def _lock(self, wanted: Collection[str]) -> None:
        absent = set(self._work.run(_LOCK, matters=sorted(wanted)).scalar_one() or ())
        if absent:  # In a statement of its own, which sees what was committed while the first one waited.
            made = self._work.run(_LOCK_KNOWN, matters=absent).scalars()
            self._work.absent |= absent.difference(made)

    def matters_of(self, hashes: Collection[str]) -> set[str]:
        """Matters these messages belong to."""
        return set(self._work.run(_MATTERS, hashes=hashes).scalars())

    def get(self, hashes: Collection[str]) -> list[Message]:
        """The messages themselves."""
        return _ROWS.build_all(self._work.tuples(_GET, hashes=hashes))

    def range_of(self, stream: StreamId, first: int, last: int) -> list[Message]:
        """Messages of one stream, by number."""
        return _ROWS.build_all(self._work.tuples(_RANGE, **stream._asdict(), first=first, last=last))

    def tops(self, sender: str, before: datetime) -> dict[StreamId, int]:
        """Number of the last message signed before a moment, by stream."""
        rows = self._work.tuples(_TOPS, sender=sender, before=before)
        return {StreamId(sender, audience, life): seq for audience, life, seq in rows}

    def of_sender(self, sender: str, after: int, limit: int) -> list[Message]:
        """What it signed, in the order it was recorded here."""
        return _ROWS.build_all(self._work.tuples(_OF_SENDER, sender=sender, behind=after, most=limit))

    def walk(self, after: int, limit: int) -> list[tuple[int, str, StreamId, int]]:
        """Where each of the next messages stands."""
        rows = self._work.tuples(_PLACES, behind=after, most=limit)
        return [(number, digest, StreamId(*place), seq) for number, digest, *place, seq in rows]

    def mend(self, message: str, raw: bytes, opened: bytes | None, title: str) -> None:
        """Put back what was damaged."""
        _MEND.run(self._work, [(message, raw, opened, title)])

    def find_document(self, document: str) -> list[Message]:
        """All copies of one document here."""
        return _ROWS.build_all(self._work.tuples(_DOCUMENT, document=document))


def remember(work: Work, new: Sequence[Message]) -> None:
    """Our own go on to the pipe; what was never asked for is forgotten with the rest."""
    own = [one for one in new if one.sender == work.member]
    work.about.update((one.hash, (one.audience, one.parts, one.expires, one.erased is not None)) for one in own)
    small = [one for one in own if len(one.raw) <= RECENT_SIZE][:MOST_RECENT]
    if len(work.recent) + len(small) > MOST_RECENT:
        work.recent.clear()
    work.recent.update((one.hash, one.raw) for one in small)


def _entry(row: Any, member: str) -> Entry:
    *values, stored_at, delivered_at, answer = row
    values[_AFTER] = load_strings(values[_AFTER])
    status = values[_STATUS] = MessageStatus(values[_STATUS])
    if answer != DeliveryStatus.STORED:
        # What we received ourselves needs no receipt of others.
        delivered_at = stored_at if status is MessageStatus.STORED and values[_AUDIENCE] == member else None
    values += [delivered_at, answer in (DeliveryStatus.REFUSED, DeliveryStatus.WITHHELD)]
    return Entry(*values)
