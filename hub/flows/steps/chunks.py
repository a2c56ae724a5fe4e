"""One piece of an attachment on the wire: made here alone, and believed here alone (DESIGN D6, decision 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.core import envelope as wire
from hub.core.envelope import Envelope
from hub.core.errors import BodyMismatch, Oversized
from hub.core.ids import sha256, wire_time
from hub.core.inspection import examine_frame
from hub.core.pieces import fits
from hub.core.trust import Trust
from hub.flows.ports import Signer
from hub.flows.ports.parts import Want
from hub.flows.rows import PartMeta
from hub.flows.steps.files import MAX_PART
from schemas.wire.frames import Part


@dataclass(frozen=True, slots=True)
class Chunk:
    """A verified piece: who sent it, of which attachment of how many bytes, where it begins, and its bytes."""

    sender: str
    message: str
    part: str
    size: int
    start: int
    piece: bytes


def framed(
    want: Want, meta: PartMeta, start: int, piece: bytes, *, sender: str, signer: Signer, now: datetime
) -> bytes:
    """The signed frame of one piece, as it goes over the wire."""
    payload = wire.dump(
        {
            "sender": sender,
            "audience": want.member,
            "issued": wire_time(now),
            "message": want.message,
            "part": meta.sha256,
            "part_size": meta.size,
            "offset": start,
            "chunk": sha256(piece),
            "size": len(piece),
        }
    )
    signature = wire.Signature(signer.keyid, signer.sign(wire.pae(wire.PART, payload)))
    return wire.encode(wire.PART, payload, (signature,), piece)


def believed(envelope: Envelope, trust: Trust, *, member: str, at: datetime) -> Chunk:
    """The piece of a decoded frame: signed, for us, on the grid, inside its attachment; raises a ``Rejected``."""
    frame = examine_frame(Part, envelope, trust, member=member, at=at)
    if envelope.body is None or len(envelope.body) != frame.size or sha256(envelope.body) != frame.chunk:
        raise BodyMismatch("附件分块与签名摘要不符", field="body")
    if frame.part_size > MAX_PART:
        raise Oversized(f"附件超过 {MAX_PART // 2**20} MiB 上限", field="part_size")
    if not fits(frame.part_size, frame.offset, frame.size):
        raise BodyMismatch("附件分块的位置或长度超出附件声明的大小", field="offset")
    return Chunk(frame.sender, frame.message, frame.part, frame.part_size, frame.offset, envelope.body)
