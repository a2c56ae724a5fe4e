"""A slot that may no longer be sent is filled by a signed note, so that the stream goes on past it (DESIGN D3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.core import envelope as wire
from hub.core.ids import sha256, wire_time
from hub.core.trust import Trust
from hub.flows.ports import Signer, UnitOfWork
from hub.flows.rows import Frame, Message, ToPublish
from hub.flows.steps.refold import refold
from schemas.wire.header import Header


def why_withheld(one: Message | ToPublish, now: datetime) -> str | None:
    """``expired`` or ``erased``, the reason why it may not be sent any more; None: it may."""
    if one.erased:
        return "erased"
    return "expired" if one.expires is not None and one.expires <= now else None


def withhold(
    uow: UnitOfWork, waiting: Sequence[ToPublish], trust: Trust, *, signer: Signer, now: datetime
) -> list[ToPublish]:
    """Take out of ``waiting`` what expired or was erased; each addressee gets a note in its place.

    The matter leaves it out. The header of what was erased may still go to the joint-meeting office.
    """
    found = {one.id: why_withheld(one, now) for one in waiting}
    late = [one for one in waiting if found[one.id] == "expired" or (found[one.id] and one.form == "full")]
    if not late:
        return list(waiting)
    for reason in ("expired", "erased"):
        uow.deliveries.withhold([one.id for one in late if found[one.id] == reason], reason)
    uow.frames.add([_note(one, uow.member, signer, now, str(found[one.id])) for one in late if one.form == "full"])
    refold(uow, trust, uow.messages.matters_of({one.message for one in late}), now)
    gone = {one.id for one in late}
    return [one for one in waiting if one.id not in gone]


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
