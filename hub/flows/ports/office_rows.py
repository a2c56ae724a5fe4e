"""What an office keeps of its own work before and beside the exchange: frozen rows, no behaviour, no SQL.

Nothing of this goes over the wire. Datetimes are aware UTC, days are civil days of +08:00.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hub.flows.rows import PartMeta


@dataclass(frozen=True, slots=True)
class Paper:
    """A working paper 文稿 on its way from the first draft 拟稿 to the signature 签发."""

    id: str
    kind: str
    title: str
    """From the body, for lists; empty while there is none."""
    matter: str | None
    replaces: str | None
    to: tuple[str, ...]
    body: bytes
    """A JSON object, perhaps incomplete."""
    mark: str
    urgency: str
    requested: str | None
    parts: tuple[PartMeta, ...]
    state: str
    """``drafting in_review approved issued returned discarded``."""
    author: str
    editor: str
    """Who changed it last; four eyes are counted against author and editor."""
    reviewer: str | None
    approver: str | None
    """User who signed it off, or the name on the signed sheet."""
    sheet: str | None
    """Digest of the signed sheet 签批单, if it was signed on paper."""
    lead: str | None
    """The lead it transfers, if it was drawn up from one."""
    document: str | None
    """The recorded decision, once issued."""
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PaperFilter:
    """Which papers a list shows; None: all."""

    state: str | None = None
    kind: str | None = None
    matter: str | None = None
    author: str | None = None
    text: str | None = None
    """Part of the title."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history of a paper, an assignment or a lead: who did what and when, and what was said."""

    subject: str
    act: str
    who: str
    at: datetime
    comment: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Template:
    """A named starting body of this office."""

    name: str
    kind: str
    body: bytes
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Series:
    """A run of numbers 文号 of one code word 机关代字, from ``first`` on, anew each year."""

    code: str
    kinds: tuple[str, ...]
    """Kinds it is meant for; empty: all."""
    first: int
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Number:
    """One number once taken or voided: never given again (DOMAIN section 4.5)."""

    issuer: str
    code: str
    year: int
    seq: int
    doc_no: str
    """As it is written, brackets normalised."""
    subject: str | None
    """The document, paper or matter that has it."""
    state: str
    """``taken`` or ``void``."""
    reason: str
    """Why it is void."""
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unit:
    """A section 科室 or county bureau 县级局 that does the work inside the city's answer."""

    code: str
    name: str
    kind: str
    """``section`` or ``county``."""
    region: str | None
    """GB/T 2260 code of a county."""
    accounts: bool
    """Its people sign in here; else it gets printed notices."""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Assignment:
    """A matter handed to a unit 转办、交办, with its inner due date; the outward answer stays the office's."""

    id: str
    matter: str
    unit: str
    manner: str
    """``forward`` 转办 or ``assign`` 交办."""
    note: str
    due_on: date
    """Last day, inclusive."""
    rule: str | None
    """The rule it was counted by; None: a day was chosen."""
    state: str
    """``open``, ``done`` or ``returned``."""
    reason: str
    """Why it was returned, or what was done."""
    urged: int
    who: str
    at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AssignmentFilter:
    """Which assignments a list shows; None: all."""

    unit: str | None = None
    state: str | None = None
    overdue: date | None = None
    """Only those still open whose last day lies before this day."""


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead 线索 as this office keeps it. The reporter is never in it (投诉举报处理办法 art. 37)."""

    id: str
    number: str
    """This office's own number."""
    platform_no: str | None
    """Number on the 12315 platform."""
    source: str
    first_receiver: bool
    received_on: date
    due_on: date
    """Last day to forward it."""
    summary: str
    came_by: str | None
    """Matter of the received transfer it came by; then it may not be transferred on."""
    matter: str | None = None
    """Matter it was last forwarded in."""
    unit: str | None = None
    """Unit it was forwarded to."""
    forwarded_at: datetime | None = None
    outcome: str | None = None
    outcome_on: date | None = None
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads a list shows; ``forwarded`` and ``settled``: has it been, has it an outcome; None: all."""

    text: str | None = None
    """Part of the summary or of a number."""
    forwarded: bool | None = None
    settled: bool | None = None
    overdue: date | None = None
    """Only those neither forwarded nor settled whose last day to forward lies before this day."""
    unit: str | None = None
    """Only those forwarded to this unit."""


@dataclass(frozen=True, slots=True)
class LeadTransfer:
    """One transfer of a lead number to an office."""

    matter: str
    number: str
    office: str
    at: datetime
