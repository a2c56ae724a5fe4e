"""Between a log and its witnesses: checkpoints taken, compared, cosigned (DESIGN D7, C2SP tlog-witness).

A witness verifies that a log goes on from what it last cosigned, keeps the larger checkpoint, and only then answers;
all in one transaction. What does not fit is kept with both signed notes and named. A checkpoint smaller than the one
held is no proof of anything: it may be late. The log is told what we hold, and one that then still shows a smaller one
has been set back.
"""

from __future__ import annotations

from dataclasses import replace

from hub.core import envelope as wire
from hub.core import merkle, witnessing
from hub.core.audit import leaf
from hub.core.checkpoint import origin_of, parse_note
from hub.core.errors import BadSignature, Malformed, Rejected
from hub.core.witnessing import Signed, read_note
from hub.flows.ports import Signer
from hub.flows.ports.log import Alarm, CheckpointRow, Witnessed
from hub.flows.steps.framing import Work
from hub.flows.steps.logbook import has_root
from hub.flows.steps.recovering import stop
from schemas.wire.frames import MAX_SEEN, Checkpoint, Cosignature

FORKED, REWOUND, SPLIT, DOUBLE = "forked", "rewound", "split", "double"


def take_checkpoint(work: Work, frame: Checkpoint, witness: Signer) -> None:
    """A peer's log shows its newest checkpoint: cosign it, say what we hold instead, or name the contradiction."""
    work.seen(frame.sender)
    signed = read_note(frame.note, work.trust, work.now)
    if signed.member != frame.sender:
        raise Malformed("存证点不是发送单位自己的", field="note")
    base = _base(frame, signed)
    held = _adopt(work, signed, base)
    if held is None:
        _accept(work, signed, 0, witness)
    elif signed.point.size <= held.size:
        _not_larger(work, signed, held, base)
    elif base is None or base.point.size != held.size:
        _answer(work, frame.sender, held.note)
    elif _goes_on(frame, held, signed):
        _accept(work, signed, held.size, witness)
    else:
        _alarm(work, FORKED, signed, held.note, "审计日志没有接续本单位此前会签的存证点：会签之后有记录被改动或删除")
    for text in frame.seen[:MAX_SEEN]:
        _compare(work, frame.sender, text)


def take_cosignature(work: Work, frame: Cosignature) -> None:
    """A peer says what it holds of our log; it must be what our tree says too."""
    work.seen(frame.sender)
    signed = read_note(frame.note, work.trust, work.now)
    if signed.member != work.uow.member:
        raise Malformed("会签的不是本单位的存证点", field="note")
    at = witnessing.cosigned(signed.note, work.trust, frame.sender, work.now)
    if at is None:
        raise BadSignature("存证点没有发送单位的有效会签", field="note")
    if signed.point.origin != origin_of(work.uow.member, work.uow.incarnation):
        return  # What an earlier life of this log signed stands in that life's records.
    state = work.uow.checkpoints.cosigners([frame.sender], signed.point.origin)[frame.sender]
    further = signed.point.size > state.size
    if further:
        # What was offered with a proof from further back has to be offered again, from here.
        size = signed.point.size
        work.uow.checkpoints.save([replace(state, size=size, note=frame.note, at=at, offered=size)])
    if has_root(work.uow, signed.point):
        return
    newest = work.uow.checkpoints.newest(signed.point.origin)
    kind = REWOUND if signed.point.size > work.uow.tree.size() else FORKED
    why = (
        "本单位的审计日志与各单位会签的存证点不符：数据库曾被恢复到较早状态，或签名之后有记录被改动，"
        "或有另一份同样的节点在运行；已停止签名发文"
    )
    _alarm(work, kind, signed, newest.note if newest else frame.note, why)
    stop(work)
    if newest is not None and further:
        work.send(wire.CHECKPOINT, frame.sender, payload(work, newest, signed, []))


def payload(work: Work, newest: CheckpointRow, base: Signed | None, proof: list[bytes]) -> dict[str, object]:
    """What a checkpoint frame says beside sender, audience and time."""
    others = [row.note for row in work.uow.witness.latest(MAX_SEEN)]
    told = base.text if base else None
    return {"note": newest.note, "base": told, "proof": [one.hex() for one in proof], "seen": others}


