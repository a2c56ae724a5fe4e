"""The register of leads and where their numbers were transferred."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from hub.flows.ports.office_rows import Lead, LeadTransfer
from hub.store.bulk import Insert, Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.search import holding
from hub.store.tables import lead_transfers, leads
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Collection

    from hub.flows.ports.office_rows import LeadFilter
    from hub.store.work import Work

_ROWS = Mapping(Lead, leads)
_PUT = Upsert(leads, _ROWS.names, ["id"], replacing(_ROWS.names, ["id"]))
_ALL = select(*_ROWS.columns)
_TEXTS = attrgetter("summary", "number", "platform_no")
_GET = _ALL.where(leads.c.id == bindparam("wanted")).with_for_update()
_BY_NUMBER = _ALL.where(leads.c.number == bindparam("wanted")).with_for_update()

_TRANSFERS = Mapping(LeadTransfer, lead_transfers)
_ADD_TRANSFER = Insert(lead_transfers, _TRANSFERS.names)
_FIND_TRANSFERS = (
    select(*_TRANSFERS.columns)
    .where(among(lead_transfers.c.number, "wanted"))
    .order_by(lead_transfers.c.at, lead_transfers.c.matter)
)


class SqlLeads:
    """Port ``Leads``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, lead: str) -> Lead | None:
        """Locked until commit."""
        found = self._work.run(_GET, wanted=lead).first()
        return None if found is None else _ROWS.build(found)

    def by_number(self, number: str) -> Lead | None:
        """The lead this office knows by that number."""
        found = self._work.run(_BY_NUMBER, wanted=number).first()
        return None if found is None else _ROWS.build(found)

    def put(self, lead: Lead) -> None:
        """Insert or replace by id."""
        _PUT.run(self._work, [_ROWS.values(lead)])

    def page(self, wanted: LeadFilter, before: str | None, limit: int) -> list[Lead]:
        """Newest first, going on below ``before``."""
        query = _ALL.order_by(leads.c.id.desc())
        for flag, col in ((wanted.forwarded, leads.c.forwarded_at), (wanted.settled, leads.c.outcome)):
            if flag is not None:
                query = query.where(col.is_not(None) if flag else col.is_(None))
        if wanted.overdue is not None:
            query = query.where(
                leads.c.forwarded_at.is_(None), leads.c.outcome.is_(None), leads.c.due_on < wanted.overdue
            )
        if wanted.unit is not None:
            query = query.where(leads.c.unit == wanted.unit)

        def fetch(below: str | None, size: int) -> list[Lead]:
            part = query if below is None else query.where(leads.c.id < below)
            return _ROWS.build_all(self._work.tuples(part.limit(size)))

        if wanted.text is None:
            return fetch(before, limit)
        return holding(fetch, lambda row: row.id, _TEXTS, wanted.text, before, limit)

    def add_transfer(self, transfer: LeadTransfer) -> None:
        """Append."""
        _ADD_TRANSFER.run(self._work, [_TRANSFERS.values(transfer)])

    def transfers(self, numbers: Collection[str]) -> list[LeadTransfer]:
        """Oldest first."""
        return _TRANSFERS.build_all(self._work.tuples(_FIND_TRANSFERS, wanted=numbers))
