"""Leaves of the audit log and their positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, bindparam, func, select, text, update

from hub.store.bulk import Insert
from hub.store.tables import leaves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.core.audit import Leaf
    from hub.store.work import Work

_INSERT = Insert(leaves, ["hash", "type", "subject", "actor", "at", "salt", "record"])
# Positions have no gap and no double: one sequencer at a time.
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('hub.ledger.sequence'))")
_NEXT = (
    select(func.coalesce(func.max(leaves.c.position) + 1, 0)).where(leaves.c.position.is_not(None)).scalar_subquery()
)
_OLDEST = (
    select(leaves.c.id)
    .where(leaves.c.position.is_(None))
    .order_by(leaves.c.id)
    .limit(bindparam("limit", type_=BigInteger))
    .subquery("oldest")
)
_NUMBERED = select(
    _OLDEST.c.id, (_NEXT + func.row_number().over(order_by=_OLDEST.c.id) - 1).label("position")
).subquery("numbered")
_SEQUENCE = (
    update(leaves)
    .where(leaves.c.id == _NUMBERED.c.id)
    .values(position=_NUMBERED.c.position)
    .returning(leaves.c.position, leaves.c.hash)
)


class SqlLedger:
    """Port ``Ledger``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, new: Sequence[Leaf]) -> None:
        """Append leaves, not yet sequenced."""
        rows = [(leaf.hash, leaf.type, leaf.subject, leaf.actor, leaf.at, leaf.salt, leaf.record) for leaf in new]
        _INSERT.run(self._work, rows)

    def sequence(self, limit: int) -> tuple[int, list[bytes]]:
        """Give the oldest leaves without position the next ones, counted from 0."""
        if self._work.postgres:
            self._work.run(_ALONE)
        found = sorted((row.position, row.hash) for row in self._work.tuples(_SEQUENCE, limit=limit))
        return found[0][0] if found else 0, [bytes.fromhex(name) for _, name in found]
