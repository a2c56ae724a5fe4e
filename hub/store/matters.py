"""Folded matters and their reminders."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, bindparam, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.core.docket import STANDING
from hub.core.families import FAMILIES
from hub.core.ids import ALL
from hub.flows.rows import MatterRow
from hub.store.bulk import Insert, Rewrite, Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.tables import matters, reminder_stages, to_count
from hub.store.work import POSTGRESQL, among, per_dialect, row_set

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.sql.base import Executable

    from hub.store.work import Work

_ROWS = Mapping(MatterRow, matters)
_NEW = Insert(matters, _ROWS.names)
_SAVE = Upsert(matters, _ROWS.names, ["id"], replacing(_ROWS.names, ["id"]))
_MOVING = [name for name in _ROWS.names if name not in STANDING]
_REDATE = Rewrite(matters, ["id"], _MOVING)
_DATES = attrgetter("id", *_MOVING)
_COUNT = Upsert(to_count, ["matter"], ["matter"])
_COUNT_NEW = Insert(to_count, ["matter"])
_GET = select(*_ROWS.columns).where(among(matters.c.id, "ids"))
_LIMIT = bindparam("limit", type_=BigInteger)
# Two clocks of one node take different matters, and neither waits for an intake that is folding one.
_DUE = (
    select(*_ROWS.columns)
    .where(matters.c.remind_at <= bindparam("now"))
    .order_by(matters.c.remind_at, matters.c.id)
    .limit(_LIMIT)
    .with_for_update(key_share=True, skip_locked=True)
)
# Only newer signed files ask for all that are open: a walk over the matters, for which no fold need keep an index.
_IS_OPEN = matters.c.clock.in_([literal_column("'waiting'"), literal_column("'running'")])
_OPEN = select(matters.c.id).where(_IS_OPEN, matters.c.id > bindparam("after")).order_by(matters.c.id).limit(_LIMIT)


_OVER = sorted({state for family in FAMILIES.values() for state in family.closed})
_BROADCASTS = select(matters.c.id).where(
    matters.c.opener == bindparam("by"), matters.c.other == ALL, matters.c.state.not_in(_OVER)
)


def _claim(dialect: str) -> Executable:
    """One statement for the batch; it answers with the stages nobody had claimed."""
    insert = postgresql.insert if dialect == POSTGRESQL else sqlite.insert
    names = (reminder_stages.c.matter, reminder_stages.c.stage)
    wanted = row_set(dialect, *names)
    at = bindparam("at", type_=reminder_stages.c.at.type)
    # SQLite reads "ON" after a bare FROM as a join: the condition that always holds keeps the two apart.
    rows = select(*(wanted.c[name.name] for name in names), at).where(literal_column("1 = 1"))
    taken = insert(reminder_stages).from_select(["matter", "stage", "at"], rows)
    return taken.on_conflict_do_nothing(index_elements=["matter", "stage"]).returning(*names)


def _look_again(dialect: str) -> Executable:
    told = row_set(dialect, matters.c.id, matters.c.remind_at)
    return update(matters).where(matters.c.id == told.c.id).values(remind_at=told.c.remind_at)


_CLAIM = per_dialect(_claim)
_LOOK_AGAIN = per_dialect(_look_again)


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
        new = [last.pop(name) for name in self._work.absent & last.keys()]
        self._work.absent.difference_update(row.id for row in new)
        _NEW.run(self._work, map(_ROWS.values, new))  # Half the cost of asking whether they exist.
        _COUNT_NEW.run(self._work, [(row.id,) for row in new])
        _SAVE.run(self._work, _ROWS.all_values(last.values()))
        self._count(last.values())

    def redate(self, rows: Sequence[MatterRow]) -> None:
        """Replace but for what stands."""
        last = {row.id: row for row in rows}
        _REDATE.run(self._work, [_DATES(row) for row in last.values()])
        self._count(last.values())

    def _count(self, known: Collection[MatterRow]) -> None:
        """Whatever was folded is counted again. Who counts one of them now holds its place until all is counted."""
        _COUNT.run(self._work, [(row.id,) for row in known])

    def to_remind(self, now: datetime, limit: int) -> list[MatterRow]:
        """Matters whose moment has come, oldest first; those another worker holds are skipped."""
        return _ROWS.build_all(self._work.tuples(_DUE, now=now, limit=limit))

    def look_again(self, moments: Sequence[tuple[str, datetime | None]]) -> None:
        """Set the moment of the next look, and nothing else."""
        if moments:
            rows = [{"id": matter, "remind_at": at} for matter, at in moments]
            self._work.run(_LOOK_AGAIN[self._work.dialect], rows=rows)

    def open_ids(self, limit: int, after: str = "") -> list[str]:
        """Ids of matters with a running or waiting clock, ascending."""
        return list(self._work.run(_OPEN, limit=limit, after=after).scalars())

    def broadcasts(self, opener: str) -> list[str]:
        """Its matters towards all that are not over."""
        return list(self._work.run(_BROADCASTS, by=opener).scalars())

    def claim_stages(self, stages: Collection[tuple[str, str]], at: datetime) -> set[tuple[str, str]]:
        """Those of ``stages`` (matter, stage) that nobody had claimed before; they are claimed now."""
        if not stages:
            return set()
        # In one order for all: two workers that claim the same must not wait for each other in a circle.
        rows = [{"matter": matter, "stage": stage} for matter, stage in sorted(set(stages))]
        found = self._work.tuples(_CLAIM[self._work.dialect], rows=rows, at=at)
        return {(matter, stage) for matter, stage in found}
