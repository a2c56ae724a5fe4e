"""Control frames: heads find every gap, receipts end deliveries, resend requests heal both ways (DESIGN D1, D3, D4).

No loop is possible by construction: heads are sent by the timer only, never in answer to anything; receipts and
messages are sent again only on request; a request is made only for what heads prove to be missing, at most once per
``ASK_EVERY`` and peer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from hub.core import envelope as wire
from hub.core import streams
from hub.core.audit import leaf
from hub.core.delivery import ASK_EVERY, GRACE, HELD_EVERY, Bucket
from hub.core.envelope import Envelope
from hub.core.errors import NotForUs, Rejected, WrongPurpose
from hub.core.ids import ALL, milliseconds
from hub.core.inspection import examine_frame, moment
from hub.core.streams import StreamId
from hub.core.terms import host_at
from hub.flows.ports import Incoming, Keys, Salt, UnitOfWork
from hub.flows.rows import DeliveryStatus, Frame, Message, Peer, Verdict
from hub.flows.steps.fading import faded
from hub.flows.steps.framing import Work
from hub.flows.steps.handing_out import want
from hub.flows.steps.heads import send_heads
from hub.flows.steps.joining import begin, skip
from hub.flows.steps.looking import LOOKING, take_looking
from hub.flows.steps.mending import copies_again, once_more
from hub.flows.steps.poison import charge, fine, payer, quarantine_leaf, quarantined, same_login
from hub.flows.steps.receipting import give_again, show_again, take_renewed
from hub.flows.steps.recovering import hand_back, lost, send_receipted, take_back
from hub.flows.steps.renewal import files_for, take_file, taken_leaf
from hub.flows.steps.withholding import revoked_keys, why_withheld
from hub.flows.steps.witnessing import take_checkpoint, take_cosignature
from schemas.wire.frames import MAX_RECEIPTS, Base, Checkpoint, Cosignature, Heads, Receipts, Resend, Returned, Withheld
from schemas.wire.types import Wire

F = TypeVar("F", bound=Wire)

BATCH = 5000
"""Messages asked for or put back at once: a week's backlog comes in steps, not in a flood."""


def take_frames(
    uow: UnitOfWork,
    deliveries: Sequence[Incoming],
    *,
    keys: Keys,
    now: datetime,
    salt: Salt,
    quotas: dict[str, Bucket],
) -> list[Verdict]:
    """Act on one batch of control frames; one verdict per delivery, in order. Idempotent frame by frame.

    ``quotas`` belongs to the calling worker, as in ``intake.take_in``.
    """
    work = Work(uow, uow.trusts.current(), keys, milliseconds(now), salt)
    verdicts = [_take(work, delivery, quotas) for delivery in deliveries]
    work.finish()
    return verdicts


def exchange_heads(
    uow: UnitOfWork, *, keys: Keys, now: datetime, salt: Salt, every: float, only: str | None = None
) -> int:
    """Send heads to every peer whose turn it is (``only``: to this one, whatever its turn); returns how many."""
    work = Work(uow, uow.trusts.current(), keys, now, salt)
    far = work.trust.by_ferry(uow.member)
    wanted = [m for m in work.trust.connected() if m != uow.member and (m == only if only else m not in far)]
    peers = uow.peers.get(wanted)
    turn = [p for p in peers.values() if only or not _recent(p.heads_sent_at, now, every)]
    for peer in turn:
        send_heads(work, peer)
    uow.peers.save([replace(peer, heads_sent_at=now) for peer in turn])
    work.finish()
    return len(turn)


def _take(work: Work, delivery: Incoming, quotas: dict[str, Bucket]) -> Verdict:
    """Verify and act on one frame; what is wrong goes to quarantine."""
    claimed = payer(work.trust, delivery)
    dropped = charge(quotas, claimed, work.now)
    if dropped is not None:
        return dropped
    try:
        envelope = wire.decode(delivery.raw)
        _act(work, envelope, delivery)
    except Rejected as error:
        return fine(quotas, claimed, error, work.now) or _quarantine(work, delivery, claimed, error)
    return Verdict("frame", None, envelope.type.removeprefix(wire.PREFIX).removesuffix(wire.SUFFIX), envelope.hash)


def _quarantine(work: Work, delivery: Incoming, claimed: str, error: Rejected) -> Verdict:
    row, verdict = quarantined(delivery, claimed, error, work.now)
    work.uow.quarantine.add([row])
    work.leaves.append(quarantine_leaf(row, work.now, work.salt))
    return verdict


def _act(work: Work, envelope: Envelope, delivery: Incoming) -> None:
    if envelope.type == wire.RECEIPTS:
        _receipts(work, envelope, _read(work, Receipts, envelope, delivery))
    elif envelope.type == wire.HEADS:
        _compare(work, _read(work, Heads, envelope, delivery))
    elif envelope.type == wire.RESEND:
        _resend(work, _read(work, Resend, envelope, delivery))
    elif envelope.type == wire.RETURNED:
        take_back(work, _read(work, Returned, envelope, delivery), envelope.body)
    elif envelope.type == wire.WITHHELD:
        _withheld(work, _read(work, Withheld, envelope, delivery))
    elif envelope.type == wire.BASE:
        begin(work, _read(work, Base, envelope, delivery))
    else:
        _act_on_logs(work, envelope, delivery)


