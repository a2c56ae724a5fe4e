"""Receipts that prove nothing any more are asked for once more: their key was revoked, or a second signature is due.

A receipt has no place in a stream, so a revoked key vouches for none of those it made. Its member signs what it
recorded then again, by its present key; the new statement tells both times (decision 17).
"""

from __future__ import annotations

from datetime import datetime

from hub.core import envelope as wire
from hub.core.second import vouched
from hub.flows.ports import Keys, Salt, UnitOfWork
from hub.flows.ports.proving import Papers
from hub.flows.steps.framing import Work
from schemas.wire.frames import MAX_RECEIPTS, Receipts
from schemas.wire.header import Header


def ask_again(uow: UnitOfWork, papers: Papers, *, keys: Keys, now: datetime, salt: Salt) -> dict[str, int]:
    """Ask for the receipts among ``papers`` of our own messages that nobody takes any more; how many of each member."""
    work = Work(uow, uow.trusts.current(), keys, now, salt)
    heads = {digest: wire.parse(Header, wire.decode(raw).payload) for digest, raw, _ in papers.messages}
    ours = {digest for digest, head in heads.items() if head.sender == uow.member}
    wanted: dict[str, set[str]] = {}
    for _, raw in papers.receipts:
        one = wire.decode(raw)
        said = wire.parse(Receipts, one.payload)
        there = said.sender != uow.member and said.sender in work.trust.connected()
        if there and not vouched(work.trust, said.sender, {signature.keyid for signature in one.signatures}):
            wanted.setdefault(said.sender, set()).update(ours & {receipt.message for receipt in said.receipts})
    for member, messages in wanted.items():
        listed = sorted(messages)
        for start in range(0, len(listed), MAX_RECEIPTS):
            some: dict[str, object] = {"messages": [], "receipts": listed[start : start + MAX_RECEIPTS], "roster": None}
            work.send(wire.RESEND, member, some)
    work.finish()
    return {member: len(messages) for member, messages in wanted.items() if messages}
