"""Leaves of the audit log: written as the last thing of their transaction, at the next positions.

The next position stands in one row, which whoever writes leaves holds until the commit: so positions have no hole and
no double and become visible in order. It is the last lock of every transaction, so nobody waits for another in a ring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from hub.store.bulk import FEW, Insert, Sealing
from hub.store.fields import cipher_of
from hub.store.tables import leaves, log_sizes
from hub.store.work import type_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from hub.core.audit import Leaf
    from hub.store.work import Work

WRITTEN = "written"
_COLUMNS = ["hash", "type", "subject", "actor", "at", "salt", "record"]
_INSERT = Insert(leaves, ["position", *_COLUMNS])
_SEAL = Sealing(leaves, _COLUMNS)
# A leaf that somebody moved to where the next would come must not stop the node: then the next comes after it.
_TAKE = """UPDATE log_sizes SET size = {larger}(size, coalesce((SELECT max(position) + 1 FROM leaves), 0)) + {count}
WHERE name = 'written' RETURNING size"""
_TAKE_SQLITE = _TAKE.format(larger="max", count="?")
_TAKE_POSTGRESQL = _TAKE.format(larger="greatest", count="%s")
_SIZE = select(log_sizes.c.size, select(func.max(leaves.c.position) + 1).scalar_subquery().label("beyond")).where(
    log_sizes.c.name == WRITTEN
)


def _few(count: int) -> str:
    """Positions and leaves in one statement: the row is held for one trip to the server less."""
    take = _TAKE_POSTGRESQL.replace("%s", str(count))
    given = ", ".join(f"%s::{type_name(leaves.c[name])}" for name in _COLUMNS)
    rows = ", ".join(f"({number - count}, {given})" for number in range(count))
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    return (
        f"WITH taken AS ({take}) INSERT INTO leaves (position, {names})"  # noqa: S608 names of our own tables
        f" SELECT size + place, {names} FROM taken, (VALUES {rows}) AS new (place, {names})"
    )


_FEW = [_few(count) if count else "" for count in range(FEW + 1)]


def written(connection: Connection) -> int:
    """Number of positions given so far."""
    row = connection.execute(_SIZE).one()
    return int(max(row.size, row.beyond or 0))


def write_leaves(work: Work, new: Sequence[Leaf]) -> None:
    """Write ``new`` at the next positions. Nobody else writes leaves before this transaction ends."""
    if not new:
        return
    rows = ((leaf.hash, leaf.type, leaf.subject, leaf.actor, leaf.at, leaf.salt, leaf.record) for leaf in new)
    cursor, count = work.cursor(), len(new)
    if work.postgres and count <= FEW:
        sealed = _SEAL(cipher_of(work.connection.dialect), list(rows))
        cursor.execute(_FEW[count], [value for row in sealed for value in row])
        return
    cursor.execute(_TAKE_POSTGRESQL if work.postgres else _TAKE_SQLITE, (count,))
    first = cursor.fetchone()[0] - count
    _INSERT.run(work, ((first + number, *row) for number, row in enumerate(rows)))


class SqlLedger:
    """Port ``Ledger``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, new: Sequence[Leaf]) -> None:
        """Keep them until the end of the transaction."""
        self._work.leaves += new

    def size(self) -> int:
        """Number of positions given so far."""
        return written(self._work.connection)
