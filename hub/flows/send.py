"""A person's request → a recorded decision, checked against kind, rights, state and calendar before any write (D2).

The web process runs this; it holds no key. Decision, outbox rows, attachments and leaf commit together, or nothing
does. How is written in :mod:`hub.flows.steps.deciding`, which working papers go through too.
"""

from __future__ import annotations

from datetime import datetime

from hub.flows.ports import NewId, Salt, UnitOfWork
from hub.flows.rows import User
from hub.flows.steps.deciding import record
from hub.flows.steps.requests import MAX_ADDRESSEES, MAX_AT_ONCE, Recorded, Request

__all__ = ["MAX_ADDRESSEES", "MAX_AT_ONCE", "Recorded", "Request", "send"]


def send(
    uow: UnitOfWork,
    request: Request,
    *,
    actor: str,
    now: datetime,
    new_id: NewId,
    salt: Salt,
    by: User | None = None,
) -> Recorded:
    """Record one decision; raises a ``Refused`` that names field, reason and next step, and then nothing was written.

    (1) the kind and its body · (2) attachments are those the body names · (3) the matter and its state · (4) audience
    and rights · (5) dates · (6) what law and agreement ask · (7) number and transfer · (8) record.

    ``by``: the user who sends it by page or API; what needs more than his signature goes through a working paper. None:
    whoever works at the machine itself, who is named in the audit log as such.
    """
    return record(uow, request, actor=actor, now=now, new_id=new_id, salt=salt, by=by)
