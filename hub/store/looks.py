"""Who looked at masked personal data, here and at peers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, bindparam, func, literal_column, select, update

from hub.flows.ports.looks import PeerLook, Unmasking
from hub.store.bulk import Insert, Upsert
from hub.store.mapping import Mapping
from hub.store.tables import peer_looks, unmaskings
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from hub.store.work import Work

_ROWS = Mapping(Unmasking, unmaskings)
_ADD = Insert(unmaskings, _ROWS.names)
_TOLD = Mapping(PeerLook, peer_looks)
_ADD_TOLD = Upsert(peer_looks, _TOLD.names, ["member", "id"])
_UNTIL = (
    select(unmaskings.c.object, func.max(unmaskings.c.until))
    .where(unmaskings.c.who == bindparam("person"), among(unmaskings.c.object, "objects"))
    .group_by(unmaskings.c.object)
)
# Written out: an index over a part of the table serves only a condition the planner can read.
_WAITS: ColumnElement[bool] = literal_column("owner IS NOT NULL AND heard_at IS NULL")
_OWNERS = select(unmaskings.c.owner).where(_WAITS).distinct().order_by(unmaskings.c.owner)
_UNTOLD = (
    select(*_ROWS.columns)
    .where(_WAITS, unmaskings.c.owner == bindparam("of"))
    .order_by(unmaskings.c.id)
    .limit(bindparam("limit", type_=BigInteger))
)
_HEARD = (
    update(unmaskings)
    .where(unmaskings.c.owner == bindparam("of"), among(unmaskings.c.id, "ids"), unmaskings.c.heard_at.is_(None))
    .values(heard_at=bindparam("now"))
)
_OF_DOCUMENT = (
    select(*_TOLD.columns)
    .where(peer_looks.c.document == bindparam("wanted"))
    .order_by(peer_looks.c.at.desc(), peer_looks.c.id.desc())
)


class SqlLooks:
    """Port ``Looks``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, unmasking: Unmasking) -> None:
        """Append."""
        _ADD.run(self._work, [_ROWS.values(unmasking)])

    def until(self, who: str, objects: Collection[str]) -> dict[str, datetime]:
        """The latest end of each."""
        return dict(self._work.tuples(_UNTIL, person=who, objects=objects)) if objects else {}

    def untold(self, limit: int, only: str | None = None) -> dict[str, list[Unmasking]]:
        """Few ever wait: one query for each owner."""
        owners = list(self._work.run(_OWNERS).scalars()) if only is None else [only]
        found = {owner: _ROWS.build_all(self._work.tuples(_UNTOLD, of=owner, limit=limit)) for owner in owners}
        return {owner: rows for owner, rows in found.items() if rows}

    def heard(self, owner: str, ids: Collection[str], at: datetime) -> int:
        """Said once."""
        return self._work.run(_HEARD, of=owner, ids=ids, now=at).rowcount

    def told(self, looks: Sequence[PeerLook]) -> int:
        """Said twice is one look."""
        return _ADD_TOLD.run(self._work, _TOLD.all_values(looks))

    def of_document(self, document: str) -> list[PeerLook]:
        """The newest first."""
        return _TOLD.build_all(self._work.tuples(_OF_DOCUMENT, wanted=document))