def _base(frame: Checkpoint, signed: Signed) -> Signed | None:
    """Where the proof starts: only a claim of the sender."""
    if frame.base is None:
        return None
    base = witnessing.unverified(frame.base)
    if base.point.origin != signed.point.origin:
        raise Malformed("证明的起点不是同一份审计日志", field="base")
    return base


def _adopt(work: Work, signed: Signed, base: Signed | None) -> Witnessed | None:
    """What we hold of this log. A cosignature of ours beyond our records shows that these were set back: it counts."""
    held = work.uow.witness.held(signed.point.origin)
    if base is None or witnessing.cosigned(base.note, work.trust, work.uow.member, work.now) is None:
        return held
    if held is None or base.point.size > held.size:
        row = _row(base, base.text, work)
        work.uow.witness.advance(held.size if held else 0, row)
        return row
    if base.point.size == held.size and base.point.root != held.root:
        why = "本单位的会签密钥为同一审计日志的两份不同内容作过会签"
        _alarm(work, DOUBLE, base, held.note, why, member=work.uow.member)
    return held


def _not_larger(work: Work, signed: Signed, held: Witnessed, base: Signed | None) -> None:
    if signed.point.size == held.size and signed.point.root != held.root:
        _alarm(work, FORKED, signed, held.note, "就同样条数签过两份内容不同的存证点")
    elif base is not None and base.point.size == held.size > signed.point.size:
        _alarm(work, REWOUND, signed, held.note, "审计日志比本单位会签时短：被恢复到较早状态，或末尾的记录被删除")
    else:
        _answer(work, signed.member, held.note)


def _goes_on(frame: Checkpoint, held: Witnessed, signed: Signed) -> bool:
    proof = [bytes.fromhex(one) for one in frame.proof]
    return merkle.verify_consistency(held.size, signed.point.size, held.root, signed.point.root, proof)


def _accept(work: Work, signed: Signed, old: int, witness: Signer) -> None:
    """Cosign, keep, answer: the answer goes out only if what it says is kept."""
    note = witnessing.cosign(signed.note, work.uow.member, witness.public, witness.sign, work.now)
    if work.uow.witness.advance(old, _row(signed, str(note), work)):
        facts = {"size": signed.point.size, "keyid": witness.keyid}
        work.leaves.append(leaf("cosign", signed.member, "node", work.now, work.salt(), **facts))
        _answer(work, signed.member, str(note))


def _answer(work: Work, member: str, note: str) -> None:
    work.send(wire.COSIGNATURE, member, {"note": note})


def _compare(work: Work, teller: str, text: str) -> None:
    """What another witness was shown, against what we were shown: a log must not have two histories."""
    try:
        theirs = read_note(text, work.trust, work.now)
    except Rejected:
        return  # Perhaps of a member that our roster does not know yet; it proves nothing.
    ours = work.uow.witness.at(theirs.point.origin, theirs.point.size)
    if ours is None:
        return
    if ours.root == theirs.point.root:
        lines = [line for line in theirs.note.lines if line.name.endswith(f"/{teller}")]
        if witnessing.cosigned(theirs.note, work.trust, teller, work.now) is not None:
            work.uow.witness.join(replace(ours, note=str(parse_note(ours.note).joined(lines))))
        return
    _alarm(work, SPLIT, theirs, ours.note, "向不同单位出示了内容不同的审计日志")
    known = read_note(ours.note, work.trust, work.now)
    both = set(witnessing.witnesses(known.note, work.trust, work.now))
    for member in both.intersection(witnessing.witnesses(theirs.note, work.trust, work.now)):
        why = f"为 {theirs.member} 审计日志的两份不同内容都作过会签"
        _alarm(work, DOUBLE, theirs, ours.note, why, member=member)


def _row(signed: Signed, note: str, work: Work) -> Witnessed:
    return Witnessed(signed.point.origin, signed.point.size, signed.point.root, signed.member, note, work.now)


def _alarm(work: Work, kind: str, signed: Signed, first: str, why: str, member: str | None = None) -> bool:
    """Keep both notes; True if this contradiction was not known."""
    about = member or signed.member
    place = f"{signed.point.origin} {signed.point.size}"
    alarm = Alarm(about, kind, place, why, work.now, first, signed.text)
    if not work.uow.alarms.add([alarm]):
        return False
    work.leaves.append(leaf("alarm", about, "node", work.now, work.salt(), alarm=kind, place=place))
    return True
