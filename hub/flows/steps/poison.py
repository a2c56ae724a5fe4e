"""What a delivery costs the member it claims to come from, so that one poisoned peer slows no other (DESIGN D1)."""

from __future__ import annotations

from datetime import datetime

from hub.core import envelope as wire
from hub.core.audit import Leaf, leaf
from hub.core.delivery import POISON_COST, Bucket, claimed_member, fresh_bucket
from hub.core.errors import NotForUs, Rejected, UnknownSender
from hub.core.ids import sha256
from hub.core.trust import Trust
from hub.flows.ports import Incoming, Salt
from hub.flows.rows import Quarantined, Verdict
from schemas.wire.header import Header

KEEP_RAW = 64 * 1024
"""Bytes of a refused delivery kept for a person."""


def payer(trust: Trust, delivery: Incoming) -> str:
    """Whose tokens a delivery spends: the login the pipe vouches for, else whom the key hint names."""
    return claimed_member(trust, delivery.raw) if delivery.claimed is None else delivery.claimed


def charge(quotas: dict[str, Bucket], member: str, now: datetime) -> Verdict | None:
    """Spend one token before anything is parsed; the verdict when there is none left."""
    bucket = quotas.get(member) or fresh_bucket(now)
    paid = bucket.take(1.0, now)
    quotas[member] = paid or bucket
    if paid is None:
        return Verdict("dropped", "over-quota", f"{member} 来件过多，暂不处理，稍后自动补收", None)
    return None


def fine(quotas: dict[str, Bucket], member: str, error: Rejected, now: datetime) -> Verdict | None:
    """Make an unusable delivery expensive; the verdict when its sender has used up what is kept for a person."""
    bucket = quotas.get(member) or fresh_bucket(now)
    quotas[member] = bucket.fine(POISON_COST, now)
    return Verdict("dropped", error.code, error.detail, None) if bucket.level(now) < POISON_COST else None


def early(trust: Trust, delivery: Incoming, error: Rejected) -> Verdict | None:
    """A message whose key is unknown, but which names a roster newer than ours: no poison, it will come again.

    Nothing of this is verified; all it does is to leave the delivery out, and heads show what is missing.
    """
    if not isinstance(error, UnknownSender):
        return None
    try:
        header = wire.parse(Header, wire.decode(delivery.raw).payload)
    except Rejected:
        return None
    if header.sender not in trust.members or header.roster <= trust.roster.version:
        return None
    return Verdict("dropped", "newer-roster", "由更新的成员名册所列密钥签名，取得名册后自动补收", None)


def same_login(delivery: Incoming, sender: str) -> None:
    """What the pipe says of its sender must fit what was signed (RELIABILITY B44); a pipe that says nothing is fine."""
    if delivery.claimed is not None and delivery.claimed != sender:
        raise NotForUs(f"传输通道登录的是 {delivery.claimed}，文书却由 {sender} 签名", field="sender")


def quarantined(delivery: Incoming, member: str, error: Rejected, now: datetime) -> tuple[Quarantined, Verdict]:
    """The row kept for a person and the verdict that names it."""
    raw = delivery.raw
    digest = sha256(raw)
    row = Quarantined(
        digest,
        error.code,
        error.detail,
        error.field,
        member,
        delivery.channel,
        now,
        raw[:KEEP_RAW],
        len(raw),
        document=wire.claimed_document(raw[:KEEP_RAW]),
    )
    return row, Verdict("quarantined", error.code, error.detail, digest)


def quarantine_leaf(row: Quarantined, now: datetime, salt: Salt) -> Leaf:
    """That it was refused is on record too."""
    return leaf("quarantine", row.sha256, row.claimed, now, salt(), code=row.code)
