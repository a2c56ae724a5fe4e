"""After a restore: what of our own the peers have and we lost comes back from them (DESIGN D3, RELIABILITY X33).

A peer's heads name how far *our* streams came at its end. What lies beyond our own head was signed after the backup:
we ask for it, verify our own signature, and record it as ours; its delivery waits for the receipt as ever. A decision
that waits in the outbox and was already signed then is dropped. Nothing goes to a member before it was heard, for it
might be the same decision a second time; numbers are not used twice in any case, for the restored node begins a new
incarnation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hub.core import envelope as wire
from hub.core.audit import leaf
from hub.core.errors import BodyMismatch, Equivocation, Rejected
from hub.core.ids import ALL
from hub.core.inspection import Examined, examine_returned
from hub.core.streams import StreamId
from hub.core.witnessing import read_note
from hub.flows.ports.log import Alarm
from hub.flows.rows import DeliveryStatus, Frame, Message, MessageStatus, OutHead
from hub.flows.steps.addressing import deliveries_of, routes_of
from hub.flows.steps.admission import admit, to_message
from hub.flows.steps.framing import Work
from hub.flows.steps.logbook import has_root
from hub.flows.steps.mending import mend_own, wanted_back
from hub.flows.steps.pens import countersigned
from hub.flows.steps.withholding import revoked_keys, why_withheld
from schemas.wire.frames import Heads, Range, Returned

CLONED = "cloned"
MOST = 500
"""Messages handed back at once; each is a frame of its own, and the next heads ask for the rest."""


def lost(work: Work, frame: Heads) -> list[dict[str, object]]:
    """Ranges of our own streams that the peer has and we lack; notes that it was heard when there are none.

    A number of the *present* incarnation that we never gave: our database was turned back without a restore. Then
    nothing may be signed until :meth:`Recovery.hold` was released by a person (A14). A number that we gave to another
    message is asked for too: what comes back under our own signature shows a copy of this node at work (X34).
    """
    own = {(h.audience, h.incarnation): h.seq for h in work.uow.streams.out_heads({frame.sender, ALL})}
    found = _strange(work, frame, own)
    for head in frame.received:
        here = own.get((head.audience, head.incarnation), 0)
        if head.sender != work.uow.member or head.audience not in (frame.sender, ALL) or head.seq <= here:
            continue
        if head.incarnation == work.uow.incarnation:
            _turned_back(work, frame.sender, head.seq, here)
        last = min(head.seq, here + MOST)
        found.append({"audience": head.audience, "incarnation": head.incarnation, "first": here + 1, "last": last})
    if not found and frame.sender in work.uow.recovery.waits_for():
        _heard(work, frame)
    return found + wanted_back(work, frame.sender)


def _heard(work: Work, frame: Heads) -> None:
    """This peer knows nothing of ours that we lack. The first one that is heard lets the node go on.

    The leaves are the peer's, who told it: so they are found by their type, as what people did is.
    """
    facts = _seen(work, frame.log)
    work.leaves.append(leaf("heard", frame.sender, frame.sender, work.now, work.salt(), **facts))
    if ALL in work.uow.recovery.waits_for():
        work.leaves.append(leaf("restore", work.uow.member, frame.sender, work.now, work.salt(), **facts))
    work.uow.recovery.heard(frame.sender)


def _seen(work: Work, note: str | None) -> dict[str, object]:
    """The last checkpoint of ours that a peer cosigned, and whether the backup reached that far.

    It counts by our own signature on it, never by the peer's word; one that does not verify says nothing.
    """
    try:
        signed = read_note(note, work.trust, work.now) if note else None
    except Rejected:
        return {}
    if signed is None or signed.member != work.uow.member:
        return {}
    point = signed.point
    return {"origin": point.origin, "size": point.size, "root": point.root.hex(), "kept": has_root(work.uow, point)}


def _strange(work: Work, frame: Heads, own: Mapping[tuple[str, str], int]) -> list[dict[str, object]]:
    """Places in our present streams where the peer has another message than we."""
    heads = {
        StreamId(head.sender, head.audience, head.incarnation): head
        for head in frame.received
        if head.sender == work.uow.member and head.incarnation == work.uow.incarnation
        if 0 < head.seq <= own.get((head.audience, head.incarnation), 0)
    }
    ours = work.uow.messages.hashes_at({(stream, head.seq) for stream, head in heads.items()}) if heads else {}
    return [
        {"audience": head.audience, "incarnation": head.incarnation, "first": head.seq, "last": head.seq}
        for stream, head in heads.items()
        if ours.get((stream, head.seq), head.hash) != head.hash
    ]


def stop(work: Work) -> bool:
    """Sign no message more until a person has seen to it; True if that is new."""
    waiting = work.uow.recovery.waits_for()
    if work.uow.member in waiting:
        return False
    work.uow.recovery.hold({*waiting, work.uow.member})
    return True


def _turned_back(work: Work, peer: str, seq: int, here: int) -> None:
    if not stop(work):
        return
    work.leaves.append(leaf("turned-back", work.uow.member, peer, work.now, work.salt(), peer=peer, seq=seq, own=here))


def hand_back(work: Work, to: str, spans: Sequence[Range]) -> None:
    """Send a peer its own messages again, and say where there is none."""
    for span in spans:
        if span.audience not in (work.uow.member, ALL):
            continue
        last = min(span.last, span.first + MOST - 1)
        stream = StreamId(to, span.audience, span.incarnation)
        found = {m.seq: m for m in work.uow.messages.range_of(stream, span.first, last)}
        for seq in range(span.first, last + 1):
            message = found.get(seq)
            slot = {"stream": span.audience, "incarnation": span.incarnation, "seq": seq}
            # What was erased here is gone for its sender, too: the hash stays, the body does not come back.
            raw = None if message is None or message.erased else message.raw
            work.send(wire.RETURNED, to, {**slot, "message": message.hash if message else None}, raw)


def send_receipted(work: Work, to: str, ours: Sequence[Message]) -> None:
    """A peer that gave us its receipt and lost the message gets it again; what we know of its delivery stays."""
    had = work.uow.deliveries.receipted(to, {message.hash for message in ours})
    revoked = revoked_keys(work.trust, work.uow.member)
    for message in ours:
        if message.hash in had and why_withheld(message, revoked, work.now) is None:
            raw = countersigned(message.raw, work.uow.member, work.keys, work.trust)
            work.frames.append(
                Frame(f"{message.hash}:{to}", wire.MESSAGE, work.uow.member, to, raw, work.now, True, False)
            )


def take_back(work: Work, frame: Returned, body: bytes | None) -> None:
    """Record a message of our own that came back, if it is the next one we lack."""
    heads = {(h.audience, h.incarnation): h for h in work.uow.streams.out_heads({frame.stream})}
    key = (frame.stream, frame.incarnation)
    head = heads.get(key, OutHead(frame.stream, frame.incarnation, 0, None))
    if frame.stream not in (frame.sender, ALL):
        return
    if 0 < frame.seq <= head.seq and body is not None:
        _compare(work, frame, body)
    if frame.seq != head.seq + 1:
        return
    if body is None:
        work.uow.streams.save_out([replace(head, seq=frame.seq, hash=frame.message)])
        return
    one = _examined(work, frame, body)
    decision = replace(admit(one, work.trust, work.keys.sealer), status=MessageStatus.STORED, code=None)
    message = replace(to_message(one, decision, one.sealed), decided_by="")
    work.uow.messages.add([message])
    # On the wire already, so that the receipts are asked for and the message is not sent again; some came before it.
    meant = deliveries_of(message, routes_of(message.kind, message.sender, message.audience, work.trust, work.now))
    new = [one for one in meant if not work.uow.deliveries.known(one.member, [one.message])]
    work.uow.deliveries.add([replace(one, status=DeliveryStatus.ON_WIRE, on_wire_at=work.now) for one in new])
    work.uow.streams.save_out([replace(head, seq=frame.seq, hash=one.hash)])
    dropped = work.uow.outbox.drop(message.document, message.audience)
    work.moving.add(message.hash)
    facts = {"document": message.document, "seq": message.seq, "dropped": dropped}
    work.leaves.append(leaf("take-back", message.hash, frame.sender, work.now, work.salt(), **facts))


def _compare(work: Work, frame: Returned, body: bytes) -> None:
    """What a peer hands back under a number that we have: ours, or proof that somebody else signs as we do.

    Raises ``Equivocation``, so that the proof is kept as it came.
    """
    one = _examined(work, frame, body)
    ours = work.uow.messages.hashes_at({(one.stream, frame.seq)}).get((one.stream, frame.seq))
    if ours == one.hash:
        mend_own(work, one)
    if ours is None or ours == one.hash:
        return
    stop(work)
    why = f"{frame.sender} 收到本单位签名、本节点没有的文书（序号 {frame.seq}）：有另一份同样的节点在运行，或密钥被盗"
    place = f"{frame.stream} {frame.incarnation} {frame.seq} {one.hash}"
    if work.uow.alarms.add([Alarm(work.uow.member, CLONED, place, why, work.now)]):
        facts = {"alarm": CLONED, "place": place, "peer": frame.sender, "own": ours}
        work.leaves.append(leaf("alarm", work.uow.member, "node", work.now, work.salt(), **facts))
    raise Equivocation(why, field="seq")


def _examined(work: Work, frame: Returned, body: bytes) -> Examined:
    one = examine_returned(wire.decode(body), work.trust, member=work.uow.member, at=work.now)
    named = (one.header.audience, one.header.incarnation, one.header.seq, one.hash)
    if named != (frame.stream, frame.incarnation, frame.seq, frame.message):
        raise BodyMismatch("退回的文书与所称序号、哈希不一致", field="message")
    return one
