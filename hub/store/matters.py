"""Folded matters and their reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, bindparam, literal_column, select

from hub.flows.rows import MatterRow
from hub.store.bulk import Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.tables import matters, reminder_stages
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from hub.store.work import Work

_ROWS = Mapping(MatterRow, matters)
_SAVE = Upsert(matters, _ROWS.names, ["id"], replacing(_ROWS.names, ["id"]))
_GET = select(*_ROWS.columns).where(among(matters.c.id, "ids"))
_LIMIT = bindparam("limit", type_=BigInteger)
_DUE = (
    select(*_ROWS.columns)
    .where(matters.c.remind_at <= bindparam("now"))
    .order_by(matters.c.remind_at, matters.c.id)
    .limit(_LIMIT)
)
# Written out: an index over a part of the table serves only a condition the planner can read.
_IS_OPEN = matters.c.clock.in_([literal_column("'waiting'"), literal_column("'running'")])
_OPEN = select(matters.c.id).where(_IS_OPEN, matters.c.id > bindparam("after")).order_by(matters.c.id).limit(_LIMIT)
_CLAIM = Upsert(reminder_stages, ["matter", "stage", "at"], ["matter", "stage"])


class SqlMatters:
    """Port ``Matters``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, ids: Collection[str]) -> dict[str, MatterRow]:
        """The matters that exist."""
        found = _ROWS.build_all(self._work.tuples(_GET, ids=ids))
        return {row.id: row for row in found}

    def save(self, rows: Sequence[MatterRow]) -> None:
        """Insert or replace."""
        last = {row.id: row for row in rows}
        _SAVE.run(self._work, _ROWS.all_values(last.values()))

    def to_remind(self, now: datetime, limit: int) -> list[MatterRow]:
        """Matters whose moment has come, oldest first."""
        return _ROWS.build_all(self._work.tuples(_DUE, now=now, limit=limit))

    def open_ids(self, limit: int, after: str = "") -> list[str]:
        """Ids of matters with a running or waiting clock, ascending."""
        return list(self._work.run(_OPEN, limit=limit, after=after).scalars())

    def claim_stage(self, matter: str, stage: str, at: datetime) -> bool:
        """True exactly once per stage."""
        return _CLAIM.run(self._work, [(matter, stage, at)]) == 1
