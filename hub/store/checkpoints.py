"""Checkpoints of our own log, and the members that cosign them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from hub.flows.ports.log import CheckpointRow, Cosigner
from hub.store.bulk import Insert, Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.tables import checkpoints, cosigners
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from hub.store.work import Work

_ROWS = Mapping(CheckpointRow, checkpoints)
_ADD = Insert(checkpoints, _ROWS.names)
NEWEST = (
    select(*_ROWS.columns)
    .where(checkpoints.c.origin == bindparam("origin"))
    .order_by(checkpoints.c.size.desc())
    .limit(1)
)
_COSIGNERS = Mapping(Cosigner, cosigners)
_KEY = ("member", "origin")
_SAVE = Upsert(cosigners, _COSIGNERS.names, _KEY, replacing(_COSIGNERS.names, _KEY))
_OF = select(*_COSIGNERS.columns).where(among(cosigners.c.member, "members"), cosigners.c.origin == bindparam("origin"))


class SqlCheckpoints:
    """Port ``Checkpoints``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def newest(self, origin: str) -> CheckpointRow | None:
        """The largest checkpoint of this log."""
        found = _ROWS.build_all(self._work.tuples(NEWEST, origin=origin))
        return found[0] if found else None

    def add(self, row: CheckpointRow) -> None:
        """Keep a checkpoint we signed."""
        _ADD.run(self._work, [_ROWS.values(row)])

    def cosigners(self, members: Collection[str], origin: str) -> dict[str, Cosigner]:
        """How far each member has come."""
        found = {member: Cosigner(member, origin) for member in members}
        for one in _COSIGNERS.build_all(self._work.tuples(_OF, members=members, origin=origin)):
            found[one.member] = one
        return found

    def save(self, cosigners: Sequence[Cosigner]) -> None:
        """Insert or replace."""
        _SAVE.run(self._work, _COSIGNERS.all_values(cosigners))
