"""The note that a node signs when it erases content: kept beside the proofs, never sent by itself (DESIGN D7)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.wire.types import Hash, MemberId, Time, Uuid, Wire

Said = Annotated[str, Field(min_length=1, max_length=500)]


class Erased(Wire):
    """One message whose body went; its header and hash stay."""

    document: Uuid
    hash: Hash


class Person(Wire):
    """Who did it here, and when."""

    by: Annotated[str, Field(min_length=1, max_length=64)]
    at: Time


class Erasure(Wire):
    """What was erased, on which basis, why and by whom."""

    sender: MemberId
    erasure: Uuid
    issued: Time
    matter: Uuid
    whole: bool = Field(description="是否为整个事项")
    messages: list[Erased] = Field(min_length=1, max_length=100_000)
    parts: list[Hash] = Field(max_length=100_000, description="一并删除的附件")
    leaves: list[Hash] = Field(max_length=100_000, description="内容一并删除的审计记录，其摘要保留")
    rule: Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,39}$")] | None = Field(description="所依据的保存期限规则")
    basis: Said
    reason: Said
    proposed: Person
    approved: Person
