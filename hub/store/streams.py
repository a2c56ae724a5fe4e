"""Heads of our own and of received streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select

from hub.core.streams import Head, StreamId
from hub.flows.rows import OutHead
from hub.store.bulk import Upsert, replacing
from hub.store.tables import stream_in, stream_out
from hub.store.work import among, per_dialect, row_set

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.sql.base import Executable

    from hub.store.work import Work

_UNUSED = -1
"""Number of a row that was made only to be locked: two workers must not both start a stream at 0."""

_OUT = ("audience", "incarnation", "seq", "hash")
_OUT_KEY = ("audience", "incarnation")
_IN = ("sender", "audience", "incarnation", "seq", "hash", "frozen")
_IN_KEY = ("sender", "audience", "incarnation")

_MAKE_OUT = Upsert(stream_out, _OUT, _OUT_KEY)
_SAVE_OUT = Upsert(stream_out, _OUT, _OUT_KEY, replacing(_OUT, _OUT_KEY))
_MAKE_IN = Upsert(stream_in, _IN, _IN_KEY)
_SAVE_IN = Upsert(stream_in, _IN, _IN_KEY, replacing(_IN, _IN_KEY))

_TO = among(stream_out.c.audience, "audiences")
# Locks are taken in the order of the keys, so that two workers wait for, rather than block, each other.
_LOCK_OUT = (
    select(stream_out)
    .where(_TO, stream_out.c.incarnation == bindparam("incarnation"))
    .order_by(stream_out.c.audience)
    .with_for_update()
)
_OUT_HEADS = (
    select(stream_out).where(_TO, stream_out.c.seq > _UNUSED).order_by(stream_out.c.audience, stream_out.c.incarnation)
)


def _lock_in(dialect: str) -> Executable:
    keys = [stream_in.c[name] for name in _IN_KEY]
    wanted = row_set(dialect, *keys)
    same = and_(*(key == wanted.c[key.name] for key in keys))
    return select(stream_in).join(wanted, same).order_by(*keys).with_for_update(of=stream_in)


_LOCK_IN = per_dialect(_lock_in)
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
        if self._work.postgres:
            _MAKE_OUT.run(self._work, [(name, incarnation, _UNUSED, None) for name in sorted(set(audiences))])
        found = {name: OutHead(name, incarnation, 0, None) for name in audiences}
        for audience, _, seq, digest in self._work.tuples(_LOCK_OUT, audiences=audiences, incarnation=incarnation):
            found[audience] = OutHead(audience, incarnation, max(seq, 0), digest)
        return found

    def save_out(self, heads: Sequence[OutHead]) -> None:
        """Write heads of ours."""
        last = {(h.audience, h.incarnation): (h.audience, h.incarnation, h.seq, h.hash) for h in heads}
        _SAVE_OUT.run(self._work, list(last.values()))

    def out_heads(self, audiences: Collection[str]) -> list[OutHead]:
        """Existing heads towards ``audiences``, of every incarnation."""
        return [OutHead(*row) for row in self._work.tuples(_OUT_HEADS, audiences=audiences)]

    def lock_in(self, streams: Collection[StreamId]) -> dict[StreamId, Head]:
        """Received heads, locked until commit."""
        keys = sorted({(s.sender, s.audience, s.incarnation) for s in streams})
        if self._work.postgres:
            _MAKE_IN.run(self._work, [(*key, _UNUSED, None, False) for key in keys])
        found = {stream: Head(stream) for stream in streams}
        wanted = [dict(zip(_IN_KEY, key, strict=True)) for key in keys]
        rows = self._work.tuples(_LOCK_IN[self._work.dialect], rows=wanted)
        for sender, audience, incarnation, seq, digest, frozen in rows:
            stream = StreamId(sender, audience, incarnation)
            found[stream] = Head(stream, max(seq, 0), digest, frozen)
        return found

    def save_in(self, heads: Sequence[Head]) -> None:
        """Write received heads."""
        rows = {
            h.stream: (h.stream.sender, h.stream.audience, h.stream.incarnation, h.seq, h.hash, h.frozen) for h in heads
        }
        _SAVE_IN.run(self._work, list(rows.values()))

    def in_heads(self, sender: str) -> list[Head]:
        """All received heads of one sender, newest incarnation last."""
        found = self._work.tuples(_IN_HEADS, sender=sender)
        return [Head(StreamId(*row[:3]), row.seq, row.hash, row.frozen) for row in found]
