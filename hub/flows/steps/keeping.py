"""What stops an erasure whoever wants it: a hold, or a copy that waits for its signature."""

from __future__ import annotations

from hub.flows.ports import UnitOfWork
from hub.flows.ports.retention import Hold, Scope


def held(uow: UnitOfWork, scope: Scope) -> Hold | None:
    """The hold 保留 on one of its matters."""
    return next((kept for matter in scope.matters if (kept := uow.retention.hold(matter)) is not None), None)


def unsigned(uow: UnitOfWork, scope: Scope) -> bool:
    """Whether something of it is recorded and not signed yet."""
    waiting = (draft for matter in scope.matters for draft in uow.outbox.of_matter(matter))
    return any(scope.whole or draft.document in scope.documents for draft in waiting)
