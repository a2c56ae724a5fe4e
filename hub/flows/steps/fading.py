"""Receipts of peers that lost their worth, for their key was revoked, are asked for again by the node itself (D4, D5).

With each heads of a peer that knows of the revocation, so that what it signs counts, a piece of the walk over all
messages; while one walk found any, another follows a day later, for requests get lost. What is asked for now, of one
document, is :mod:`hub.flows.renewing`; what is answered, :mod:`hub.flows.steps.receipting` (decision 17).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from hub.core.audit import leaf
from hub.core.envelope import decode
from hub.core.ids import sha256
from hub.core.second import vouched
from hub.core.trust import Trust
from hub.flows.ports import UnitOfWork
from hub.flows.ports.log import Round
from hub.flows.steps.framing import Work
from schemas.wire.frames import Heads

REPEAT = timedelta(days=1)
"""From the end of a walk that asked for anything to the next one."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """Of one member: how many receipts the present or last walk asked for; ``done``: all that are here prove."""

    member: str
    asked: int
    done: bool


def faded(work: Work, frame: Heads, most: int) -> list[str]:
    """Messages of ours, of the next ``most``, whose receipt by this peer proves nothing any more."""
    name, uow = _walk_of(work.trust, frame.sender), work.uow
    if name is None or most <= 0 or frame.roster < work.trust.roster.version:
        return []
    walk = uow.tree.round(name) or Round(name, 0, work.now, None)
    if walk.ended is not None or timedelta(0) < walk.started - work.now <= REPEAT:
        return []
    rows = uow.messages.walk(walk.position, most)
    again = _worthless(work, frame.sender, {digest for _, digest, one, _ in rows if one.sender == uow.member})
    asked = len(again) + (_asked(uow, name) if walk.position else 0)
    uow.tree.save_round(Round(f"{name}:asked", asked, work.now, None))
    if len(rows) == most:
        uow.tree.save_round(replace(walk, position=rows[-1][0]))
    else:
        uow.tree.save_round(Round(name, 0, work.now + REPEAT, None if asked else work.now))
    if again:
        work.leaves.append(leaf("receipt-asked", frame.sender, "node", work.now, work.salt(), messages=len(again)))
    return again


def renewals(uow: UnitOfWork, trust: Trust) -> list[Renewal]:
    """Of each member some signing key of which was revoked, in roster order."""
    found = []
    for member in trust.connected():
        name = _walk_of(trust, member)
        if name is not None and member != uow.member:
            walk = uow.tree.round(name)
            found.append(Renewal(member, _asked(uow, name), walk is not None and walk.ended is not None))
    return found


def _worthless(work: Work, member: str, messages: set[str]) -> list[str]:
    """Those of these messages that the member's keys of today give no receipt for."""
    had = work.uow.deliveries.receipted(member, messages)
    kept = {
        one.id: {each.keyid for each in decode(one.raw).signatures} for one in work.uow.frames.get(set(had.values()))
    }
    lost = {frame for frame, signers in kept.items() if not vouched(work.trust, member, signers)}
    return sorted(message for message, frame in had.items() if frame in lost)


def _walk_of(trust: Trust, member: str) -> str | None:
    """Names the walk for all that is revoked of the member now; None if nothing is."""
    gone = sorted(key.id for key in trust.member(member).keys if key.purpose == "sign" and key.revoked is not None)
    return f"renewal:{member}:{sha256(''.join(gone).encode())[:16]}" if gone else None


def _asked(uow: UnitOfWork, name: str) -> int:
    kept = uow.tree.round(f"{name}:asked")
    return kept.position if kept else 0
