"""Delivery → recorded fact: message, effect, receipt, leaf in one transaction; then the pipe is told (D1, D3, D4).

(1) decode and charge the claimed sender's quota · (2) examine: verify, address, body digest · (3) place in the stream:
next, ahead (park), past (duplicate or equivocation) · (4) open the body; rules of the kind: stored, refused or held,
all of which consume the number; one not refused waits until its attachments are whole · (5) pieces of attachments that
a parked message names · (6) release what waited for all this · (7) record, fold the matters, sign the receipts.
Nothing is ever given back to the pipe: every delivery gets a verdict. Forged and corrupt bytes never consume a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.core import envelope as wire
from hub.core import streams
from hub.core.audit import leaf
from hub.core.delivery import Bucket
from hub.core.envelope import Envelope
from hub.core.errors import Equivocation, Rejected, Unopenable
from hub.core.ids import ALL, milliseconds
from hub.core.inspection import Examined
from hub.core.streams import Place, StreamId
from hub.flows.ports import Incoming, Keys, Salt, UnitOfWork
from hub.flows.rows import MessageStatus, Parked, Verdict
from hub.flows.steps import gathering, mending
from hub.flows.steps.admission import Decision, Judged, admit, to_message
from hub.flows.steps.batching import Batch
from hub.flows.steps.chunks import Chunk, believed
from hub.flows.steps.keyed import examined
from hub.flows.steps.poison import charge, early, fine, payer, quarantine_leaf, quarantined, same_login
from hub.flows.steps.receipting import receipts, still_good
from hub.flows.steps.refold import refold


def take_in(
    uow: UnitOfWork,
    deliveries: Sequence[Incoming],
    *,
    keys: Keys,
    now: datetime,
    salt: Salt,
    quotas: dict[str, Bucket],
) -> list[Verdict]:
    """Record one batch of message and attachment envelopes; one verdict per delivery, in order.

    ``quotas`` belongs to the calling worker: tokens per claimed sender, spent before any signature is checked.
    """
    batch = Batch(uow.trusts.current(), uow.member, milliseconds(now), keys)
    opened = [_open(batch, one, quotas) for one in deliveries]
    known = uow.messages.receipts_of({one.hash for one in opened if isinstance(one, Examined)})
    streams_here = {one.stream for one in opened if isinstance(one, Examined) and not one.copy}
    if any(isinstance(one, Chunk) for one in opened):
        streams_here |= set(uow.waiting.streams_waiting_for("parts"))
    _load(uow, batch, streams_here, opened)
    mending.mend(uow, batch, opened, known, salt)
    verdicts = [_one(uow, batch, one, known, delivery) for one, delivery in zip(opened, deliveries, strict=True)]
    if _gather(uow, batch, opened, deliveries, verdicts):
        for stream in list(batch.heads):
            _release(uow, batch, stream)
    _write(uow, batch, salt)
    return verdicts


def release(
    uow: UnitOfWork, *, keys: Keys, now: datetime, salt: Salt, reasons: Sequence[str] = ("parts", "roster")
) -> int:
    """Try again what is parked for one of these ``reasons``; returns how many messages were recorded.

    ``gap`` is one of them only after a withheld note: otherwise the missing message itself releases what follows.
    """
    waiting = {stream for reason in reasons for stream in uow.waiting.streams_waiting_for(reason)}
    if not waiting:
        return 0
    batch = Batch(uow.trusts.current(), uow.member, milliseconds(now), keys)
    _load(uow, batch, waiting, [])
    for stream in list(batch.heads):
        _release(uow, batch, stream)
    _write(uow, batch, salt)
    return len(batch.judged)


def _open(batch: Batch, delivery: Incoming, quotas: dict[str, Bucket]) -> Examined | Chunk | Verdict:
    """Steps (1) and (2): bytes to something verified, or a verdict."""
    claimed = payer(batch.trust, delivery)
    dropped = charge(quotas, claimed, batch.now)
    if dropped is not None:
        return dropped
    try:
        return _verified(batch, delivery, wire.decode(delivery.raw))
    except Rejected as error:
        spared = early(batch.trust, delivery, error)
        return spared or fine(quotas, claimed, error, batch.now) or _quarantine(batch, delivery, claimed, error)


def _verified(batch: Batch, delivery: Incoming, envelope: Envelope) -> Examined | Chunk:
    if envelope.type != wire.PART:
        one = examined(envelope, batch.trust, member=batch.member, at=batch.now)
        same_login(delivery, one.header.sender)
        return one
    chunk = believed(envelope, batch.trust, member=batch.member, at=batch.now)
    same_login(delivery, chunk.sender)
    return chunk


def _quarantine(batch: Batch, delivery: Incoming, claimed: str, error: Rejected) -> Verdict:
    row, verdict = quarantined(delivery, claimed, error, batch.now)
    batch.quarantine.append(row)
    return verdict


def _gather(
    uow: UnitOfWork, batch: Batch, opened: Sequence[object], deliveries: Sequence[Incoming], verdicts: list[Verdict]
) -> bool:
    """Step (5): after the messages, so that a piece meets the message that names it; True when something may go on."""
    outcomes = gathering.take(uow, opened, batch)
    for number, outcome in outcomes.items():
        if outcome == "unwanted":
            verdicts[number] = Verdict("dropped", "unwanted-part", "没有待收的文书需要这一附件分块", None)
        elif isinstance(outcome, Rejected):
            verdicts[number] = _quarantine(batch, deliveries[number], payer(batch.trust, deliveries[number]), outcome)
    return any(outcome not in ("kept", "unwanted") for outcome in outcomes.values())


def _load(uow: UnitOfWork, batch: Batch, wanted: set[StreamId], opened: Sequence[object]) -> None:
    """Heads, parked messages and already taken numbers of the streams of this batch, each with one query."""
    if not wanted:
        return
    # Locked in one order by everybody, and recorded in one order: a run repeats exactly.
    batch.heads = uow.streams.lock_in(sorted(wanted, key=lambda one: (one.sender, one.audience, one.incarnation)))
    for row in uow.waiting.of(wanted):
        batch.parked[StreamId(row.sender, row.audience, row.incarnation), row.seq] = row
    past = {
        (one.stream, one.header.seq)
        for one in opened
        if isinstance(one, Examined) and not one.copy and one.header.seq <= batch.heads[one.stream].seq
    }
    past |= {place for place in batch.parked if place[1] <= batch.heads[place[0]].seq}
    batch.taken.update(uow.messages.hashes_at(past) if past else {})


def _one(uow: UnitOfWork, batch: Batch, one: object, known: dict[str, str | None], delivery: Incoming) -> Verdict:
    """Step (4) for one delivery: has it been seen, and if not, where does it stand?"""
    if isinstance(one, Verdict):
        return one
    if not isinstance(one, Examined):
        return Verdict("part", None, "附件分块已收", None)
    if one.hash in known:
        batch.again |= {frame for frame in (known[one.hash],) if frame}
        return Verdict("duplicate", None, "已收过，回执再发一次", one.hash)
    if one.hash in batch.hashes:
        return Verdict("duplicate", None, "同批重复", one.hash)
    if one.copy:
        return _record(batch, one, Decision(MessageStatus.COPY, None, "", ""))
    return _placed(uow, batch, one, delivery)


def _placed(uow: UnitOfWork, batch: Batch, one: Examined, delivery: Incoming) -> Verdict:
    head = batch.heads[one.stream]
    place = streams.place(head, one.header.seq, one.header.prev)
    rival = batch.parked.get((one.stream, one.header.seq))
    if place in (Place.NEXT, Place.AHEAD) and rival is not None and rival.hash != one.hash:
        return _contradiction(batch, one, delivery, place)
    if place is Place.NEXT or _was_skipped(batch, one, place):
        verdict = _next(uow, batch, one)
        _release(uow, batch, one.stream, head.seq)
        return verdict
    if place is Place.AHEAD:
        return _park(uow, batch, one, "gap", "前面有缺号，暂存并索要")
    if place is Place.BEYOND:
        return Verdict("dropped", "beyond-window", "远超当前序号，补齐后自动重收", one.hash)
    return _contradiction(batch, one, delivery, place)


def _next(uow: UnitOfWork, batch: Batch, one: Examined) -> Verdict:
    """Step (4): the expected number; it waits for its roster and attachments. What stays shut is kept for a person."""
    if one.header.roster > batch.trust.roster.version:
        return _park(uow, batch, one, "roster", "引用了更新的成员名册，正在获取")
    decision = admit(one, batch.trust, batch.keys.sealer)
    missing = gathering.missing(uow, one) if decision.status is not MessageStatus.REFUSED else set()
    if missing:
        fault = gathering.fault_of(uow, one.header.sender, missing)
        if fault is None:
            return _park(uow, batch, one, "parts", "附件尚未到齐")
        decision = Decision(MessageStatus.REFUSED, "part-faulty", fault, decision.title)
    verdict = _record(batch, one, decision)
    if decision.code == Unopenable.code:
        _quarantine(batch, Incoming("", one.envelope.raw, "opening"), one.header.sender, Unopenable(decision.reason))
    gathering.settled(uow, one)
    _unpark(batch, one.stream, one.header.seq)
    if one.header.seq > batch.heads[one.stream].seq:
        batch.heads[one.stream] = streams.advance(batch.heads[one.stream], one.header.seq, one.hash)
        batch.changed.add(one.stream)
    return verdict


def _was_skipped(batch: Batch, one: Examined, place: Place) -> bool:
    """A broadcast from before the sender's base: it still counts, so it comes later than its number."""
    return place is Place.PAST and one.header.audience == ALL and (one.stream, one.header.seq) not in batch.taken


