"""Values the flows hand to the store and get back: one frozen class per concern, no behaviour, no SQL.

Datetimes are aware UTC. Hashes are hex text. ``raw`` is the envelope as it went over the wire.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from hub.core import docket
from hub.core.values import value

if TYPE_CHECKING:
    from datetime import datetime

MatterRow = docket.MatterRow


class MessageStatus(StrEnum):
    """What became of a message at this node."""

    STORED = "stored"
    """Applied: our own, or received and accepted."""
    REFUSED = "refused"
    """Authentic but against the rules; excluded from its matter at both ends."""
    HELD = "held"
    """Kind or version unknown here; kept opaque."""
    COPY = "copy"
    """Header copy, seen as the joint-meeting office."""


class DeliveryStatus(StrEnum):
    """How far one message has come towards one member (DESIGN D4)."""

    PENDING = "pending"
    ON_WIRE = "on-wire"
    STORED = "stored"
    REFUSED = "refused"
    HELD = "held"
    WITHHELD = "withheld"


@value
class PartMeta:
    """An attachment as the header names it."""

    sha256: str
    size: int
    media_type: str


@value
class Draft:
    """A recorded decision for one audience, waiting to be numbered and signed (rung 已登记)."""

    document: str
    kind: str
    version: int
    act: str
    audience: str
    matter: str
    title: str
    issued: datetime
    decided_by: str
    after: tuple[str, ...]
    replies_to: str | None
    replaces: str | None
    mark: str
    urgency: str
    rule: str | None
    requested: str | None
    expires: datetime | None
    body: bytes
    parts: tuple[PartMeta, ...]
    id: int = 0


@value
class Message:
    """One signed copy of a document: ours once sealed, or received."""

    hash: str
    document: str
    kind: str
    version: int
    act: str
    sender: str
    audience: str
    incarnation: str
    seq: int
    prev: str | None
    matter: str
    after: tuple[str, ...]
    replies_to: str | None
    replaces: str | None
    mark: str
    urgency: str
    rule: str | None
    requested: str | None
    agreement: int
    """Version of the agreement it was signed under: its deadline rule stays as it stood there."""
    issued: datetime
    sealed: datetime
    expires: datetime | None
    title: str
    """From the body; for a header copy the kind's own title."""
    status: MessageStatus
    code: str | None
    """Why refused or held, or a flag such as ``clock-skew``; else None."""
    stored_at: datetime
    decided_by: str
    """Who decided it here; for a received message its sender."""
    receipt_frame: str | None
    raw: bytes
    parts: tuple[PartMeta, ...] = ()
    erased: str | None = None
    """The erasure that took the body out of ``raw`` and the title away."""
    opened: bytes | None = None
    """A sealed body as we opened it: 32 random bytes, then the text. Read it by ``core.sealing.text_of``."""
    id: int = 0


@value
class Entry:
    """What folding a matter needs of a message: no bytes.

    ``delivered_at`` is the *named* addressee's signed ``stored_at`` once known (our own for what we received);
    None for a broadcast.
    """

    hash: str
    document: str
    kind: str
    version: int
    act: str
    sender: str
    audience: str
    incarnation: str
    seq: int
    matter: str
    after: tuple[str, ...]
    replaces: str | None
    rule: str | None
    requested: str | None
    agreement: int
    urgency: str
    issued: datetime
    mark: str
    title: str
    status: MessageStatus
    delivered_at: datetime | None
    refused: bool
    """True if its addressee's receipt refused it, or it was withheld from it."""


@value
class Delivery:
    """One message on its way to one member. ``form`` is ``full`` or ``header`` (the joint-meeting office's copy)."""

    message: str
    member: str
    form: str
    status: DeliveryStatus
    on_wire_at: datetime | None = None
    stored_at: datetime | None = None
    """The member's own signed time."""
    code: str | None = None
    receipt_frame: str | None = None
    attempts: int = 0
    id: int = 0


@value
class ToPublish:
    """A pending delivery with what the pipe needs. Several deliveries of one broadcast share ``message``."""

    id: int
    message: str
    member: str
    audience: str
    form: str
    raw: bytes
    parts: tuple[PartMeta, ...]
    """Attachments that belong to it."""
    expires: datetime | None = None
    erased: bool = False


@value
class Frame:
    """A control frame of ours, or a kept one of a peer (receipts, as proof)."""

    id: str
    """Hash of its signed bytes."""
    type: str
    sender: str
    audience: str
    raw: bytes
    created: datetime
    pending: bool
    keep: bool
    """Kept for ever (receipts); others go once published."""


@value
class Parked:
    """A validly signed message that waits: for the gap before it, for its attachments, or for a newer roster."""

    sender: str
    audience: str
    incarnation: str
    seq: int
    hash: str
    raw: bytes
    waits_for: str
    """``gap``, ``parts`` or ``roster``."""
    since: datetime


@value
class OutHead:
    """Top of one of our own streams."""

    audience: str
    incarnation: str
    seq: int
    hash: str | None


@value
class Quarantined:
    """Received and refused, kept for a person."""

    sha256: str
    """Of the raw bytes; the same bytes again only raise ``times``."""
    code: str
    reason: str
    field: str | None
    claimed: str
    """Member the key hints point at, ``?`` if none: a claim, not a fact."""
    channel: str
    received_at: datetime
    raw: bytes
    """At most the first 64 KiB."""
    size: int
    times: int = 1
    document: str | None = None
    id: int = 0


@value
class Peer:
    """What we know of a peer's liveliness."""

    member: str
    last_seen: datetime | None = None
    heads_sent_at: datetime | None = None
    heads_got_at: datetime | None = None
    asked_at: datetime | None = None
    """When we last asked it to send something again."""


@value
class Part:
    """A small attachment's bytes, complete and checked against its digest; large ones are never held as a whole."""

    sha256: str
    media_type: str
    content: bytes


@value
class User:
    """A person or program with access to this node. ``token_hash``: SHA-256 of the bearer token."""

    name: str
    title: str
    role: str
    token_hash: str
    active: bool = True
    level: str = "handler"
    """What the user may sign off: ``handler unit_head bureau_leader principal_head``, or ``legal_reviewer``."""
    unit: str | None = None
    """The unit whose matters the user sees; None: all of the office's."""


@value
class Verdict:
    """What became of one delivery; shown per record when a ferry bundle is read in."""

    outcome: str
    """``stored refused held copy duplicate parked quarantined dropped part frame``."""
    code: str | None
    reason: str
    subject: str | None
    """Message hash, or digest of the quarantined bytes."""
