"""Root file and roster 成员名册: who is a member, with which keys and terms (DESIGN D5; TUF roles root, targets)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.wire.types import (
    Algorithm,
    Base64Key,
    Date,
    Hash,
    KeyBytes,
    KeyId,
    MemberId,
    Sequence,
    Time,
    Uuid,
    Version,
    Wire,
)


class RootKey(Wire):
    """A key that may sign root files, rosters and agreements."""

    id: KeyId
    algorithm: Literal["ed25519"]
    public: Base64Key
    second: KeyBytes | None = Field(
        default=None, title="第二签名公钥", description="ML-DSA-65；有的话，这位持钥人须以两把密钥签名才算数"
    )
    holder: Annotated[str, Field(max_length=60)] = Field(
        default="", title="持钥人", description="保管这把密钥的单位或者岗位，供人辨认；不参与核验"
    )


class Root(Wire):
    """The federation's anchor, pinned by fingerprint when a node is made; changed only by old and new keys together."""

    type: Literal["root"]
    version: Version
    federation: Annotated[str, Field(min_length=1, max_length=100)]
    issued: Time
    threshold: Annotated[int, Field(ge=1, le=20)]
    keys: list[RootKey] = Field(min_length=1, max_length=20)


class LastGood(Wire):
    """Last message a revoked key may still vouch for."""

    audience: str
    incarnation: Uuid
    seq: Sequence
    hash: Hash


class Proof(Wire):
    """Proof of possession: a signature over member, purpose, key and nonce; the sign key makes that of the seal key."""

    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    sig: KeyBytes


class HolderFile(Wire):
    """The public half of a holder's key on its way to whoever drafts the root file; never on the wire."""

    type: Literal["holder"]
    holder: Annotated[str, Field(min_length=1, max_length=60)]
    public: Base64Key
    proof: Proof
    second: KeyBytes | None = None
    second_proof: Proof | None = None


class MemberKey(Wire):
    """A member's key for one purpose; retired keys stay with their range."""

    id: KeyId
    purpose: Literal["sign", "seal", "witness"]
    algorithm: Algorithm
    public: KeyBytes
    since: Time
    until: Time | None
    revoked: list[LastGood] | None = Field(description="吊销：各流最后有效的一份；未吊销为 null")
    proof: Proof


class Member(Wire):
    """One office 成员单位."""

    id: MemberId
    name: Annotated[str, Field(min_length=2, max_length=60)]
    short_name: Annotated[str, Field(min_length=2, max_length=20)]
    region: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    system: Annotated[str, Field(pattern=r"^[a-z]{2,8}$")]
    level: Literal["nation", "province", "city", "county"]
    superior: Annotated[str, Field(max_length=60)] | None
    credit_code: Annotated[str, Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")] | None
    calendar: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z]{2,8})?$")]
    reach: Literal["online", "ferry"]
    status: Literal["active", "suspended", "expelled"]
    keys: list[MemberKey] = Field(max_length=50)


class JointMeeting(Wire):
    """The rotating joint-meeting office: a term-dated role, not a superior."""

    member: MemberId
    since: Date
    until: Date


class FileRef(Wire):
    """A pinned file: version and SHA-256 of its signed bytes."""

    version: Version
    sha256: Hash


class SecondSignature(Wire):
    """What messages and receipts carry beside Ed25519: a signature by another key of the same member (D2)."""

    algorithm: Algorithm = Field(description="第二签名的算法，如 ml-dsa-65")
    roster: Version = Field(description="按这一版及以后名册签发的文书都须有第二签名")
    grace: Time = Field(description="此后，按更早名册签发的文书和系统回执也须补上第二签名才接收")


class Roster(Wire):
    """Signed, versioned, expiring directory of members and keys."""

    type: Literal["roster"]
    version: Version
    issued: Time
    expires: Time
    agreement: FileRef
    joint_meeting: list[JointMeeting] = Field(max_length=50)
    members: list[Member] = Field(min_length=1, max_length=5000)
    second_signature: SecondSignature | None = Field(default=None, description="要求第二签名；不要求则不写")
