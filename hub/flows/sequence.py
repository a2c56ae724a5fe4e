"""Leaves → positions in the audit log, in batches (DESIGN D7). Until then a leaf is recorded but not yet proved."""

from __future__ import annotations

from hub.flows.ports import UnitOfWork


def sequence(uow: UnitOfWork, *, limit: int) -> int:
    """Give the oldest ``limit`` unsequenced leaves their positions; returns how many. One sequencer per node."""
    return uow.ledger.sequence(limit)
