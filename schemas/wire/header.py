"""The signed header of a message: what was said, by whom, to whom, in which place of which stream.

Every field of the format is present from version 1, also those that later releases give more meaning (sealing, expiry).
A due date is *not* here: the sender cannot know it (DESIGN D2, D8).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.wire.types import (
    Act,
    Audience,
    Hash,
    Mark,
    MemberId,
    Name,
    RuleId,
    Sequence,
    Size,
    Time,
    Urgency,
    Uuid,
    Version,
    Wire,
)


class Deadline(Wire):
    """The rule the sender invokes and what it asks for; the date itself is computed by every node."""

    rule: RuleId = Field(description="规则编号，见协作协议")
    requested: str | None = Field(
        description="请求的答复日期（ISO 日期）；延期告知为拟完成日，代录为纸质文书所载日期",
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    )


class BodyRef(Wire):
    """Digest of the body bytes as they travel."""

    sha256: Hash
    size: Size
    sealed: bool = Field(description="正文是否已加密")
    commit: Hash | None = Field(description="对明文的承诺（加密时）")


class PartRef(Wire):
    """An attachment: named by digest only, file names belong to the body."""

    sha256: Hash
    size: Size
    media_type: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}$")]


class Header(Wire):
    """Signed header of one message (one copy of a document to one audience)."""

    document: Uuid = Field(description="文书编号，各份相同")
    kind: Name = Field(description="文书种类")
    version: Version = Field(description="该种类的版本")
    act: Act = Field(description="公开的动作")
    sender: MemberId = Field(description="发件单位")
    audience: Audience = Field(description="收件单位或 all")
    incarnation: Uuid = Field(description="发件节点的存续期")
    seq: Sequence = Field(description="流内序号，从 1 起连续")
    prev: Hash | None = Field(description="流内上一份的哈希；首份为 null")
    issued: Time = Field(description="签发时间")
    sealed: Time = Field(description="签名时间")
    matter: Uuid = Field(description="事项编号；其中 32 位由发起单位编号决定，他人不能以此编号发起")
    after: list[Hash] = Field(max_length=16, description="签发时已见的本事项文书")
    replies_to: Hash | None = Field(description="所答复的文书")
    replaces: Uuid | None = Field(description="所更正的文书编号")
    mark: Mark = Field(description="知悉范围")
    urgency: Urgency = Field(description="紧急程度")
    roster: Version = Field(description="签名时的成员名册版本")
    agreement: Version = Field(description="签名时的协作协议版本")
    deadline: Deadline | None = Field(description="时限规则")
    expires: Time | None = Field(description="失效时间")
    body: BodyRef = Field(description="正文摘要")
    parts: list[PartRef] = Field(max_length=100, description="附件摘要")