def _release(uow: UnitOfWork, batch: Batch, stream: StreamId, seq: int = -1) -> None:
    """Step (6): whatever was parked right behind the head now follows, in order, once the head is past ``seq``.

    First what a base has passed by meanwhile.
    """
    if seq < 0:
        top = batch.heads[stream].seq
        for number in sorted(number for of, number in batch.parked if of == stream and number <= top):
            _retry(uow, batch, batch.parked[stream, number])
    while batch.heads[stream].seq > seq and not batch.heads[stream].frozen:
        seq = batch.heads[stream].seq
        row = batch.parked.get((stream, seq + 1))
        if row is None or not _retry(uow, batch, row):
            return


def _retry(uow: UnitOfWork, batch: Batch, row: Parked) -> bool:
    """A parked message stands next now; False if it may not be taken any more."""
    delivery = Incoming("", row.raw, "parked")
    try:
        one = examined(wire.decode(row.raw), batch.trust, member=batch.member, at=batch.now)
    except Rejected as error:
        # Its key was revoked, or its sender expelled, while it waited.
        _unpark(batch, StreamId(row.sender, row.audience, row.incarnation), row.seq)
        _quarantine(batch, delivery, row.sender, error)
        return False
    place = streams.place(batch.heads[one.stream], one.header.seq, one.header.prev)
    if place is Place.NEXT or _was_skipped(batch, one, place):
        _next(uow, batch, one)
    else:
        if place is Place.PAST:
            _unpark(batch, one.stream, row.seq)
        _contradiction(batch, one, delivery, place)
    return True


