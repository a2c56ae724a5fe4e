"""Our heads towards one peer: what we sent it, and what we have of it (DESIGN D3)."""

from __future__ import annotations

from hub.core import envelope as wire
from hub.core.ids import ALL
from hub.core.witnessing import between, unverified
from hub.flows.rows import Peer
from hub.flows.steps.framing import Work
from hub.flows.steps.renewal import files_for
from schemas.wire.frames import StreamHead

MAX_SENT = 16
"""Streams of ours one heads frame may name; those of the newest incarnations count."""


def send_heads(work: Work, peer: Peer) -> None:
    """Our sent and received heads towards one peer."""
    uow = work.uow
    own = uow.streams.out_heads({peer.member, ALL})
    got = [head for head in uow.streams.in_heads(peer.member) if head.stream.audience in (uow.member, ALL)]
    sent = [
        StreamHead(sender=uow.member, audience=h.audience, incarnation=h.incarnation, seq=h.seq, hash=h.hash)
        for h in sorted(own, key=lambda h: h.incarnation)[-MAX_SENT:]
    ]
    received = [
        StreamHead(
            sender=peer.member, audience=h.stream.audience, incarnation=h.stream.incarnation, seq=h.seq, hash=h.hash
        )
        for h in got[-64:]
    ]
    work.send(
        wire.HEADS,
        peer.member,
        {
            "roster": work.trust.roster.version,
            "agreement": work.trust.agreement.version,
            "sent": [head.model_dump() for head in sent],
            "received": [head.model_dump() for head in received],
            "log": _cosigned(work, peer.member),
        },
    )
    if _cannot_ask(work, peer):
        work.frames += files_for(work.trust, uow.member, peer.member, work.now)


def _cannot_ask(work: Work, peer: Peer) -> bool:
    """Once an hour: a key of the peer's was revoked, and nothing of it has counted this hour.

    It may not know, for the roster got lost on its way, and what it asks for by that key is refused.
    """
    hour = work.now.replace(minute=0, second=0, microsecond=0)
    silent = peer.heads_got_at is None or peer.heads_got_at < hour
    first = peer.heads_sent_at is None or peer.heads_sent_at < hour
    return first and silent and any(key.revoked is not None for key in work.trust.member(peer.member).keys)


def _cosigned(work: Work, member: str) -> str | None:
    """How far we have seen the member's log: a member that was restored from a backup learns what it lost."""
    held = work.uow.witness.last_of(member)
    if held is None:
        return None
    return str(between(unverified(held.note).note, held.origin, work.uow.member))
