"""What is stored is no longer what was signed: named as an alarm, fetched again from who has it, put back (X32).

An open alarm of the kind :data:`DAMAGED` is the mark: while there is one, no checkpoint is signed. Peers are asked with
the next heads: the sender for what it sent us, an addressee for what we sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from hub.core import envelope as wire
from hub.core import signing
from hub.core.audit import Leaf, leaf
from hub.core.envelope import Envelope
from hub.core.errors import FieldUnreadable, Rejected
from hub.core.ids import ALL, sha256
from hub.core.inspection import Examined
from hub.core.pieces import digest_of, places
from hub.core.streams import StreamId
from hub.core.terms import host_at
from hub.core.trust import Trust
from hub.flows.ports import Salt, Sealer, UnitOfWork
from hub.flows.ports.log import Alarm
from hub.flows.rows import Frame, Message, PartMeta
from hub.flows.steps.admission import admit
from hub.flows.steps.batching import Batch
from hub.flows.steps.framing import Work
from hub.flows.steps.pens import countersigned
from schemas.catalogue import TITLES
from schemas.wire.frames import Range
from schemas.wire.header import Header

DAMAGED = "damaged"
MOST = 16
"""Messages asked for once more at a time."""


class Damage(NamedTuple):
    """A message that is not what was signed; ``part``: an attachment of it is not."""

    stream: StreamId
    seq: int
    message: str
    part: str = ""
    alarm: int = 0

    @property
    def place(self) -> str:
        """As the alarm names it."""
        return " ".join((*self.stream, str(self.seq), self.message, self.part)).rstrip()


def damages(uow: UnitOfWork) -> list[Damage]:
    """All that is not mended yet."""
    return [_damage(one) for one in uow.alarms.open(uow.member) if one.kind == DAMAGED]


def fault_in(message: Message, trust: Trust) -> str | None:
    """Why what is stored of a message is not what was signed; None: it is."""
    try:
        envelope = wire.decode(message.raw)
        header = wire.parse(Header, envelope.payload)
        if envelope.hash != message.hash:
            return "信封与登记的摘要不符"
        if not _is_signed(envelope, trust):
            return "签名与信封不符"
        if envelope.body is not None and message.erased is None:
            wire.check_body(envelope.body, header.body.sha256, header.body.size)
    except Rejected as error:
        return error.detail
    sealed = header.body.sealed and message.opened is not None and message.erased is None
    return "正文与签名的承诺值不符" if sealed and sha256(message.opened or b"") != header.body.commit else None


def fault_in_part(uow: UnitOfWork, part: PartMeta) -> bool:
    """Whether an attachment is gone, or another than the one named."""
    try:
        return digest_of(uow.parts.piece(part.sha256, start) or b"" for start in places(part.size)) != part.sha256
    except FieldUnreadable:
        return True


def once_more(work: Work, peer: str) -> list[dict[str, object]]:
    """Ranges of a peer's messages to us that it is to send once more."""
    return _spans(one for one in damages(work.uow) if not one.part and one.stream.sender == peer)


def copies_again(work: Work, to: str, span: Range) -> None:
    """Header copies that the joint-meeting office got once, and lost since."""
    stream = StreamId(work.uow.member, span.audience, span.incarnation)
    ours = work.uow.messages.range_of(stream, span.first, min(span.last, span.first + MOST - 1))
    had = work.uow.deliveries.receipted(to, {one.hash for one in ours})
    for one in ours if host_at(work.trust, work.now) == to else ():
        if one.hash in had:
            raw = wire.without_body(countersigned(one.raw, work.uow.member, work.keys, work.trust))
            work.frames.append(Frame(f"{one.hash}:{to}", wire.MESSAGE, work.uow.member, to, raw, work.now, True, False))


def wanted_back(work: Work, peer: str) -> list[dict[str, object]]:
    """Ranges of our own messages that a peer is to hand back."""
    return _spans(
        one
        for one in damages(work.uow)
        if not one.part and one.stream.sender == work.uow.member and one.stream.audience in (peer, ALL)
    )


def mend(uow: UnitOfWork, batch: Batch, opened: Iterable[object], known: Collection[str], salt: Salt) -> None:
    """Of messages of others that came again, put back those that are damaged here."""
    again = {one.hash: one for one in opened if isinstance(one, Examined) and one.hash in known}
    for damage in damages(uow) if again else ():
        one = again.get(damage.message)
        if one is not None and not damage.part:
            batch.leaves += _put_back(uow, damage, one, batch.trust, batch.keys.sealer, batch.now, salt)


def mend_own(work: Work, one: Examined) -> None:
    """The same for a message of our own that an addressee handed back."""
    for damage in damages(work.uow):
        if damage.message == one.hash and not damage.part:
            work.leaves += _put_back(work.uow, damage, one, work.trust, work.keys.sealer, work.now, work.salt)


def _put_back(
    uow: UnitOfWork, damage: Damage, one: Examined, trust: Trust, sealer: Sealer, now: datetime, salt: Salt
) -> list[Leaf]:
    """The signed bytes in their place, and what they hold; nothing if they do not open here any more."""
    opened, title = None, TITLES.get(one.header.kind, one.header.kind)
    if not one.copy:
        found = admit(one, trust, sealer)
        opened, title = found.opened, found.title
    if one.header.body.sealed and opened is None and not one.copy:
        return []
    uow.messages.mend(one.hash, one.envelope.raw, opened, title)
    uow.alarms.settle(damage.alarm, now)
    return [leaf("mended", one.hash, one.header.sender, now, salt(), seq=damage.seq)]


def _damage(alarm: Alarm) -> Damage:
    sender, audience, incarnation, seq, message, *part = alarm.place.split(" ")
    return Damage(StreamId(sender, audience, incarnation), int(seq), message, "".join(part), alarm.id)


def _spans(found: Iterable[Damage]) -> list[dict[str, object]]:
    return [
        {"audience": one.stream.audience, "incarnation": one.stream.incarnation, "first": one.seq, "last": one.seq}
        for one in found
    ][:MOST]


def _is_signed(envelope: Envelope, trust: Trust) -> bool:
    """By the key it names, as far as that is listed still; whether the key counts is another question."""
    keys = [(one.sig, owner.public) for one in envelope.signatures for owner in trust.keys.get(one.keyid, ())]
    return not keys or any(signing.is_valid(public, sig, envelope.signed) for sig, public in keys)
