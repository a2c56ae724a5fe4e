"""A stolen key: where it was last good, and what stands here that it may have forged (DESIGN D5, RELIABILITY X37).

Its member names, for each of its own streams, the last message it is sure of; the roster's holders sign those positions
when they revoke the key. From then on every node refuses what comes after them, and can list what it already took.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hub.core import envelope as wire
from hub.core.standing import vouches
from hub.core.streams import StreamId
from hub.flows.ports import UnitOfWork
from hub.flows.rows import Message, MessageStatus
from schemas.wire.roster import LastGood, Member, MemberKey

_PAGE = 500
_TAKEN = (MessageStatus.STORED, MessageStatus.HELD, MessageStatus.COPY)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message signed by a revoked key that the key does not vouch for. ``forked``: the stream took another course."""

    message: Message
    key: str
    forked: bool


def last_good(uow: UnitOfWork, before: datetime) -> list[LastGood]:
    """The last message signed before a moment in each of our own streams."""
    tops = uow.messages.tops(uow.member, before)
    hashes = uow.messages.hashes_at(set(tops.items()))
    return [
        LastGood(audience=stream.audience, incarnation=stream.incarnation, seq=seq, hash=hashes[stream, seq])
        for stream, seq in sorted(tops.items())
    ]


def doubtful(uow: UnitOfWork) -> Iterator[Doubt]:
    """Everything recorded here that a revoked key signed and does not vouch for, by member, oldest first."""
    for member in uow.trusts.current().roster.members:
        revoked = {key.id: key for key in member.keys if key.purpose == "sign" and key.revoked is not None}
        if revoked:
            yield from _of_member(uow, member, revoked)


def _of_member(uow: UnitOfWork, member: Member, revoked: dict[str, MemberKey]) -> Iterator[Doubt]:
    forked = _forked(uow, member, revoked)
    after = 0
    while page := uow.messages.of_sender(member.id, after, _PAGE):
        for message in page:
            key = next(
                (revoked[one.keyid] for one in wire.decode(message.raw).signatures if one.keyid in revoked), None
            )
            if key is None or message.status not in _TAKEN:
                continue
            other = (key.id, StreamId(message.sender, message.audience, message.incarnation)) in forked
            if other or not vouches(key, message, message.hash):
                yield Doubt(message, key.id, other)
        after = page[-1].id


def _forked(uow: UnitOfWork, member: Member, revoked: dict[str, MemberKey]) -> set[tuple[str, StreamId]]:
    """Streams that hold another message here at the place of the last good one: then none of them is proved."""
    named = {
        (key.id, StreamId(member.id, one.audience, one.incarnation)): (one.seq, one.hash)
        for key in revoked.values()
        for one in key.revoked or ()
    }
    here = uow.messages.hashes_at({(stream, seq) for (_, stream), (seq, _) in named.items()})
    return {place for place, (seq, digest) in named.items() if here.get((place[1], seq), digest) != digest}
