"""Does a signature still count: may the member speak, is its key good for this very message? (D5; X36, X37).

A key that was replaced vouches for what it signed in its time. A key that was revoked vouches, in each stream, for
what stands at or before the last good message the roster names; in a stream the roster does not name, for nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from hub.core.errors import KeyRevoked, NotAMember

if TYPE_CHECKING:
    from hub.core.trust import KeyOwner
    from schemas.wire.roster import Member, MemberKey


class Placed(Protocol):
    """A message's place in its stream."""

    @property
    def audience(self) -> str:
        """Member, or ``all``."""

    @property
    def incarnation(self) -> str:
        """The sender's life since its last restore."""

    @property
    def seq(self) -> int:
        """Number within it, from 1."""


def check_member(member: Member, *, message: bool) -> None:
    """Raise ``NotAMember``: an expelled member says nothing more, a suspended one sends no documents."""
    if member.status == "expelled":
        raise NotAMember(f"{member.name}已退出，来件不再接受", field="sender")
    if message and member.status == "suspended":
        raise NotAMember(
            f"{member.name}已被暂停成员资格，来件暂不接受", field="sender", advice="恢复资格后由系统自动补收。"
        )


def check_range(owner: KeyOwner, signed_at: datetime) -> None:
    """Raise ``KeyRevoked`` for what was signed after the key had been replaced."""
    if owner.until is not None and signed_at > owner.until:
        raise KeyRevoked(f"签名密钥 {owner.key.id} 已于 {owner.key.until} 停用", field="signatures")


def check_position(key: MemberKey, message: Placed, digest: str) -> None:
    """Raise ``KeyRevoked`` for a message that a revoked key does not vouch for."""
    if not vouches(key, message, digest):
        raise KeyRevoked(f"签名密钥 {key.id} 已吊销，本件在最后可信的一份之后", field="signatures")


def vouches(key: MemberKey, message: Placed, digest: str) -> bool:
    """Whether ``key`` is good for the message with the hash ``digest``: not revoked, or only after it."""
    if key.revoked is None:
        return True
    stream = (message.audience, message.incarnation)
    last = next((one for one in key.revoked if (one.audience, one.incarnation) == stream), None)
    if last is None or message.seq > last.seq:
        return False
    return message.seq < last.seq or digest == last.hash
