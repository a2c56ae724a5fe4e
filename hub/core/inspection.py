"""From bytes to belief: every check a message passes before anything is recorded, in one place and one order.

(1) decode strictly · (2) verify by the key of a roster member · (3) read the header that was verified · (4) sender
and signer agree, and the key is good for this message · (5) addressed to us in the signed part, or a header copy we
are entitled to · (6) the body is the signed one. Only :func:`examine` makes an :class:`Examined`, so an unverified
message cannot reach the rules.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar

from hub.core import envelope as wire
from hub.core.delivery import DELAY, SKEW
from hub.core.envelope import Envelope
from hub.core.errors import BadSignature, BodyMismatch, Malformed, NotForUs, WrongPurpose
from hub.core.ids import ALL, parse_time
from hub.core.second import check_second, check_second_receipt
from hub.core.standing import check_member, check_position, check_range
from hub.core.streams import StreamId
from hub.core.terms import host_at
from hub.core.trust import Trust
from hub.core.values import value
from schemas.wire.frames import Receipts
from schemas.wire.header import Header
from schemas.wire.types import Wire

F = TypeVar("F", bound=Wire)

_EARLIEST, _LATEST = datetime(1950, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


@value
class Examined:
    """A verified message. ``copy``: only its header came, for the joint-meeting office."""

    envelope: Envelope
    header: Header
    hash: str
    stream: StreamId
    issued: datetime
    sealed: datetime
    expires: datetime | None
    copy: bool
    skewed: bool
    entry: tuple[str, bytes] | None = None
    """Key id and content key for us, where the message was sealed before we had that key."""
    carrier: bytes | None = None
    """The frame that brought both."""


def examine(envelope: Envelope, trust: Trust, *, member: str, at: datetime) -> Examined:
    """Check a decoded message envelope; raises a ``Rejected`` that says which step failed."""
    if envelope.type != wire.MESSAGE:
        raise WrongPurpose("不是文书信封", field="payloadType")
    header, sealed, digest = _verified(envelope, trust, at)
    if header.sender == member:
        raise NotForUs("以本单位名义的来件", field="sender")
    copy = envelope.body is None
    if copy and header.audience in (member, ALL):
        raise BodyMismatch("发给本单位的文书缺少正文", field="body")
    if copy:
        _entitled(header, trust, member, at, sealed)
    elif header.audience not in (member, ALL):
        raise NotForUs(f"收件单位是 {header.audience}", field="audience")
    else:
        wire.check_body(envelope.body or b"", header.body.sha256, header.body.size)
    return _examined(envelope, header, digest, sealed, at, copy=copy)


def examine_returned(envelope: Envelope, trust: Trust, *, member: str, at: datetime) -> Examined:
    """Check a message of our own that a peer hands back because we lost it (DESIGN D3)."""
    if envelope.type != wire.MESSAGE:
        raise WrongPurpose("不是文书信封", field="payloadType")
    header, sealed, digest = _verified(envelope, trust, at, ours=True)
    if header.sender != member:
        raise NotForUs("退回的不是本单位的文书", field="sender")
    if envelope.body is None:
        raise BodyMismatch("退回的文书缺少正文", field="body")
    wire.check_body(envelope.body, header.body.sha256, header.body.size)
    return _examined(envelope, header, digest, sealed, at, copy=False)


def _verified(envelope: Envelope, trust: Trust, at: datetime, *, ours: bool = False) -> tuple[Header, datetime, str]:
    """The header of what its sender really signed while it might, when, and the message's hash."""
    owner = trust.key_of(envelope, at=at)
    header = wire.parse(Header, envelope.payload)
    if header.sender != owner.member:
        raise BadSignature(f"发件单位 {header.sender} 与签名单位 {owner.member} 不一致", field="sender")
    sealed = moment(header.sealed, "sealed")
    check_member(trust.members[owner.member], message=True)
    check_range(owner, sealed - SKEW)
    digest = envelope.hash
    check_position(owner.key, header, digest)
    check_second(trust, envelope, header, sealed=sealed - SKEW, at=at, ours=ours)
    return header, sealed, digest


def _examined(
    envelope: Envelope, header: Header, digest: str, sealed: datetime, at: datetime, *, copy: bool
) -> Examined:
    issued = moment(header.issued, "issued")
    return Examined(
        envelope,
        header,
        digest,
        StreamId(header.sender, header.audience, header.incarnation),
        issued,
        sealed,
        moment(header.expires, "expires") if header.expires else None,
        copy,
        not at - DELAY <= sealed <= at + SKEW or issued > sealed + SKEW,
    )


def examine_frame(
    model: type[F], envelope: Envelope, trust: Trust, *, member: str, at: datetime, overhear: bool = False
) -> F:
    """Check a control frame: signed by the ``sender`` it names, addressed to us (``overhear``: or to anyone)."""
    signer = trust.signer_of(envelope, at=at)
    frame = wire.parse(model, envelope.payload)
    if getattr(frame, "sender", signer) != signer:
        raise BadSignature("控制帧的发送单位与签名单位不一致", field="sender")
    if signer == member:
        raise NotForUs("以本单位名义的控制帧", field="sender")
    if getattr(frame, "audience", member) not in (member, ALL) and not overhear:
        raise NotForUs("不是发给本单位的控制帧", field="audience")
    if isinstance(frame, Receipts):
        check_second_receipt(trust, envelope, signer, moment(frame.issued, "issued"), at)
    return frame


def _entitled(header: Header, trust: Trust, member: str, at: datetime, sealed: datetime) -> None:
    """A bare header is for the joint-meeting office in its term, for kinds the agreement opens to it (D16).

    Signed in its term, it may arrive a little later. What was signed before its term is handed to the present host.
    """
    office = member in (host_at(trust, at), host_at(trust, sealed))
    if not office or trust.visible(header.kind, header.sender, header.audience) != "header":
        raise NotForUs("只有信封而无正文，且本单位无权接收抄送件", field="body")


def moment(text: str, field: str) -> datetime:
    """A signed time; one so absurd that calendars could not count with it is kept at the edge of what they can."""
    try:
        return min(max(parse_time(text), _EARLIEST), _LATEST)
    except ValueError as error:
        raise Malformed(f"{field} 不是真实存在的时间：{text}", field=field) from error
