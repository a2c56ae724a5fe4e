"""A person asks that a peer's holes be looked at again now: the next heads are exchanged and answered at once.

Nothing is asked for that heads do not prove to be missing (DESIGN D1); forged or corrupt bytes consumed no number, so
their original stands in the sender's heads and is asked for.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hub.core.audit import leaf
from hub.core.errors import NotFound
from hub.flows.ports import Salt, UnitOfWork


def ask_again(uow: UnitOfWork, member: str, *, who: str, now: datetime, salt: Salt) -> None:
    """Forget when this peer was last sent heads and last asked; raises ``NotFound`` for who is no other member."""
    if member == uow.member or member not in uow.trusts.current().members:
        raise NotFound(f"成员名册中没有可索要的单位 {member[:40]}", field="member")
    peer = uow.peers.get([member])[member]
    uow.peers.save([replace(peer, heads_sent_at=None, asked_at=None)])
    uow.ledger.add([leaf("ask-again", member, who, now, salt())])
