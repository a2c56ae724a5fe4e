"""What the handling of control frames reads once and gathers before it writes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from hub.core import envelope as wire
from hub.core.audit import Leaf
from hub.core.ids import sha256, wire_time
from hub.core.terms import host_at
from hub.core.trust import Trust
from hub.flows.ports import Keys, Salt, UnitOfWork
from hub.flows.rows import Frame, Peer
from hub.flows.steps.refold import redate, refold


@dataclass
class Work:
    """State of one call, local to it."""

    uow: UnitOfWork
    trust: Trust
    keys: Keys
    now: datetime
    salt: Salt
    frames: list[Frame] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)
    """Peers with a sign of life that is not noted yet."""
    arrived: set[str] = field(default_factory=set)
    """Messages whose addressee told something of them."""
    moving: set[str] = field(default_factory=set)
    """Messages that count from now on, or no longer."""

    @property
    def office(self) -> bool:
        """Are we the joint-meeting office now?"""
        return host_at(self.trust, self.now) == self.uow.member

    def send(self, kind: str, to: str, payload: dict[str, object], carried: bytes | None = None) -> None:
        """Sign a frame of our own and queue it; ``carried``: bytes beside it, named in the payload by their digest."""
        body = wire.dump({"sender": self.uow.member, "audience": to, "issued": wire_time(self.now), **payload})
        signed = wire.pae(kind, body)
        raw = wire.encode(kind, body, (wire.Signature(self.keys.signer.keyid, self.keys.signer.sign(signed)),), carried)
        self.frames.append(Frame(sha256(signed), kind, self.uow.member, to, raw, self.now, pending=True, keep=False))

    def seen(self, member: str, *, got_heads: bool = False) -> Peer:
        """Note a sign of life of a peer."""
        peer = self.uow.peers.get([member])[member]
        peer = replace(peer, last_seen=self.now, heads_got_at=self.now if got_heads else peer.heads_got_at)
        self.uow.peers.save([peer])
        return peer

    def finish(self) -> None:
        """Write what was gathered."""
        if self.frames:
            self.uow.frames.add(self.frames)
        if self.leaves:
            self.uow.ledger.add(self.leaves)
        for member in sorted(self.heard):
            self.seen(member)
        told = self.arrived | self.moving
        if told:
            fold = refold if self.moving else redate
            fold(self.uow, self.trust, self.uow.messages.matters_of(told), self.now)
