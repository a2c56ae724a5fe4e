"""Control frames: signed, idempotent, outside the streams, never answered with a receipt (DESIGN section 3, D1-D4)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.wire.types import Audience, Hash, MemberId, Sequence, Size, Time, Uuid, Version, Wire

MAX_RECEIPTS = 1000
MAX_RANGES = 64


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


class Range(Wire):
    """A hole in one of the addressee's streams."""

    audience: Audience
    incarnation: Uuid
    first: Sequence
    last: Sequence


class Resend(Wire):
    """Request to publish again: messages of the addressee's streams, receipts it gave, files it knows."""

    sender: MemberId
    audience: MemberId
    issued: Time
    messages: list[Range] = Field(max_length=MAX_RANGES)
    receipts: list[Hash] = Field(max_length=MAX_RECEIPTS)
    roster: Version | None = Field(description="需要的成员名册最低版本")
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


class Withheld(Wire):
    """Fills a slot that may no longer be sent (expired, erased, expelled): the stream goes on past it."""

    sender: MemberId
    audience: MemberId
    issued: Time
    stream: Audience
    incarnation: Uuid
    seq: Sequence
    message: Hash
    reason: Literal["expired", "erased", "expelled"]


class Part(Wire):
    """One chunk of an attachment; the envelope's body holds the bytes (DESIGN D6)."""

    sender: MemberId
    audience: Audience
    issued: Time
    part: Hash
    part_size: Size
    offset: Size
    chunk: Hash
    size: Annotated[int, Field(ge=1, le=512 * 1024)]
    media_type: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}$")]


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