def _act_on_logs(work: Work, envelope: Envelope, delivery: Incoming) -> None:
    """What concerns no single message: logs that are witnessed, looks told, and the signed files of the federation."""
    if envelope.type == wire.CHECKPOINT:
        take_checkpoint(work, _read(work, Checkpoint, envelope, delivery), work.keys.witness)
    elif envelope.type == wire.COSIGNATURE:
        take_cosignature(work, _read(work, Cosignature, envelope, delivery))
    elif envelope.type in LOOKING:
        take_looking(work, _read(work, LOOKING[envelope.type], envelope, delivery))
    elif envelope.type in (wire.ROOT, wire.ROSTER, wire.AGREEMENT):
        _files(work, envelope)
    else:
        raise WrongPurpose("此类信封不作为控制帧接收", field="payloadType")


def _read(work: Work, model: type[F], envelope: Envelope, delivery: Incoming) -> F:
    """The verified frame; receipts between others may be overheard by the joint-meeting office of that day alone."""
    member = work.uow.member
    host = model is Receipts and any(term.member == member for term in work.trust.roster.joint_meeting)
    frame = examine_frame(model, envelope, work.trust, member=member, at=work.now, overhear=host)
    same_login(delivery, getattr(frame, "sender", ""))
    if isinstance(frame, Receipts) and member not in (
        frame.audience,
        host_at(work.trust, work.now),
        host_at(work.trust, moment(frame.issued, "issued")),
    ):
        raise NotForUs("不是发给本单位的控制帧", field="audience")
    return frame


def _receipts(work: Work, envelope: Envelope, frame: Receipts) -> None:
    """A peer's word on our messages (the joint-meeting office: on others'); the first counts, after held the next."""
    said = frame.receipts
    outcomes = [(r.message, DeliveryStatus(r.outcome), r.code, moment(r.stored_at, "stored_at")) for r in said]
    kept = Frame(envelope.hash, envelope.type, frame.sender, frame.audience, envelope.raw, work.now, False, True)
    work.uow.frames.add([kept])
    found = work.uow.deliveries.answered(frame.sender, outcomes, envelope.hash)
    if found.news:
        work.arrived |= {r.message for r in said}
        work.moving |= found.moving
        work.leaves.append(leaf("receipt", envelope.hash, frame.sender, work.now, work.salt(), messages=len(said)))
    take_renewed(work, frame, envelope.hash)
    work.heard.add(frame.sender)


def _compare(work: Work, frame: Heads) -> None:
    """Heads against ours: ask for what we lack, hand on a newer roster.

    What *we* sent and the peer lacks, the peer asks for: our heads reach it behind our messages, so it alone can tell
    a loss from a backlog it is still working through.
    """
    peer = work.seen(frame.sender, got_heads=True)
    have = {(h.audience, h.incarnation): h.seq for h in frame.received if h.sender == work.uow.member}
    # A header copy has no number: one without receipt goes out again, and its duplicate brings the receipt.
    work.uow.deliveries.again(frame.sender, None, before=work.now - GRACE)
    if frame.roster < work.trust.roster.version:
        _hand_over(work, frame.sender)
    returns = lost(work, frame)
    asked = peer.asked_at
    if asked is not None and timedelta(0) <= work.now - asked < ASK_EVERY:
        return
    ranges = _missing(work, frame) + once_more(work, frame.sender)
    unanswered = _unreceipted(work, peer, have)
    unanswered += faded(work, frame, MAX_RECEIPTS - len(unanswered))
    newer = frame.roster if frame.roster > work.trust.roster.version else None
    if ranges or unanswered or newer or returns:
        wanted = {"messages": ranges, "receipts": unanswered, "roster": newer, "returns": returns}
        work.send(wire.RESEND, frame.sender, wanted)
        work.uow.peers.save([replace(peer, asked_at=work.now)])


def _unreceipted(work: Work, peer: Peer, have: dict[tuple[str, str], int]) -> list[str]:
    """Messages the peer's heads show as recorded, but whose receipt never came; and receipts of others' we may see.

    Once an hour also what it holds: it may have been upgraded, and its second receipt have got lost.
    """
    waiting = work.uow.deliveries.unanswered(peer.member, BATCH)
    lost = [message for message, audience, incarnation, seq in waiting if seq <= have.get((audience, incarnation), 0)]
    if work.office:
        lost += [message for message, addressee in work.uow.deliveries.unseen(BATCH) if addressee == peer.member]
    if peer.asked_at is None or peer.asked_at.replace(minute=0, second=0) <= work.now - HELD_EVERY:
        lost += work.uow.held.answers(peer.member, BATCH)
    return lost[:MAX_RECEIPTS]


