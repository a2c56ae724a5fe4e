"""Signed receipts for one intake batch: one frame per sender, kept for ever, byte-identical when repeated (DESIGN D4).

Receipts for messages the joint-meeting office may see go to it as well, so that its due dates rest on the same signed
times as everybody's; they stand in frames of their own, so that it learns nothing else (D16), nor does a later host.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from hub.core import envelope as wire
from hub.core.audit import leaf
from hub.core.envelope import decode, parse
from hub.core.ids import ALL, sha256, wire_time
from hub.core.second import vouched
from hub.core.terms import host_at
from hub.core.trust import Trust
from hub.flows.ports import Keys, UnitOfWork
from hub.flows.rows import Frame, Message, MessageStatus
from hub.flows.steps.admission import Judged
from hub.flows.steps.framing import Work
from hub.flows.steps.pens import signed
from schemas.wire.frames import MAX_RECEIPTS, Receipts

Answered = Judged | Message
OUTCOMES = {
    MessageStatus.STORED: "stored",
    MessageStatus.COPY: "stored",
    MessageStatus.REFUSED: "refused",
    MessageStatus.HELD: "held",
}


def receipts(
    messages: Sequence[Answered], trust: Trust, *, keys: Keys, member: str, now: datetime
) -> tuple[list[Frame], dict[str, str]]:
    """Sign the receipts of ``messages``; returns the frames to send and, by message, the frame with its receipt."""
    office = host_at(trust, now)
    groups: dict[tuple[str, bool], list[Answered]] = defaultdict(list)
    shown: dict[tuple[str, ...], bool] = {}
    for message in messages:
        way = (message.kind, message.sender, message.audience, message.status)
        if way not in shown:
            shown[way] = _is_shown(message, trust)
        groups[message.sender, shown[way]].append(message)
    frames: list[Frame] = []
    noted: dict[str, str] = {}
    for (sender, seen), group in groups.items():
        for start in range(0, len(group), MAX_RECEIPTS):
            some = group[start : start + MAX_RECEIPTS]
            frame = receipt_frame(some, sender, keys, member, now)
            frames.append(frame)
            if seen and office not in (None, member, sender):
                frames.append(_copy_for(str(office), frame))
            noted.update((message.hash, frame.id) for message in some)
    return frames, noted


def give_again(work: Work, to: str, asked: Collection[str]) -> None:
    """Send the receipts that ``to`` asks for, byte for byte as they were given.

    Those that nobody takes any more, for their key was revoked or a second signature is asked for since, are signed
    once more: the same messages and times as they are recorded, under the time of now. The first ones are kept (I5).
    """
    uow = work.uow
    given = {frame for frame in uow.messages.receipts_of(asked).values() if frame}
    good = still_good(uow, work.trust, given)
    uow.frames.send_again(good)
    left = [one for one in uow.messages.get(asked) if one.receipt_frame in given - good and one.sender == to]
    for start in range(0, len(left), MAX_RECEIPTS):
        frame = receipt_frame(left[start : start + MAX_RECEIPTS], to, work.keys, uow.member, work.now)
        work.frames.append(replace(frame, keep=False))
        work.leaves.append(leaf("receipt-given", frame.id, "node", work.now, work.salt(), to=to))


def still_good(uow: UnitOfWork, trust: Trust, frames: Collection[str]) -> set[str]:
    """Those of our own receipt frames that peers still take; no frame is read while none of our keys is in doubt."""
    if not frames or not _doubted(trust, uow.member):
        return set(frames)
    return {one.id for one in uow.frames.get(frames) if vouched(trust, uow.member, _signers(one))}


def take_renewed(work: Work, frame: Receipts, digest: str) -> None:
    """A peer signed receipts again that we had under a key that counts no more: evidence shows these from now on."""
    if not _doubted(work.trust, frame.sender):
        return
    had = work.uow.deliveries.receipted(frame.sender, {one.message for one in frame.receipts})
    old = work.uow.frames.get(set(had.values()) - {digest})
    lost = {one.id for one in old if not vouched(work.trust, frame.sender, _signers(one))}
    again = [message for message, known in had.items() if known in lost]
    work.uow.deliveries.renew(frame.sender, again, digest)
    if again:
        work.leaves.append(leaf("receipt", digest, frame.sender, work.now, work.salt(), messages=len(again)))


def _doubted(trust: Trust, member: str) -> bool:
    """Whether receipts of this member may have lost their worth."""
    keys = trust.member(member).keys
    return trust.roster.second_signature is not None or any(key.revoked is not None for key in keys)


def _signers(frame: Frame) -> set[str]:
    return {one.keyid for one in decode(frame.raw).signatures}


def show_again(work: Work, asked: Collection[str]) -> set[str]:
    """Send the joint-meeting office the receipts it asks for, of messages others sent us and it may see.

    Returns what it asked for besides: receipts of its own messages.

    The very bytes their senders got. A frame that says more than it may know, from before receipts were kept apart, or
    that nobody takes any more (:func:`give_again`), is not shown: what it may know is signed once more.
    """
    uow, office = work.uow, str(host_at(work.trust, work.now))
    others = [one for one in uow.messages.get(asked) if one.sender != office]
    shown = [one for one in others if one.receipt_frame and _is_shown(one, work.trust)]
    kept = uow.frames.get({str(one.receipt_frame) for one in shown})
    said = {one.id: {r.message for r in parse(Receipts, decode(one.raw).payload).receipts} for one in kept}
    known = {one.hash: one for one in uow.messages.get({message for some in said.values() for message in some})}
    good = still_good(uow, work.trust, said.keys())
    whole = [
        f for f in kept if f.id in good and all(m in known and _is_shown(known[m], work.trust) for m in said[f.id])
    ]
    copies = [_copy_for(office, frame) for frame in whole]
    uow.frames.add(copies)
    uow.frames.send_again({one.id for one in copies})
    left = [one for one in shown if one.receipt_frame not in {frame.id for frame in whole}]
    for sender in {one.sender for one in left}:
        some = [one for one in left if one.sender == sender]
        frame = receipt_frame(some, sender, work.keys, uow.member, work.now)
        work.frames.append(replace(frame, audience=office, keep=False))
    return set(asked) - {one.hash for one in others}


def _is_shown(message: Answered, trust: Trust) -> bool:
    """Whether a joint-meeting office may know of it, whoever holds that office."""
    full = message.status is not MessageStatus.COPY and message.audience != ALL
    return full and trust.visible(message.kind, message.sender, message.audience) == "header"


def _copy_for(office: str, frame: Frame) -> Frame:
    """The joint-meeting office's copy of a receipts frame: same bytes, another way."""
    return replace(frame, id=f"{frame.id}:{office}", audience=office, pending=True)


def receipt_frame(messages: Sequence[Answered], sender: str, keys: Keys, member: str, now: datetime) -> Frame:
    """One batch of receipts for ``sender``, signed now; what it says of each message is what was recorded."""
    times = {at: wire_time(at) for at in {message.stored_at for message in messages}}
    payload = wire.dump(
        {
            "sender": member,
            "audience": sender,
            "issued": wire_time(now),
            "receipts": [
                {
                    "message": message.hash,
                    "outcome": OUTCOMES[message.status],
                    "code": message.code,
                    "stored_at": times[message.stored_at],
                }
                for message in messages
            ],
        }
    )
    raw, digest = signed(wire.RECEIPTS, payload, None, keys), sha256(wire.pae(wire.RECEIPTS, payload))
    return Frame(digest, wire.RECEIPTS, member, sender, raw, now, pending=True, keep=True)
