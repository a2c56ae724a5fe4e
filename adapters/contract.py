"""What the public API of a node gives, as an adapter reads it. Fields may be added there; none of these goes away.

Moments are UTC text (``2026-04-13T08:30:00.000Z``), days ISO dates, amounts decimal text in 元.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a document; all of one document come to 1 MiB at most."""

    name: str
    media_type: str
    content: bytes


class RecordedCopy(TypedDict):
    """One addressee's copy: each named addressee has a matter of its own."""

    to: str
    matter: str


class Recorded(TypedDict):
    """A decision was recorded; signing and sending follow by themselves."""

    document: str
    kind: str
    act: str
    copies: list[RecordedCopy]


class Rung(TypedDict):
    """One rung of evidence that a copy has reached."""

    step: str
    title: str
    at: str | None
    proof: str | None
    code: str | None


class Progress(TypedDict):
    """How far a copy has come towards one member; ``form`` is ``full``, ``header`` or ``seen``."""

    member: str
    form: str
    step: str
    rungs: list[Rung]


class DocumentLine(TypedDict):
    """One copy of a document in a list."""

    document: str
    matter: str
    kind: str
    act: str
    title: str
    sender: str
    audience: str
    issued: str
    stored_at: str
    urgency: str
    status: str
    step: str
    hash: str | None
    replaces: str | None


class PartLine(TypedDict):
    """An attachment as the signed header names it."""

    sha256: str
    size: int
    media_type: str


class DocumentCopy(DocumentLine):
    """One copy with all that is known of it; ``body`` is None for a header copy."""

    version: int
    mark: str
    rule: str | None
    requested: str | None
    sealed: str | None
    expires: str | None
    code: str | None
    decided_by: str
    body: dict[str, Any] | None
    parts: list[PartLine]
    progress: list[Progress]
    state: str | None
    counted: bool
    receipt: str | None
    erased: str | None


class Document(TypedDict):
    """All copies of a document at the node, and the thread of its matter."""

    document: str
    copies: list[DocumentCopy]
    thread: list[DocumentCopy]


class MatterLine(TypedDict):
    """One matter in a list."""

    id: str
    family: str
    state: str
    state_title: str
    title: str
    opener: str
    other: str
    document: str
    kind: str
    urgency: str
    opened_at: str
    updated_at: str
    last_act: str
    messages: int
    rule: str | None
    calendar: str | None
    start: str | None
    due_strict: str | None
    due_effective: str | None
    due_at: str | None
    provisional: bool
    clock: str
    met_at: str | None
    overdue: bool


class CountedDay(TypedDict):
    """One line of the count of a deadline."""

    date: str
    counted: int | None
    why: str


class Deadline(TypedDict):
    """Strict and effective due date, with the count day by day."""

    rule: str
    start: str
    calendar: str
    due_strict: str
    due_effective: str
    label: str
    article: str
    provisional: bool
    days: list[CountedDay]


class Act(TypedDict):
    """Something the node may do now in a matter."""

    kind: str
    act: str
    title: str


class Matter(TypedDict):
    """A matter with its clock and thread; ``matter`` is None while its first document waits to be signed."""

    id: str
    side: str | None
    matter: MatterLine | None
    deadline: Deadline | None
    allowed: list[Act]
    thread: list[DocumentCopy]


class Member(TypedDict):
    """One member as the node knows it; ``waiting``: messages to it without its receipt."""

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
    last_seen: str | None
    waiting: int
    oldest_waiting: str | None
    copies: int


class QuarantineLine(TypedDict):
    """One refused delivery."""

    id: int
    sha256: str
    code: str
    reason: str
    field: str | None
    claimed: str
    channel: str
    received_at: str
    size: int
    times: int
    document: str | None


class Figure(TypedDict):
    """One figure; ``peer`` None: in total, ``value`` None: nothing to divide by."""

    indicator: str
    measure: str
    title: str
    unit: str
    scope: str
    member: str
    peer: str | None
    value: float | None
    numerator: int
    denominator: int | None
    open: int
    definition: str


class Statistics(TypedDict):
    """Figures of a period; both days belong to it."""

    since: str
    until: str
    at: str
    waiting: int
    figures: list[Figure]
    not_counted: dict[str, str]


class FigureMatter(TypedDict):
    """One matter behind a figure."""

    matter: str
    title: str | None
    peer: str | None
    day: str
    numerator: int
    denominator: int | None
    open: int


class Health(TypedDict):
    """Depth of the node's queues."""

    status: str
    outbox: int
    pending: int
    oldest_pending: str | None
    quarantined: int
    gaps: int
    parked: int
    frozen: int
    ungrown: int


class ApiAway(Exception):
    """The node did not answer, or says that it cannot just now: ask again later."""


class ApiRefused(Exception):
    """The node said no (RFC 9457): ``code`` is stable, ``detail`` and ``advice`` are for people."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        """Read the problem document."""
        self.status = status
        self.code = str(problem.get("code", "error"))
        self.detail = str(problem.get("detail", ""))
        self.advice = str(problem.get("advice", ""))
        self.field: str | None = problem.get("field")
        super().__init__(f"{status} {self.code}: {self.detail}")
