"""Control frames to send, and receipts kept for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, bindparam, delete, false, literal_column, not_, select, true, update

from hub.flows.rows import Frame
from hub.store.bulk import Upsert
from hub.store.mapping import Mapping
from hub.store.tables import frames
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement

    from hub.store.work import Work

_ROWS = Mapping(Frame, frames)
_INSERT = Upsert(frames, _ROWS.names, ["id"])
# Written out: an index over a part of the table serves only a condition the planner can read.
_WAITS: ColumnElement[bool] = literal_column("pending")
_PENDING = select(*_ROWS.columns).where(_WAITS).order_by(frames.c.number).limit(bindparam("limit", type_=BigInteger))
_PENDING_ONLY = _PENDING.where(frames.c.audience == bindparam("only"))
_PENDING_ONLINE = _PENDING.where(not_(among(frames.c.audience, "ferry")))
_THESE = among(frames.c.id, "ids")
_GET = select(*_ROWS.columns).where(_THESE, frames.c.keep).order_by(frames.c.number)
_SENT = update(frames).where(_THESE, frames.c.keep).values(pending=false())
_DONE = delete(frames).where(_THESE, not_(frames.c.keep))
_SENT_AND_DONE = _SENT.add_cte(_DONE.cte("done"))
"""Both at once, which SQLite does not know."""
_SEND_AGAIN = update(frames).where(_THESE, frames.c.keep, not_(frames.c.pending)).values(pending=true())


class SqlFrames:
    """Port ``Frames``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, new: Sequence[Frame]) -> None:
        """Add frames that are not there yet."""
        _INSERT.run(self._work, _ROWS.all_values(new))
        self._work.wake |= any(frame.pending for frame in new)

    def pending(self, limit: int, *, ferry: Collection[str], only: str | None = None) -> list[Frame]:
        """Oldest frames to send."""
        if only is not None:
            found = self._work.tuples(_PENDING_ONLY, limit=limit, only=only)
        elif ferry:
            found = self._work.tuples(_PENDING_ONLINE, limit=limit, ferry=ferry)
        else:
            found = self._work.tuples(_PENDING, limit=limit)
        return _ROWS.build_all(found)

    def get(self, ids: Collection[str]) -> list[Frame]:
        """Kept frames by id."""
        return _ROWS.build_all(self._work.tuples(_GET, ids=ids)) if ids else []

    def sent(self, ids: Sequence[str]) -> None:
        """Published."""
        if ids:
            for statement in (_SENT_AND_DONE,) if self._work.postgres else (_SENT, _DONE):
                self._work.run(statement, ids=ids)

    def send_again(self, ids: Collection[str]) -> None:
        """Kept frames go out once more."""
        if ids:
            self._work.wake |= self._work.run(_SEND_AGAIN, ids=ids).rowcount > 0