def _park(uow: UnitOfWork, batch: Batch, one: Examined, waits_for: str, why: str) -> Verdict:
    """Keep it until what it waits for is here; its attachments are welcome from now on, whatever else it waits for."""
    header = one.header
    gathering.welcome(uow, one, batch.now)
    raw = one.carrier or one.envelope.raw
    row = Parked(header.sender, header.audience, header.incarnation, header.seq, one.hash, raw, waits_for, batch.now)
    known = batch.parked.get((one.stream, header.seq))
    if known is None or known.waits_for != waits_for:
        _unpark(batch, one.stream, header.seq)
        batch.park[one.hash] = batch.parked[one.stream, header.seq] = row
    return Verdict("parked", waits_for, why, one.hash)


def _unpark(batch: Batch, stream: StreamId, seq: int) -> None:
    row = batch.parked.pop((stream, seq), None)
    if row is not None and batch.park.pop(row.hash, None) is None:
        batch.unpark.append(row.hash)


def _record(batch: Batch, one: Examined, decision: Decision) -> Verdict:
    batch.judged.append(Judged(one, decision, batch.now))
    batch.hashes.add(one.hash)
    if not one.copy:
        batch.taken[one.stream, one.header.seq] = one.hash
    return Verdict(decision.status.value, decision.code, decision.reason, one.hash)


def _contradiction(batch: Batch, one: Examined, delivery: Incoming, place: Place) -> Verdict:
    """Its number is taken by another message, or its past is not ours: evidence is kept and the stream frozen (I8)."""
    if place is Place.PAST and batch.taken.get((one.stream, one.header.seq)) in (one.hash, None):
        return Verdict("duplicate", None, "该序号已处理", one.hash)
    if place is not Place.FROZEN:
        batch.heads[one.stream] = streams.freeze(batch.heads[one.stream])
        batch.changed.add(one.stream)
    error = Equivocation(f"序号 {one.header.seq} 与已收文书矛盾，收件流已冻结", field="seq")
    return _quarantine(batch, delivery, one.header.sender, error)


def _write(uow: UnitOfWork, batch: Batch, salt: Salt) -> None:
    """Step (7): everything at once; receipts are signed here so that they exist exactly when the messages do."""
    frames, frame_of = receipts(batch.judged, batch.trust, keys=batch.keys, member=batch.member, now=batch.now)
    messages = [to_message(judged.one, judged.decision, batch.now, frame_of[judged.hash]) for judged in batch.judged]
    if batch.unpark:
        uow.waiting.drop(batch.unpark)
    if batch.park:
        uow.waiting.add(list(batch.park.values()))
    # Receipts of its addressee may be here before a copy: what they say the store tells once it has the copy.
    copied = {message.matter for message in messages if message.status is MessageStatus.COPY}
    stored = [one for one in messages if one.status is MessageStatus.STORED and one.matter not in copied]
    refold(uow, batch.trust, {message.matter for message in stored}, batch.now, fresh=stored)
    uow.messages.add(messages)
    refold(uow, batch.trust, copied, batch.now)
    uow.frames.add(frames)
    uow.frames.send_again(still_good(uow, batch.trust, batch.again))
    uow.streams.save_in([batch.heads[stream] for stream in batch.changed])
    uow.quarantine.add(batch.quarantine)
    leaves = [leaf("store", m.hash, m.sender, batch.now, salt(), outcome=m.status, code=m.code) for m in messages]
    leaves += [leaf("receipt-given", frame.id, "node", batch.now, salt(), to=frame.audience) for frame in frames]
    leaves += [quarantine_leaf(item, batch.now, salt) for item in batch.quarantine]
    uow.ledger.add(batch.leaves + leaves)
