"""Validly signed messages that wait for something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, delete, select

from hub.core.streams import StreamId
from hub.flows.rows import Parked
from hub.store.bulk import Upsert
from hub.store.mapping import Mapping
from hub.store.tables import parked
from hub.store.work import among, per_dialect, row_set

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.sql.base import Executable

    from hub.store.work import Work

_ROWS = Mapping(Parked, parked)
_STREAM = (parked.c.sender, parked.c.audience, parked.c.incarnation)
_INSERT = Upsert(parked, _ROWS.names, ["sender", "audience", "incarnation", "seq", "hash"])
_GET = select(*_ROWS.columns).where(among(parked.c.hash, "hashes")).order_by(parked.c.hash)
_HAVE = select(parked.c.hash).where(among(parked.c.hash, "hashes"))
_DROP = delete(parked).where(among(parked.c.hash, "hashes"))
_STREAMS = select(*_STREAM).where(parked.c.waits_for == bindparam("what")).distinct().order_by(*_STREAM)


def _of(dialect: str) -> Executable:
    wanted = row_set(dialect, *_STREAM)
    same = and_(*(column == wanted.c[column.name] for column in _STREAM))
    return select(*_ROWS.columns).join(wanted, same).order_by(*_STREAM, parked.c.seq, parked.c.hash)


_OF = per_dialect(_of)


class SqlWaiting:
    """Port ``Waiting``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, new: Sequence[Parked]) -> None:
        """Park messages that are not parked yet."""
        _INSERT.run(self._work, _ROWS.all_values(new))

    def of(self, streams: Collection[StreamId]) -> list[Parked]:
        """All parked messages of these streams, by number."""
        if not streams:
            return []
        rows = [{"sender": s.sender, "audience": s.audience, "incarnation": s.incarnation} for s in set(streams)]
        return _ROWS.build_all(self._work.tuples(_OF[self._work.dialect], rows=rows))

    def get(self, hashes: Collection[str]) -> list[Parked]:
        """These, by hash."""
        return _ROWS.build_all(self._work.tuples(_GET, hashes=hashes)) if hashes else []

    def have(self, hashes: Collection[str]) -> set[str]:
        """Which of these are parked."""
        return set(self._work.run(_HAVE, hashes=hashes).scalars()) if hashes else set()

    def drop(self, hashes: Collection[str]) -> None:
        """No longer parked."""
        if hashes:
            self._work.run(_DROP, hashes=hashes)

    def streams_waiting_for(self, what: str) -> list[StreamId]:
        """Streams in which something waits for ``what``."""
        return [StreamId(*row) for row in self._work.tuples(_STREAMS, what=what)]
