"""A slot that may no longer be sent is filled by a signed note, so that the stream goes on past it (DESIGN D3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from hub.core import envelope as wire
from hub.core.ids import sha256, wire_time
from hub.core.standing import vouches
from hub.core.terms import host_at
from hub.core.trust import Trust
from hub.flows.ports import Signer, UnitOfWork
from hub.flows.rows import Frame, Message, ToPublish
from hub.flows.steps.refold import refold
from schemas.wire.header import Header
from schemas.wire.roster import MemberKey

Revoked = Mapping[str, MemberKey]

REASONS = {
    "expired": "已失效",
    "erased": "正文已清除",
    "revoked": "签名密钥已吊销，请重新办理发出",
    "expelled": "对方单位已退出",
    "handed-over": "轮值已交接，不再抄送",
}
"""Why a message goes no further, in words for people."""


def revoked_keys(trust: Trust, member: str) -> Revoked:
    """Signing keys of ``member`` that were revoked, by id."""
    return {key.id: key for key in trust.member(member).keys if key.purpose == "sign" and key.revoked is not None}


def why_withheld(one: Message | ToPublish, revoked: Revoked, now: datetime) -> str | None:
    """One of :data:`REASONS`, why its sender may not send it any more, with its ``revoked`` keys; None: it may."""
    if one.erased:
        return "erased"
    if one.expires is not None and one.expires <= now:
        return "expired"
    return "revoked" if revoked and not _vouched(one.raw, revoked) else None


def _vouched(raw: bytes, revoked: Revoked) -> bool:
    """Whether our key of that time still stands for it: peers refuse what a revoked one signed after its last good."""
    envelope = wire.decode(raw)
    header = wire.parse(Header, envelope.payload)
    keys = [revoked.get(one.keyid) for one in envelope.signatures]
    return any(key is None or vouches(key, header, envelope.hash) for key in keys)


def withhold(
    uow: UnitOfWork, waiting: Sequence[ToPublish], trust: Trust, *, signer: Signer, now: datetime
) -> list[ToPublish]:
    """Take out of ``waiting`` what expired, was erased or has lost its key; each addressee gets a note in its place.

    An expelled member gets nothing, no note either. The matter leaves it out.
    """
    revoked = revoked_keys(trust, uow.member)
    gone_members = {member.id for member in trust.roster.members if member.status == "expelled"}
    found = {
        one.id: "expelled" if one.member in gone_members else why_withheld(one, revoked, now)
        for one in waiting
        if one.form == "full"
    } | _copies(uow, [one for one in waiting if one.form == "header"], trust, revoked, now)
    late = [one for one in waiting if found[one.id]]
    if not late:
        return list(waiting)
    for reason in REASONS:
        uow.deliveries.withhold([one.id for one in late if found[one.id] == reason], reason)
    told = [one for one in late if one.form == "full" and found[one.id] != "expelled"]
    uow.frames.add([_note(one, uow.member, signer, now, str(found[one.id])) for one in told])
    refold(uow, trust, uow.messages.matters_of({one.message for one in late}), now)
    gone = {one.id for one in late}
    return [one for one in waiting if one.id not in gone]


def _copies(
    uow: UnitOfWork, waiting: Sequence[ToPublish], trust: Trust, revoked: Revoked, now: datetime
) -> dict[int, str | None]:
    """The same for header copies: none goes to who is host no more.

    What was erased, or expired when its addressee had it, has a header all the same: a new host counts it.
    """
    host = host_at(trust, now)
    found = {one.id: why_withheld(one, revoked, now) if one.member == host else "handed-over" for one in waiting}
    expired = [one for one in waiting if found[one.id] == "expired"]
    for audience in {one.audience for one in expired}:
        had = uow.deliveries.receipted(audience, {one.message for one in expired if one.audience == audience})
        found |= {one.id: None for one in expired if one.message in had}
    return {number: None if why == "erased" else why for number, why in found.items()}


def _note(one: ToPublish, member: str, signer: Signer, now: datetime, reason: str) -> Frame:
    header = wire.parse(Header, wire.decode(one.raw).payload)
    payload = wire.dump(
        {
            "sender": member,
            "audience": one.member,
            "issued": wire_time(now),
            "stream": header.audience,
            "incarnation": header.incarnation,
            "seq": header.seq,
            "message": one.message,
            "reason": reason,
        }
    )
    signed = wire.pae(wire.WITHHELD, payload)
    raw = wire.encode(wire.WITHHELD, payload, (wire.Signature(signer.keyid, signer.sign(signed)),), None)
    return Frame(sha256(signed), wire.WITHHELD, member, one.member, raw, now, pending=True, keep=True)
