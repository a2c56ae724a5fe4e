"""Who joins or comes back hears what still counts: our live broadcasts, and what was kept back meanwhile (DESIGN D3).

Everything before is skipped by a signed base, which the newcomer asks for like for any gap (:func:`skip`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from hub.core import envelope as wire
from hub.core import streams
from hub.core.audit import leaf
from hub.core.ids import ALL
from hub.core.streams import StreamId
from hub.core.trust import Trust
from hub.flows.ports import UnitOfWork
from hub.flows.rows import Delivery, DeliveryStatus, Message, MessageStatus
from hub.flows.steps.framing import Work
from hub.flows.steps.refold import refold
from schemas.wire.frames import Base


def welcome(uow: UnitOfWork, before: Trust, after: Trust, now: datetime) -> None:
    """Put on its way what members that are active from this roster on lack of ours."""
    known = {*before.active(), uow.member}
    joined = [member for member in after.active() if member not in known]
    if not joined or uow.member not in after.active():
        return
    live = _live(uow)
    matters: set[str] = set()
    for member in joined:
        freed = uow.deliveries.readmit(member, "expelled")
        matters |= uow.messages.matters_of(freed) if freed else set()
        there = uow.deliveries.known(member, live) if live else set()
        uow.deliveries.add(
            [Delivery(message, member, "full", DeliveryStatus.PENDING) for message in live if message not in there]
        )
    if matters:
        refold(uow, after, matters, now)


def skip(work: Work, to: str, sent: Sequence[Message], known: Collection[str]) -> None:
    """Tell where our broadcasts begin for a member: after the last of ``sent`` that is not among ``known``, its own."""
    base = next((one for one in reversed(sent) if one.audience == ALL and one.hash not in known), None)
    if base is not None:
        place = {"stream": ALL, "incarnation": base.incarnation, "seq": base.seq, "hash": base.hash}
        work.send(wire.BASE, to, place)


def begin(work: Work, frame: Base) -> None:
    """Broadcasts of before we joined, or while we were away: the stream begins after them for us."""
    stream = StreamId(frame.sender, frame.stream, frame.incarnation)
    head = work.uow.streams.lock_in([stream])[stream]
    if frame.seq <= head.seq or head.frozen:
        return
    work.uow.streams.save_in([streams.advance(head, frame.seq, frame.hash)])
    work.leaves.append(leaf("base", frame.hash, frame.sender, work.now, work.salt(), seq=frame.seq, was=head.seq))


def _live(uow: UnitOfWork) -> list[str]:
    """Our messages to all in matters that are not over."""
    matters = uow.matters.broadcasts(uow.member)
    if not matters:
        return []
    return [
        one.hash
        for one in uow.messages.entries(matters)
        if (one.sender, one.audience, one.status) == (uow.member, ALL, MessageStatus.STORED)
    ]
