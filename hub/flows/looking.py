"""脱敏查看: personal data whole for one person, one thing, a stated purpose and a short time; its owner is told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.core import envelope as wire
from hub.core.audit import leaf
from hub.core.ids import wire_time
from hub.flows.ports import Keys, NewId, Salt, UnitOfWork
from hub.flows.ports.looks import Unmasking
from hub.flows.rows import User
from hub.flows.steps.framing import Work
from schemas.wire.frames import MAX_LOOKS

PURPOSES = {
    "case": "办理案件",
    "assist": "答复协查",
    "lead": "核查线索",
    "serve": "送达、联系当事人",
    "blacklist": "列入、移出名单前核对",
    "other": "其他",
}
"""What personal data may be looked at for (个人信息保护法 arts 6, 13); the code alone is told to the owner."""
AGAIN = timedelta(minutes=10)
"""After this what was told and not heard is told once more."""
RECENT = timedelta(minutes=5)
"""A peer that gave no sign of life for so long is told nothing until it does."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to see whole. ``sender``: whose document it stands in; ``entry``: one key of the index."""

    document: str
    matter: str
    sender: str
    purpose: str
    why: str = ""
    entry: str = ""

    @property
    def object(self) -> str:
        """What the leave is for."""
        return f"{self.document}:{self.entry}" if self.entry else self.document


def unmask(
    uow: UnitOfWork, wanted: Wanted, user: User, *, lasts: timedelta, now: datetime, new_id: NewId, salt: Salt
) -> datetime:
    """Give the leave and note it; returns until when. Asked again, it begins anew and is noted again."""
    until = now + lasts
    owner = wanted.sender if wanted.sender != uow.member else None
    uow.looks.add(
        Unmasking(
            id=new_id(now),
            who=user.name,
            object=wanted.object,
            document=wanted.document,
            matter=wanted.matter,
            role=user.role,
            purpose=wanted.purpose,
            at=now,
            until=until,
            owner=owner,
        )
    )
    facts = {"purpose": wanted.purpose, "why": wanted.why, "key": wanted.entry, "until": wire_time(until)}
    uow.ledger.add([leaf("unmask", wanted.document, user.name, now, salt(), matter=wanted.matter, peer=owner, **facts)])
    return until


def shown(uow: UnitOfWork, user: User, objects: Collection[str], now: datetime) -> dict[str, datetime]:
    """Those of ``objects`` this person sees whole now, and until when."""
    return {one: until for one, until in uow.looks.until(user.name, objects).items() if now < until}


def tell(
    uow: UnitOfWork, *, keys: Keys, now: datetime, salt: Salt, since: datetime | None = None, only: str | None = None
) -> int:
    """Tell owners of looks they have not heard of, one frame each; returns how many.

    ``since``: only those with a look after that time; None: also what was told before and not heard. ``only``: this
    member, whatever its turn (for the ferry).
    """
    untold = uow.looks.untold(MAX_LOOKS, only)
    if not untold:
        return 0
    work = Work(uow, uow.trusts.current(), keys, now, salt)
    far, peers = work.trust.by_ferry(uow.member), uow.peers.get(untold)
    told = 0
    for owner, looks in untold.items():
        seen = peers[owner].last_seen
        near = owner not in far and seen is not None and abs(now - seen) < RECENT
        fresh = since is None or any(one.at >= since for one in looks)
        if only is None and not (near and fresh):
            continue
        listed = [
            {"id": one.id, "document": one.document, "at": wire_time(one.at), "role": one.role, "purpose": one.purpose}
            for one in looks
        ]
        work.send(wire.LOOKS, owner, {"looks": listed})
        told += 1
    work.finish()
    return told
