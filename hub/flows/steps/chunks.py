"""One piece of an attachment on the wire: made here alone, and believed here alone (DESIGN D6, decisions 1 and 12).

A piece travels as its message does: where that is sealed, under the same content key. Its frame is signed over the
bytes that travel, so it can be believed before its message is here; it can be read only with the message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.core import envelope as wire
from hub.core import sealing
from hub.core.envelope import Envelope
from hub.core.errors import BodyMismatch, Oversized
from hub.core.ids import sha256, wire_time
from hub.core.inspection import examine_frame
from hub.core.pieces import PIECE, fits
from hub.core.trust import Trust
from hub.flows.ports import Sealer, Signer
from hub.flows.ports.parts import Want
from hub.flows.rows import PartMeta
from hub.flows.steps.files import MAX_PART
from hub.flows.steps.sealed import Entry, content_key
from schemas.wire.frames import Part
from schemas.wire.header import Header


@dataclass(frozen=True, slots=True)
class Chunk:
    """A verified piece: who sent it, of which attachment of how many bytes, where it begins, its bytes as they came."""

    sender: str
    message: str
    part: str
    size: int
    start: int
    piece: bytes


@dataclass(frozen=True, slots=True)
class Cover:
    """How the attachments of one message travel."""

    key: bytes | None
    """Its content key; None: the message is not sealed, and neither are they."""
    numbers: dict[str, int]
    """Digest -> the first place, from 1, where the header names it."""

    def close(self, meta: PartMeta, start: int, piece: bytes) -> bytes:
        """A piece as it travels: always the same bytes for the same piece of the same message."""
        if self.key is None:
            return piece
        return sealing.encrypt(self.key, piece, self.numbers[meta.sha256], start, ends=start + PIECE >= meta.size)

    def open(self, chunk: Chunk) -> bytes:
        """The piece; raises ``BodyMismatch`` or ``Unopenable`` for what is none of this message."""
        number, piece = self.numbers.get(chunk.part), chunk.piece
        if number is None:
            raise BodyMismatch("该文书没有这一附件", field="part")
        if self.key is not None:
            piece = sealing.decrypt(self.key, piece, number, chunk.start, ends=chunk.start + PIECE >= chunk.size)
        if not fits(chunk.size, chunk.start, len(piece)):
            raise BodyMismatch("附件分块的长度不对", field="size")
        return piece


def cover_of(header: Header, body: bytes | None, sealer: Sealer, entry: Entry = None) -> Cover:
    """How the attachments of a message travel that we sent or got; raises ``Unopenable`` if it is not sealed to us."""
    key = content_key(header, body, sealer, entry) if header.body.sealed else None
    return Cover(key, {part.sha256: number for number, part in reversed([*enumerate(header.parts, 1)])})


def framed(
    want: Want, meta: PartMeta, start: int, piece: bytes, cover: Cover, *, sender: str, signer: Signer, now: datetime
) -> bytes:
    """The signed frame of one piece, as it goes over the wire."""
    carried = cover.close(meta, start, piece)
    payload = wire.dump(
        {
            "sender": sender,
            "audience": want.member,
            "issued": wire_time(now),
            "message": want.message,
            "part": meta.sha256,
            "part_size": meta.size,
            "offset": start,
            "chunk": sha256(carried),
            "size": len(carried),
        }
    )
    signature = wire.Signature(signer.keyid, signer.sign(wire.pae(wire.PART, payload)))
    return wire.encode(wire.PART, payload, (signature,), carried)


def believed(envelope: Envelope, trust: Trust, *, member: str, at: datetime) -> Chunk:
    """The piece of a decoded frame: signed, for us, on the grid, inside its attachment; raises a ``Rejected``.

    Whether it is encrypted only its message tells, so both lengths may be right here.
    """
    frame = examine_frame(Part, envelope, trust, member=member, at=at)
    if envelope.body is None or len(envelope.body) != frame.size or sha256(envelope.body) != frame.chunk:
        raise BodyMismatch("附件分块与签名摘要不符", field="body")
    if frame.part_size > MAX_PART:
        raise Oversized(f"附件超过 {MAX_PART // 2**20} MiB 上限", field="part_size")
    if not any(fits(frame.part_size, frame.offset, size) for size in (frame.size, sealing.inside(frame.size))):
        raise BodyMismatch("附件分块的位置或长度超出附件声明的大小", field="offset")
    return Chunk(frame.sender, frame.message, frame.part, frame.part_size, frame.offset, envelope.body)
