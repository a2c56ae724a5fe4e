"""Units of the office and what was handed to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from hub.flows.ports.office_rows import Assignment, Unit
from hub.store.bulk import Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.tables import assignments, units

if TYPE_CHECKING:
    from datetime import datetime

    from hub.flows.ports.office_rows import AssignmentFilter
    from hub.store.work import Work

_UNITS = Mapping(Unit, units)
_PUT_UNIT = Upsert(units, _UNITS.names, ["code"], replacing(_UNITS.names, ["code"]))
_ALL_UNITS = select(*_UNITS.columns).order_by(units.c.code)
_UNIT = select(*_UNITS.columns).where(units.c.code == bindparam("wanted"))

_ROWS = Mapping(Assignment, assignments)
_PUT = Upsert(assignments, _ROWS.names, ["id"], replacing(_ROWS.names, ["id"]))
_ALL = select(*_ROWS.columns)
_GET = _ALL.where(assignments.c.id == bindparam("wanted")).with_for_update()
_OF_MATTER = _ALL.where(assignments.c.matter == bindparam("wanted")).order_by(assignments.c.id)
_BETWEEN = _ALL.where(assignments.c.at >= bindparam("since"), assignments.c.at < bindparam("until")).order_by(
    assignments.c.id
)
_OF_UNIT = (
    select(assignments.c.matter)
    .where(assignments.c.unit == bindparam("wanted"), assignments.c.state != bindparam("gone"))
    .distinct()
)


class SqlUnits:
    """Port ``Units``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, code: str) -> Unit | None:
        """One unit."""
        found = self._work.run(_UNIT, wanted=code).first()
        return None if found is None else _UNITS.build(found)

    def put(self, unit: Unit) -> None:
        """Insert or replace by code."""
        _PUT_UNIT.run(self._work, [_UNITS.values(unit)])

    def all(self) -> list[Unit]:
        """All, by code."""
        return _UNITS.build_all(self._work.tuples(_ALL_UNITS))

    def assignment(self, assignment: str) -> Assignment | None:
        """Locked until commit."""
        found = self._work.run(_GET, wanted=assignment).first()
        return None if found is None else _ROWS.build(found)

    def put_assignment(self, assignment: Assignment) -> None:
        """Insert or replace by id."""
        _PUT.run(self._work, [_ROWS.values(assignment)])

    def of_matter(self, matter: str) -> list[Assignment]:
        """Oldest first."""
        return _ROWS.build_all(self._work.tuples(_OF_MATTER, wanted=matter))

    def assignments(self, wanted: AssignmentFilter, before: str | None, limit: int) -> list[Assignment]:
        """Newest first, going on below ``before``."""
        query = _ALL.order_by(assignments.c.id.desc()).limit(limit)
        if wanted.unit is not None:
            query = query.where(assignments.c.unit == wanted.unit)
        if wanted.state is not None:
            query = query.where(assignments.c.state == wanted.state)
        if wanted.overdue is not None:
            query = query.where(assignments.c.state == "open", assignments.c.due_on < wanted.overdue)
        if before is not None:
            query = query.where(assignments.c.id < before)
        return _ROWS.build_all(self._work.tuples(query))

    def between(self, since: datetime, until: datetime) -> list[Assignment]:
        """Those made in the period, oldest first."""
        return _ROWS.build_all(self._work.tuples(_BETWEEN, since=since, until=until))

    def matters_of_unit(self, unit: str) -> set[str]:
        """Matters the unit has or had in hand."""
        return set(self._work.run(_OF_UNIT, wanted=unit, gone="returned").scalars())
