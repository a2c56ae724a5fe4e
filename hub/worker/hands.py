"""What every step of a worker needs: the ports of its node, and the keys to sign with now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hub.flows.ports import Keys, NewId, Salt, Signer, Store, Transport, UnitOfWork

BATCH = 500
"""Most rows of one transaction: enough to spread its fixed cost, few enough to keep latency (about 0.2 s)."""
ARROWS = ("seal", "relay", "sync", "clock", "intake", "grow")
"""What a worker does; a large office may give each arrow a process of its own."""
TICK = timedelta(seconds=1)
AT_ONCE = datetime.min.replace(tzinfo=UTC)


@dataclass
class Hands:
    """One node's ports."""

    store: Store
    transport: Transport
    keys: Keys
    clock: Callable[[], datetime]
    new_id: NewId
    salt: Salt
    batch: int = BATCH
    arrows: Collection[str] = ARROWS

    def signing(self, uow: UnitOfWork) -> Signer:
        """The key to sign with now; without any that the roster still lists, the first: peers will say why not."""
        return _newest(uow, "sign", (self.keys.signer, *self.keys.spare), self.clock())

    def witnessing(self, uow: UnitOfWork) -> Signer:
        """The key to sign checkpoints with now, chosen alike."""
        return _newest(uow, "witness", (self.keys.witness, *self.keys.spare_witnesses), self.clock())

    def using(self, uow: UnitOfWork) -> Keys:
        """All keys of this node, with those to sign with now."""
        return replace(self.keys, signer=self.signing(uow), witness=self.witnessing(uow), second=self._second(uow))

    def _second(self, uow: UnitOfWork) -> Signer | None:
        """The key for second signatures, where the roster asks for them and lists one of ours."""
        if not self.keys.seconds:
            return None
        trust = uow.trusts.current()
        if trust.roster.second_signature is None:
            return None
        known = {one.keyid: one for one in self.keys.seconds}
        return known.get(trust.newest_key(uow.member, "sign", known, self.clock()) or "")


def _newest(uow: UnitOfWork, purpose: str, keys: Sequence[Signer], now: datetime) -> Signer:
    if len(keys) == 1:
        return keys[0]
    known = {one.keyid: one for one in keys}
    newest = uow.trusts.current().newest_key(uow.member, purpose, known, now)
    return known.get(newest or "", keys[0])
