"""What pages, API and command line read: rows made for looking at, never for deciding.

Every list is paged by an opaque cursor, newest first, and a page costs the same whatever the history behind it: a
list looks at so many rows at most (:data:`SCAN` where Python must judge them) and then hands out a cursor to go on
from, even if it found less than was asked for. All methods raise ``DatabaseAway`` when the database does not answer
and ``InvalidInput`` for a cursor that is not ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from hub.core.recount import Note
from hub.core.trust import Trust
from hub.flows.ports.access import AccessViews
from hub.flows.ports.duties import DutyViews
from hub.flows.ports.figures import FigureViews
from hub.flows.ports.journal import JournalViews
from hub.flows.ports.proving import ProofViews
from hub.flows.ports.relations import Relation
from hub.flows.ports.retention import Erasure, RetentionViews
from hub.flows.ports.saved import DeskViews
from hub.flows.ports.subjects import SubjectViews
from hub.flows.rows import MatterRow, PartMeta, Quarantined

R = TypeVar("R")

SCAN = 1000
"""Rows a single page looks at, at most."""


class Step(StrEnum):
    """The rungs of evidence of one copy (DESIGN D4), and the ways it can end beside them."""

    RECORDED = "recorded"
    SENT = "sent"
    DELIVERED = "delivered"
    SIGNED = "signed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    FED_BACK = "fed-back"
    REFUSED = "refused"
    HELD = "held"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung that was reached. ``proof``: id of the receipt frame, or the hash of the answering message."""

    step: Step
    at: datetime | None
    proof: str | None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one copy has come towards one member.

    ``form``: ``full``, ``header``, or ``seen`` (learnt from others' receipts).
    """

    member: str
    form: str
    rungs: tuple[Rung, ...]

    @property
    def step(self) -> Step:
        """The last rung reached."""
        return self.rungs[-1].step


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One copy of a document: a line of the list. ``hash`` is None until it is signed."""

    document: str
    matter: str
    kind: str
    act: str
    title: str
    sender: str
    audience: str
    issued: datetime
    stored_at: datetime
    urgency: str
    status: str
    step: Step
    hash: str | None
    replaces: str | None


@dataclass(frozen=True, slots=True)
class CopyView:
    """One copy of a document with everything known of it.

    ``state``: what it made of its matter; None with ``counted``: out of order.
    """

    row: DocumentRow
    version: int
    mark: str
    rule: str | None
    requested: str | None
    sealed: datetime | None
    expires: datetime | None
    code: str | None
    decided_by: str
    body: dict[str, object] | None
    """None for a header copy, or while nobody here can read it."""
    parts: tuple[PartMeta, ...]
    progress: tuple[Progress, ...]
    state: str | None = None
    counted: bool = True
    receipt: str | None = None
    """Our own receipt for a received copy."""
    erased: Erasure | None = None
    """What took its body away."""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """All copies of one document at this node."""

    document: str
    copies: tuple[CopyView, ...]


@dataclass(frozen=True, slots=True)
class MatterView:
    """A matter with its thread in causal order; decisions not yet signed stand at the end."""

    row: MatterRow | None
    """None while the opening document itself is still waiting to be signed."""
    id: str
    side: str | None
    """``opener``, ``other``, or None: we only look on."""
    thread: tuple[CopyView, ...]
    delivered_at: datetime | None
    """By the addressee's signed receipt, or as entered from paper."""
    signed_at: datetime | None
    extensions: tuple[tuple[datetime, date], ...]
    """Extension notices: when told, and the day each asks for; whether they count is the deadline's business."""
    allowed: tuple[tuple[str, str], ...]
    """(kind, act) pairs this node may do now, decisions not yet signed counted in."""
    notes: tuple[Note, ...] = ()
    """What no document tells, such as a last day that a newer agreement moved; oldest first."""


@dataclass(frozen=True, slots=True)
class MemberView:
    """One member as we know it.

    ``waiting``: messages to it without its receipt; ``copies``: header copies without one.
    """

    id: str
    name: str
    short_name: str
    region: str
    system: str
    level: str
    calendar: str
    reach: str
    status: str
    joint_meeting: bool
    own: bool
    last_seen: datetime | None
    waiting: int
    oldest_waiting: datetime | None
    copies: int


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """``direction``: ``in`` or ``out``; ``text``: part of the title; ``stored_at`` lies in [since, until)."""

    kind: str | None = None
    direction: str | None = None
    counterpart: str | None = None
    step: Step | None = None
    matter: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    unit: str | None = None
    """Only of matters this unit has in hand."""
    waiting: str | None = None
    """``sign``: openings sent to us and not signed for yet; ``delivery``: ours without the addressee's receipt."""


@dataclass(frozen=True, slots=True)
class MatterFilter:
    """``role``: ``opener`` or ``other``, our side; ``overdue`` is judged at ``now``.

    ``waits_for``: ``us``, ``them`` or ``any``, whose move the state machine expects, whether a clock runs or not.
    ``order``: ``moved``, the last moved first, or ``due``: running clocks alone, the first to end first.
    """

    family: str | None = None
    state: str | None = None
    clock: str | None = None
    role: str | None = None
    overdue: bool | None = None
    provisional: bool | None = None
    counterpart: str | None = None
    text: str | None = None
    waits_for: str | None = None
    unit: str | None = None
    """Only those this unit has in hand."""
    order: str = "moved"


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Rows, and where to go on; ``next`` None: that was all."""

    rows: tuple[R, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Health:
    """Depth of every queue of the node."""

    outbox: int
    pending: int
    oldest_pending: datetime | None
    quarantined: int
    gaps: int
    """Messages parked because one before them is missing."""
    parked: int
    """Messages parked for any reason."""
    frozen: int
    """Received streams that stand still after a contradiction."""
    ungrown: int
    """Leaves of the audit log that its tree has yet to grow over."""


class Views(
    AccessViews, DutyViews, FigureViews, DeskViews, SubjectViews, JournalViews, ProofViews, RetentionViews, Protocol
):
    """Read models of one node. Nothing here writes or takes a write lock."""

    def trust(self) -> Trust:
        """The signed files in force; raises ``Misconfigured`` when there are none."""
        ...

    def documents(self, wanted: DocumentFilter, cursor: str | None, limit: int) -> Page[DocumentRow]:
        """Copies of documents, newest first; decisions not yet signed come before all others."""
        ...

    def document(self, document: str) -> DocumentView:
        """All copies here; raises ``NotFound``."""
        ...

    def envelope(self, message: str) -> bytes:
        """The signed envelope, byte for byte; raises ``NotFound``."""
        ...

    def matters(self, wanted: MatterFilter, cursor: str | None, limit: int, *, now: datetime) -> Page[MatterRow]:
        """Matters, the last moved first."""
        ...

    def matter_count(self, wanted: MatterFilter, *, now: datetime, most: int) -> int:
        """How many matters there are, ``most`` at most."""
        ...

    def document_count(self, wanted: DocumentFilter, *, most: int) -> int:
        """How many openings wait for our signature (``waiting`` is ``sign``), ``most`` at most."""
        ...

    def matter(self, matter: str) -> MatterView:
        """One matter with its thread; raises ``NotFound``."""
        ...

    def relations(self, matter: str) -> tuple[Relation, ...]:
        """Matters this one names in ``related`` and those that name it, as far as this node can read them."""
        ...

    def members(self, *, now: datetime) -> list[MemberView]:
        """Everybody in the roster, in its order."""
        ...

    def quarantine(self, cursor: str | None, limit: int) -> Page[Quarantined]:
        """What was received and refused, newest first, without the bytes."""
        ...

    def one_quarantined(self, item: int) -> Quarantined:
        """One of them with its bytes; raises ``NotFound``."""
        ...

    def health(self) -> Health:
        """Depth of the queues."""
        ...
