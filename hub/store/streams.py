"""Heads of our own and of received streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, not_, select

from hub.core.streams import Head, StreamId
from hub.flows.rows import OutHead
from hub.store.bulk import Upsert, replacing
from hub.store.tables import stream_in, stream_out
from hub.store.work import POSTGRESQL, among, per_dialect, row_set

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Table
    from sqlalchemy.sql.base import Executable

    from hub.store.work import Work

_UNUSED = -1
"""Number of a row that was made only to be locked: two workers must not both start a stream at 0."""


class _Heads:
    """The heads of one table, and how they are locked."""

    def __init__(self, heads: Table, columns: Sequence[str], unused: Sequence[object]) -> None:
        """``columns``: the key, then what an ``unused`` row holds beside it."""
        self._key, self._unused = columns[: -len(unused)], unused
        self._make = Upsert(heads, columns, self._key)
        self.save = Upsert(heads, columns, self._key, replacing(columns, self._key))
        self._lock = per_dialect(lambda dialect: self._locking(heads, dialect))
        self._lock_all = self._locking(heads, POSTGRESQL, unless_one_lacks=True)

    def _locking(self, heads: Table, dialect: str, *, unless_one_lacks: bool = False) -> Executable:
        """Locks those of the rows asked for that exist; ``unless_one_lacks``: all of them or none."""
        keys = [heads.c[name] for name in self._key]
        wanted, other = (row_set(dialect, *keys, name=name) for name in ("v", "w"))
        found = select(heads).join(wanted, and_(*(key == wanted.c[key.name] for key in keys)))
        if unless_one_lacks:
            known = exists().where(*(key == other.c[key.name] for key in keys)).correlate(other)
            found = found.where(not_(exists(select(1).select_from(other).where(not_(known)))))
        return found.order_by(*keys).with_for_update(of=heads)

    def locked(self, work: Work, keys: Sequence[tuple[str, ...]]) -> list[Any]:
        """Rows of these sorted ``keys``, locked until commit: those that exist, on PostgreSQL of every key.

        Locks are taken in the order of the keys, by one statement, so that two workers wait for, rather than block,
        each other. Nearly always every row exists, and one question is all. If one does not, nothing has been locked
        yet: making it and then locking it, with later keys in hand already, would break the order. The rows are then
        made, in the same order (of two workers that make one, the second waits for the first and finds it made), and
        only after that locked.
        """
        if not keys:
            return []
        rows = [dict(zip(self._key, key, strict=True)) for key in keys]
        if work.postgres:
            if found := work.tuples(self._lock_all, rows=rows):
                return found
            self._make.run(work, [(*key, *self._unused) for key in keys])
        return work.tuples(self._lock[work.dialect], rows=rows)


_OUT = _Heads(stream_out, ("audience", "incarnation", "seq", "hash"), (_UNUSED, None))
_IN = _Heads(stream_in, ("sender", "audience", "incarnation", "seq", "hash", "frozen"), (_UNUSED, None, False))
_OUT_HEADS = (
    select(stream_out)
    .where(among(stream_out.c.audience, "audiences"), stream_out.c.seq > _UNUSED)
    .order_by(stream_out.c.audience, stream_out.c.incarnation)
)
_IN_HEADS = (
    select(stream_in)
    .where(stream_in.c.sender == bindparam("sender"), stream_in.c.seq > _UNUSED)
    .order_by(stream_in.c.incarnation, stream_in.c.audience)
)


class SqlStreams:
    """Port ``Streams``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def lock_out(self, audiences: Collection[str]) -> dict[str, OutHead]:
        """Our heads in the current incarnation, locked until commit."""
        incarnation = self._work.incarnation
        found = {name: OutHead(name, incarnation, 0, None) for name in audiences}
        for audience, _, seq, digest in _OUT.locked(self._work, [(name, incarnation) for name in sorted(found)]):
            found[audience] = OutHead(audience, incarnation, max(seq, 0), digest)
        return found

    def save_out(self, heads: Sequence[OutHead]) -> None:
        """Write heads of ours."""
        last = {(h.audience, h.incarnation): (h.audience, h.incarnation, h.seq, h.hash) for h in heads}
        _OUT.save.run(self._work, list(last.values()))

    def out_heads(self, audiences: Collection[str]) -> list[OutHead]:
        """Existing heads towards ``audiences``, of every incarnation."""
        return [OutHead(*row) for row in self._work.tuples(_OUT_HEADS, audiences=audiences)]

    def lock_in(self, streams: Collection[StreamId]) -> dict[StreamId, Head]:
        """Received heads, locked until commit."""
        keys = sorted({(s.sender, s.audience, s.incarnation) for s in streams})
        found = {stream: Head(stream) for stream in streams}
        for sender, audience, incarnation, seq, digest, frozen in _IN.locked(self._work, keys):
            stream = StreamId(sender, audience, incarnation)
            found[stream] = Head(stream, max(seq, 0), digest, frozen)
        return found

    def save_in(self, heads: Sequence[Head]) -> None:
        """Write received heads."""
        rows = {
            h.stream: (h.stream.sender, h.stream.audience, h.stream.incarnation, h.seq, h.hash, h.frozen) for h in heads
        }
        _IN.save.run(self._work, list(rows.values()))

    def in_heads(self, sender: str) -> list[Head]:
        """All received heads of one sender, newest incarnation last."""
        found = self._work.tuples(_IN_HEADS, sender=sender)
        return [Head(StreamId(*row[:3]), row.seq, row.hash, row.frozen) for row in found]
