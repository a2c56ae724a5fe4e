"""Control frames: signed, idempotent, outside the streams, never answered with a receipt (DESIGN section 3, D1-D4)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.wire.types import Audience, Hash, KeyId, MemberId, Sequence, Size, Time, Uuid, Version, Wire

MAX_RECEIPTS = 1000
MAX_RANGES = 64
MAX_PROOF = 63
"""Hashes of a consistency proof (C2SP tlog-witness)."""
MAX_SEEN = 16
MAX_LOOKS = 200
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
NoteText = Annotated[str, Field(min_length=1, max_length=8 * 1024)]
"""A C2SP signed note."""


class Receipt(Wire):
    """One outcome: ``stored``, ``refused`` with a code, or ``held`` (kind or version not known here yet)."""

    message: Hash
    outcome: Literal["stored", "refused", "held"]
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")] | None
    stored_at: Time


class Receipts(Wire):
    """Receipts of one intake batch for one sender; repeated byte for byte for ever (RELIABILITY I5)."""

    sender: MemberId
    audience: MemberId
    issued: Time
    receipts: list[Receipt] = Field(min_length=1, max_length=MAX_RECEIPTS)


class StreamHead(Wire):
    """How far one stream has come. ``seq`` 0 with ``hash`` null: nothing yet."""

    sender: MemberId
    audience: Audience
    incarnation: Uuid
    seq: Annotated[int, Field(ge=0, le=2**53 - 1)]
    hash: Hash | None


class Heads(Wire):
    """What the sender has sent to, and received from, the addressee; exchanged on connect and on a timer (D3)."""

    sender: MemberId
    audience: MemberId
    issued: Time
    roster: Version
    agreement: Version
    sent: list[StreamHead] = Field(max_length=16)
    received: list[StreamHead] = Field(max_length=64)
    log: NoteText | None = Field(
        default=None, description="发送单位最近会签的收件单位审计日志存证点；没有会签过为 null"
    )


class Range(Wire):
    """A hole in one of the addressee's streams."""

    audience: Audience
    incarnation: Uuid
    first: Sequence
    last: Sequence


class PartRange(Wire):
    """Bytes [first, last) of an attachment that a message of the addressee's names; both on the grid of pieces."""

    message: Hash
    part: Hash
    first: Size
    last: Size


class Resend(Wire):
    """Request to publish: messages of the addressee's streams, receipts it gave, files it knows, attachments."""

    sender: MemberId
    audience: MemberId
    issued: Time
    messages: list[Range] = Field(max_length=MAX_RANGES)
    receipts: list[Hash] = Field(max_length=MAX_RECEIPTS)
    roster: Version | None = Field(description="需要的成员名册最低版本")
    parts: list[PartRange] = Field(default=[], max_length=MAX_RANGES, description="尚缺的附件分块")
    returns: list[Range] = Field(
        max_length=MAX_RANGES, description="请求退回的本单位文书：恢复备份后缺少的序号", default=[]
    )


class Returned(Wire):
    """A message handed back to its sender, who lost it and restored a backup; the envelope's body holds its bytes."""

    sender: MemberId
    audience: MemberId
    issued: Time
    stream: Audience
    incarnation: Uuid
    seq: Sequence
    message: Hash | None = Field(description="文书哈希；该序号没有文书（不再发送）时为 null")


class Keyed(Wire):
    """A sealed message for a member that had no key, or another one, when it was sealed; the body holds its bytes."""

    sender: MemberId
    audience: MemberId
    issued: Time
    message: Hash
    key: KeyId = Field(description="收件单位加密公钥的编号")
    wrapped: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{107}=$")] = Field(
        description="为该公钥加密的内容密钥（HPKE：32 字节 enc，48 字节密文）"
    )


class Withheld(Wire):
    """Fills a slot that may no longer be sent (expired, erased, key revoked): the stream goes on past it."""

    sender: MemberId
    audience: MemberId
    issued: Time
    stream: Audience
    incarnation: Uuid
    seq: Sequence
    message: Hash
    reason: Literal["expired", "erased", "expelled", "revoked"]


class Base(Wire):
    """Where the sender's broadcasts begin for a member that joined or came back: nothing up to here was for it (D3).

    What still counts of it comes all the same, each message in its own old place.
    """

    sender: MemberId
    audience: MemberId
    issued: Time
    stream: Literal["all"]
    incarnation: Uuid
    seq: Sequence
    hash: Hash


class Part(Wire):
    """One piece of an attachment that ``message`` names; the envelope's body holds it, sealed if the message is (D6).

    ``chunk`` and ``size`` are those of the body as it travels, everything else is told of the file.
    """

    sender: MemberId
    audience: MemberId
    issued: Time
    message: Hash
    part: Hash
    part_size: Size
    offset: Size
    chunk: Hash
    size: Annotated[int, Field(ge=1, le=512 * 1024)]


class Checkpoint(Wire):
    """The newest checkpoint of the sender's audit log, with the proof that it goes on from what the addressee holds."""

    sender: MemberId
    audience: MemberId
    issued: Time
    note: NoteText = Field(description="发送单位审计日志的存证点，已签名")
    base: NoteText | None = Field(description="收件单位上次会签的存证点，证明从它开始；没有会签过为空")
    proof: list[Hash] = Field(max_length=MAX_PROOF, description="从 base 到 note 的一致性证明（RFC 6962）")
    seen: list[NoteText] = Field(max_length=MAX_SEEN, description="发送单位会签过的其他单位的最新存证点，供比对")


class Cosignature(Wire):
    """The checkpoint of the addressee's log that the sender holds, with the sender's cosignature on it."""

    sender: MemberId
    audience: MemberId
    issued: Time
    note: NoteText = Field(description="收件单位审计日志的存证点，附发送单位的会签")


class Look(Wire):
    """Somebody looked at personal data in a document of the addressee's: role and purpose by their codes, no name."""

    id: Uuid
    document: Uuid
    at: Time
    role: Code
    purpose: Code


class Looks(Wire):
    """What the addressee has not said it heard of yet, the oldest first; told again until it does."""

    sender: MemberId
    audience: MemberId
    issued: Time
    looks: list[Look] = Field(min_length=1, max_length=MAX_LOOKS)


class LooksHeard(Wire):
    """Those of the addressee's looks that the sender has recorded."""

    sender: MemberId
    audience: MemberId
    issued: Time
    looks: list[Uuid] = Field(min_length=1, max_length=MAX_LOOKS)


class Record(Wire):
    """One record of a ferry bundle."""

    sha256: Hash
    size: Size


class Manifest(Wire):
    """Signed table of contents of a ferry bundle (D11)."""

    sender: MemberId
    audience: MemberId
    bundle: Uuid
    issued: Time
    records: list[Record] = Field(max_length=100_000)