def _missing(work: Work, frame: Heads) -> list[dict[str, object]]:
    """Holes between what the peer says it sent us and what we have."""
    sent = [h for h in frame.sent if h.sender == frame.sender and h.audience in (work.uow.member, ALL)]
    ids = {StreamId(h.sender, h.audience, h.incarnation): h.seq for h in sent}
    if not ids:
        return []
    heads = {head.stream: head for head in work.uow.streams.in_heads(frame.sender)}
    parked = work.uow.waiting.of(ids.keys())
    found: list[dict[str, object]] = []
    for stream, top in ids.items():
        head = heads.get(stream, streams.Head(stream))
        here = (stream.audience, stream.incarnation)
        numbers = [one.seq for one in parked if (one.sender, one.audience, one.incarnation) == (stream.sender, *here)]
        for first, last in streams.holes(head.seq, numbers, upto=top):
            span = {"audience": stream.audience, "incarnation": stream.incarnation, "first": first}
            found.append({**span, "last": min(last, first + BATCH - 1)})
    return found[:64]


def _resend(work: Work, frame: Resend) -> None:
    """Publish what a peer asks for: our messages, its own that it lost, attachments, receipts we gave, the roster."""
    peer = work.seen(frame.sender)
    _hand_out(work, frame)
    revoked = revoked_keys(work.trust, work.uow.member)
    for span in frame.messages:
        if span.audience not in (frame.sender, ALL):
            copies_again(work, frame.sender, span)
            continue
        last = min(span.last, span.first + BATCH - 1)
        ours = work.uow.messages.range_of(StreamId(work.uow.member, span.audience, span.incarnation), span.first, last)
        known = work.uow.deliveries.known(frame.sender, [message.hash for message in ours])
        work.uow.deliveries.again(frame.sender, known, before=work.now)
        skip(work, frame.sender, ours, known)
        send_receipted(work, frame.sender, ours)
        for message in ours:
            reason = why_withheld(message, revoked, work.now)
            if reason is not None and message.hash in known:
                _withhold(work, frame.sender, message, reason)
    if frame.returns:
        hand_back(work, frame.sender, frame.returns)
        send_heads(work, peer)  # So it learns at once whether that was all, and may sign again.
    office = host_at(work.trust, work.now) == frame.sender
    give_again(work, frame.sender, show_again(work, frame.receipts) if office else frame.receipts)
    if frame.roster is not None and work.trust.roster.version >= frame.roster:
        _hand_over(work, frame.sender)


def _hand_out(work: Work, frame: Resend) -> None:
    """Attachments a peer asks for; who has a message and waits for attachments that were erased is told so."""
    want(work.uow, frame.sender, frame.parts, work.now)
    for message in work.uow.messages.get({one.message for one in frame.parts}):
        if message.erased and message.sender == work.uow.member and message.audience in (frame.sender, ALL):
            _withhold(work, frame.sender, message, "erased")


def _withhold(work: Work, to: str, message: Message, reason: str) -> None:
    """Say once more that a slot stays empty: the first note may have been lost."""
    slot = {"stream": message.audience, "incarnation": message.incarnation, "seq": message.seq}
    work.send(wire.WITHHELD, to, {**slot, "message": message.hash, "reason": reason})


def _withheld(work: Work, frame: Withheld) -> None:
    """A slot that may no longer be sent: the stream goes on past it."""
    stream = StreamId(frame.sender, frame.stream, frame.incarnation)
    head = work.uow.streams.lock_in([stream])[stream]
    if frame.seq <= head.seq:
        # It came all the same, and its receipt got lost: its sender must not believe that it never arrived.
        give_again(work, frame.sender, [frame.message])
    if frame.seq != head.seq + 1 or head.frozen:
        return
    work.uow.waiting.drop([one.hash for one in work.uow.waiting.of([stream]) if one.seq == frame.seq])
    work.uow.streams.save_in([streams.advance(head, frame.seq, frame.message)])
    work.leaves.append(
        leaf("withheld", frame.message, frame.sender, work.now, work.salt(), seq=frame.seq, reason=frame.reason)
    )


def _files(work: Work, envelope: Envelope) -> None:
    """A root, roster or agreement handed on by any peer: trusted for its signatures, not for who brought it."""
    newer = take_file(work.uow, work.trust, envelope, work.now)
    if newer is None:
        return
    work.leaves.append(taken_leaf(newer, envelope.type, "node", work.now, work.salt))
    work.trust = newer


def _hand_over(work: Work, member: str) -> None:
    """Queue the signed files we have for one peer."""
    work.frames += files_for(work.trust, work.uow.member, member, work.now)


def _recent(then: datetime | None, now: datetime, every: float) -> bool:
    """Less than ``every`` seconds ago; a moment in the future (the clock was set back) counts for nothing."""
    return then is not None and 0 <= (now - then).total_seconds() < every
