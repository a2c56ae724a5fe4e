"""Leaves → positions in the audit log, in batches (DESIGN D7). Until then a leaf is recorded but not yet proved."""

from __future__ import annotations

from datetime import datetime

from hub.core import merkle
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.steps.logbook import look_at, name, read_nodes


def sequence(uow: UnitOfWork, *, now: datetime, salt: Salt, limit: int) -> int:
    """Give the oldest ``limit`` unsequenced leaves their positions and let the tree grow over them; returns how many.

    One sequencer per node. What is read and written is the batch and a few nodes per level, whatever the log's length.
    Over a leaf that is gone nothing grows: it is named, and the exchange goes on.
    """
    size = uow.tree.size()
    places = merkle.tails(size, limit)
    tail = read_nodes(uow, places)
    if any(level == 0 and (level, index) not in tail for level, index in places):
        name(uow, look_at(uow, size - size % merkle.WIDTH, size), now, salt)
        return 0
    first, hashes = uow.ledger.sequence(limit)
    if hashes:
        uow.tree.add(merkle.grow(first, hashes, tail))
    return len(hashes)
