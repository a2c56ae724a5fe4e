"""Ports that are not the database: the pipe to other members, the node's keys, fresh ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from hub.core.values import value


@value
class Outgoing:
    """One envelope on its way out. ``to`` is a member id or ``"all"`` (every other member at once)."""

    key: str
    """The caller's own name for this item, handed back in :class:`Sent`; never on the wire."""
    to: str
    raw: bytes


class SentStatus(StrEnum):
    """What the pipe says: only ``CONFIRMED`` may become 'on the wire' (RELIABILITY I2)."""

    CONFIRMED = "confirmed"
    RETURNED = "returned"
    """No queue took it (AMQP ``basic.return``)."""
    FAILED = "failed"
    """Nack, channel death, disk error: still pending."""


@value
class Sent:
    """Outcome of one :class:`Outgoing`."""

    key: str
    status: SentStatus
    reason: str = ""


@value
class Incoming:
    """One delivery.

    ``tag`` acknowledges it; ``claimed`` is the transport's own idea of the sender (AMQP ``user_id``), or None.
    """

    tag: str
    raw: bytes
    channel: str
    """``amqp``, ``spool`` or ``ferry``."""
    claimed: str | None = None


class Posted(Protocol):
    """What was handed to a pipe in one go, and the pipe's word on it once that is known."""

    def known(self, wait: float = 0.0) -> bool:
        """Whether the pipe has spoken of every item; gives it up to ``wait`` seconds more for that."""
        ...

    def sent(self) -> list[Sent]:
        """One :class:`Sent` per item, in order; waits until all are known, and never for ever."""
        ...


@value
class Told:
    """The word of a pipe that speaks at once: a :class:`Posted`."""

    word: list[Sent]

    def known(self, wait: float = 0.0) -> bool:  # noqa: ARG002  part of the port
        """It is."""
        return True

    def sent(self) -> list[Sent]:
        """The word."""
        return self.word


class Transport(Protocol):
    """A pipe that may lose, repeat and reorder, but never claims more than it did.

    * ``publish`` hands over and does not wait; it never raises for a single item. ``CONFIRMED`` means the pipe has it
      durably. What is handed over later leaves later.
    * ``receive`` hands out what waits, oldest first, at most ``limit`` items, waiting up to ``wait`` seconds for the
      first; un-acknowledged items come again after a reconnect or restart, never sooner.
    * ``ack`` is called only after commit; stale tags are ignored. What was published in one go may come again as long
      as some of it is not acknowledged; acknowledged whole, it never does.
    * Every method raises only :class:`hub.core.errors.TransportAway`; the next call reconnects by itself.
    """

    def publish(self, items: Sequence[Outgoing]) -> Posted:
        """Hand over ``items``; what the pipe says of each is told by what is returned."""
        ...

    def receive(self, limit: int, wait: float) -> list[Incoming]:
        """Return up to ``limit`` waiting deliveries."""
        ...

    def ack(self, tags: Sequence[str]) -> None:
        """Forget these deliveries: they are recorded."""
        ...

    def probe(self) -> str:
        """Return a one-line state for people (``hub doctor``); raises ``TransportAway`` without an answer."""
        ...

    def close(self) -> None:
        """Release sockets and files; un-acknowledged deliveries stay in the pipe."""
        ...


class Signer(Protocol):
    """Holds one of the node's private keys that sign; only worker processes have one.

    Of which algorithm it is says the key's record in the roster: ``ed25519``, and for second signatures ``ml-dsa-65``.
    """

    @property
    def keyid(self) -> str:
        """Id of the key in the roster."""
        ...

    @property
    def public(self) -> bytes:
        """The public key as the roster has it: 32 bytes, for ML-DSA-65 1952."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Signature over ``data``: 64 bytes, by ML-DSA-65 3309."""
        ...


class Sealer(Protocol):
    """Holds the node's private keys for sealed bodies and the randomness of sealing; only worker processes have one."""

    @property
    def public(self) -> bytes:
        """The node's own X25519 key, 32 bytes: what it sends is sealed to itself too."""
        ...

    @property
    def keyids(self) -> Sequence[str]:
        """Ids of the keys it can unwrap for, the newest first."""
        ...

    def random(self, size: int) -> bytes:
        """Fresh bytes nobody can guess."""
        ...

    def wrap(self, key: bytes, public: bytes, info: bytes) -> bytes:
        """``key`` (32 bytes) for the owner of ``public`` alone: HPKE ``enc`` and ciphertext, 80 bytes (RFC 9180).

        Raises ``WeakKey`` for a ``public`` of low order, to which nothing can be sealed.
        """
        ...

    def keep(self, key: bytes, info: bytes) -> bytes:
        """``key`` for this node alone, under its newest key: 80 bytes that only :meth:`unwrap` of this port opens.

        Nobody else ever reads them, so they cost no operation on a curve.
        """
        ...

    def unwrap(self, keyid: str, wrapped: bytes, info: bytes) -> bytes:
        """What was wrapped or kept; raises ``Unopenable`` if that was for another key, or for another ``info``."""
        ...


@value
class Keys:
    """The keys a worker process holds."""

    signer: Signer
    witness: Signer
    """The key that signs checkpoints, ours and our peers'."""
    sealer: Sealer
    spare: Sequence[Signer] = ()
    """Other signing keys of this node; the one the roster lists last is used, from the moment that roster is here."""
    spare_witnesses: Sequence[Signer] = ()
    seconds: Sequence[Signer] = ()
    """Keys for second signatures."""
    second: Signer | None = None
    """The one of them to use now; None unless the roster asks for second signatures and lists one of them."""

    @property
    def pens(self) -> tuple[Signer, ...]:
        """What evidence rests on is signed with all of these: messages and receipts."""
        return (self.signer,) if self.second is None else (self.signer, self.second)


NewId = Callable[[datetime], str]
"""A fresh UUIDv7 for the given moment."""
Salt = Callable[[], bytes]
"""Sixteen fresh random bytes."""
