"""The second signature: who must have one, who has one (DESIGN D2, decision 17).

The roster asks for it, of messages and of receipts, for on these evidence rests. It covers the same bytes as the first
and is no part of a message's identity, so it may be added later. Which algorithm a key has says its roster record. A
signature nobody asked for is neither believed nor refused: anybody who carries an envelope can add or take away one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from hub.core.delivery import SKEW
from hub.core.errors import BadSignature, KeyRevoked
from hub.core.ids import parse_time
from hub.core.signing import ALGORITHMS
from hub.core.standing import check_position, check_range

if TYPE_CHECKING:
    from hub.core.envelope import Envelope
    from hub.core.trust import KeyOwner, Trust
    from schemas.wire.header import Header


def check_second(
    trust: Trust, envelope: Envelope, header: Header, *, sealed: datetime, at: datetime, ours: bool = False
) -> None:
    """Refuse a message of ``header.sender`` without the second signature its roster asks for.

    ``at``: our clock when it came; ``ours``: we signed it, it is no news but comes back to us as it was.
    Raises ``BadSignature``, or ``KeyRevoked`` like the first signature.
    """
    policy = trust.roster.second_signature
    if policy is None or (header.roster < policy.roster and (ours or at <= parse_time(policy.grace))):
        return
    owner = _owner(trust, envelope, header.sender, policy.algorithm, at)
    check_range(owner, sealed)
    check_position(owner.key, header, envelope.hash)


def check_second_receipt(trust: Trust, envelope: Envelope, sender: str, issued: datetime, at: datetime) -> None:
    """The same for receipts of ``sender``, which have no place in a stream: a revoked key vouches for none."""
    policy = trust.roster.second_signature
    if policy is None or max(issued, at) <= parse_time(policy.grace):
        return
    owner = _owner(trust, envelope, sender, policy.algorithm, at)
    if owner.key.revoked is not None:
        raise KeyRevoked(f"签名密钥 {owner.key.id} 已吊销", field="signatures")


def vouched(trust: Trust, member: str, signers: Collection[str]) -> bool:
    """Whether keys of these ids, the member's own, still make a receipt or message that everybody takes."""
    policy = trust.roster.second_signature
    wanted = {"ed25519", policy.algorithm} if policy is not None else {"ed25519"}
    keys = trust.member(member).keys
    return wanted <= {key.algorithm for key in keys if key.id in signers and key.revoked is None}


def _owner(trust: Trust, envelope: Envelope, member: str, algorithm: str, at: datetime) -> KeyOwner:
    """The member's own key of the algorithm asked for that made one of the signatures."""
    for signature in envelope.signatures:
        for owner in trust.keys.get(signature.keyid, ()):
            fits = (owner.member, owner.key.purpose, owner.key.algorithm) == (member, "sign", algorithm)
            counts = fits and owner.since <= at + SKEW
            if counts and ALGORITHMS[algorithm].verify(owner.public, signature.sig, envelope.signed):
                return owner
    raise BadSignature(
        f"缺少成员名册要求的第二签名（{algorithm}）", field="signatures", advice="由发件单位补签后自动重发。"
    )
