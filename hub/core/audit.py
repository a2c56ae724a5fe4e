"""Leaves of the audit log 审计日志 (DESIGN D7, RFC 6962 section 2.1).

A leaf commits to who did it and to its record by SHA-256(salt ‖ actor ‖ LF ‖ record): erasing them and the salt later
leaves the leaf, and every proof over it, valid. Here are leaf encoding and hashing; the tree, its checkpoints and
proofs stand on the same bytes.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import orjson

from hub.core.values import value

QUIET = frozenset(
    {"agreement", "alarm", "checkpoint", "cosign", "key-use", "quarantine", "receipt", "root", "roster", "withheld"}
)
"""Types of leaves that control frames bring about. They are never news for a checkpoint: a log that is proved because
a peer proved its own would keep both busy for ever."""


@value
class Leaf:
    """One entry of the audit log, written in the transaction of the act it records."""

    type: str
    """What happened: ``decide``, ``seal``, ``store``, ``receipt``, ``quarantine``, ``sign-in``, ``export`` …"""
    subject: str
    """Id of what it happened to: message hash, document id, bundle id."""
    actor: str
    """User name, ``node`` for the machine itself, or a member id."""
    at: datetime
    salt: bytes
    record: bytes
    """The facts, as JSON; erasable together with ``salt``."""

    @property
    def data(self) -> bytes:
        """Bytes that enter the tree: type, subject, time and commitment, never the record or the person."""
        commitment = hashlib.sha256(self.salt + self.actor.encode() + b"\n" + self.record).hexdigest()
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return f"v2\n{self.type}\n{self.subject}\n{at}\n{commitment}\n".encode()

    @property
    def hash(self) -> str:
        """RFC 6962 leaf hash: SHA-256(0x00 ‖ data)."""
        return hashlib.sha256(b"\x00" + self.data).hexdigest()


@value
class Logged:
    """A leaf as it is stored; ``leaf`` None: its content was erased."""

    position: int
    hash: str
    leaf: Leaf | None


def leaf(type_: str, subject: str, actor: str, at: datetime, salt: bytes, /, **facts: object) -> Leaf:
    """Build a leaf from its facts."""
    record = orjson.dumps(facts, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME)
    return Leaf(type_, subject, actor, at, salt, record)
