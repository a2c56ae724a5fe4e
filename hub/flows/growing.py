"""Leaves → the tree over them, in batches (DESIGN D7). Until then a leaf has its place in the log, but no proof yet."""

from __future__ import annotations

from datetime import datetime

from hub.core import logcheck, merkle
from hub.flows.ports import Salt, UnitOfWork
from hub.flows.steps.logbook import name, read_nodes


def grow(uow: UnitOfWork, *, now: datetime, salt: Salt, limit: int) -> int:
    """Let the tree grow over the next ``limit`` leaves beyond its size; returns how many.

    What is read and written is the batch and a few nodes per level, whatever the log's length. Positions were given
    without a hole: where one is now, a leaf was deleted or moved. It is named, nothing grows over it, and the exchange
    goes on.
    """
    size = uow.tree.size()
    end = max(size, min(uow.ledger.size(), size + limit))
    first = size - size % merkle.WIDTH
    hashes = uow.tree.hashes(first, end)
    if len(hashes) < end - first:
        name(uow, logcheck.gone(first, end, hashes), now, salt)
        return 0
    if end == size:
        return 0
    tail = read_nodes(uow, [place for place in merkle.tails(size, end - size) if place[0]])
    tail |= {(0, position): hashes[position] for position in range(first, size)}
    nodes = merkle.grow(size, [hashes[position] for position in range(size, end)], tail)
    return end - size if uow.tree.grow(size, end, nodes) else 0
