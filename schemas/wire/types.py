"""Value types of the wire: each text is checked against one anchored pattern, so no two spellings mean one thing."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

SAFE_INTEGER = 2**53 - 1
"""Largest integer every JSON reader agrees on (RFC 7493 section 2.2)."""

MemberId = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}-[a-z]{2,8}(-[0-9]{1,3})?$")]
Audience = Annotated[
    str, StringConstraints(pattern=r"^(all|out-[0-9]{6}-[0-9]{1,4}|[0-9]{6}-[a-z]{2,8}(-[0-9]{1,3})?)$")
]
"""A member, all of them, or an office outside the federation (``out-<region>-<number>``), which no wire reaches."""
Uuid = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Time = Annotated[
    str,
    StringConstraints(
        pattern=(
            r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z$"
        )
    ),
]
Date = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Act = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,39}$")]
KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Base64Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
Base64Signature = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{86}==$")]
KeyBytes = Annotated[
    str,
    StringConstraints(
        pattern=r"^([A-Za-z0-9+/]{4})+([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$", min_length=44, max_length=4500
    ),
]
"""Base64 of a public key, or of a proof made with it, of any algorithm; how long it must be the algorithm says."""
Algorithm = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
"""Name of a signature algorithm; which of them this version knows, :mod:`hub.core.signing` says."""
Version = Annotated[int, Field(ge=1, le=1_000_000_000)]
Sequence = Annotated[int, Field(ge=1, le=SAFE_INTEGER)]
Size = Annotated[int, Field(ge=0, le=1 << 40)]
Mark = Literal["addressee-only", "members-only", "may-pass-down", "may-publish"]
"""Handling marks 仅收件单位, 仅成员单位, 可转基层, 可公开 (DOMAIN section 4.5)."""
Urgency = Literal["normal", "urgent", "extra-urgent"]
"""平件, 加急, 特急 (党政机关公文处理工作条例 art. 9)."""


class Unreadable(Exception):
    """The bytes do not fit the model; ``field`` is the dotted path, the message says why."""

    def __init__(self, field: str, reason: str) -> None:
        """Keep ``field`` apart from the sentence for machines."""
        super().__init__(f"字段 {field or '(整体)'} 不符合格式：{reason}")
        self.field = field


class Wire(BaseModel):
    """Base of all wire models: strict types, no unknown field, immutable (RELIABILITY I12)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read exactly these bytes; raises :class:`Unreadable` naming the first wrong field."""
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            raise Unreadable(".".join(str(part) for part in first["loc"]), first["msg"]) from error
