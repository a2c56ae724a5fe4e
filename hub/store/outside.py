"""The register of offices outside the federation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from hub.flows.ports.outside import OutsideOffice
from hub.store.bulk import Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.tables import outside_offices

if TYPE_CHECKING:
    from hub.store.work import Work

_ROWS = Mapping(OutsideOffice, outside_offices)
_PUT = Upsert(outside_offices, _ROWS.names, ["id"], replacing(_ROWS.names, ["id"]))
_ALL = select(*_ROWS.columns).order_by(outside_offices.c.id)
_ONE = select(*_ROWS.columns).where(outside_offices.c.id == bindparam("wanted"))


class SqlOutsideOffices:
    """Port ``OutsideOffices``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, office: str) -> OutsideOffice | None:
        """One office."""
        found = self._work.run(_ONE, wanted=office).first()
        return None if found is None else _ROWS.build(found)

    def put(self, office: OutsideOffice) -> None:
        """Insert or replace by id."""
        _PUT.run(self._work, [_ROWS.values(office)])

    def all(self) -> list[OutsideOffice]:
        """All, by id."""
        return _ROWS.build_all(self._work.tuples(_ALL))
