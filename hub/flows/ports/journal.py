"""The audit log 审计日志 as people search it, and how it is checked against its own hashes (DESIGN D7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from hub.flows.ports.log import Alarm

if TYPE_CHECKING:
    from hub.flows.ports.views import Page


@dataclass(frozen=True, slots=True)
class Act:
    """One leaf: who did what to what, when; ``facts`` None: erased."""

    position: int
    hash: str
    type: str
    subject: str
    actor: str
    at: datetime
    facts: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class ActFilter:
    """All given conditions hold; ``subjects`` empty: any. Times lie in [since, until)."""

    type: str | None = None
    actor: str | None = None
    subjects: frozenset[str] = field(default_factory=frozenset)
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What one stretch of the log showed. ``next``: the position to go on at, None at the end.

    ``wrong``: what contradicts itself, as (number of the entry counted from 1, reason in Chinese). ``erased``: leaves
    whose content was lawfully erased.
    """

    seen: int
    erased: int
    wrong: tuple[tuple[int, str], ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Witnessing:
    """Up to where a member has cosigned our log."""

    member: str
    size: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Up to where the log is proved, by whom, and what is wrong with any log we know of."""

    size: int
    """Leaves the tree has grown over."""
    signed: int
    """Leaves in our newest checkpoint; 0: there is none."""
    signed_at: datetime | None
    begun: datetime | None
    """When this log's first checkpoint was signed."""
    witnesses: tuple[Witnessing, ...]
    alarms: tuple[Alarm, ...]
    """Those nobody has settled first, the newest first."""
    scrubbed: datetime | None
    """When the whole log was last hashed again by itself."""
    verified: int
    """Leaves up to which a person had it verified."""


class JournalViews(Protocol):
    """Reading the audit log."""

    def acts(self, wanted: ActFilter, cursor: str | None, limit: int) -> Page[Act]:
        """Leaves, newest first."""
        ...

    def act_types(self) -> list[str]:
        """Types of leaves there are."""
        ...

    def check_acts(self, first: int, limit: int) -> Checked:
        """Hash ``limit`` leaves again from what is stored, from position ``first`` on, against tree and checkpoints."""
        ...

    def log_standing(self) -> Standing:
        """Up to where the log is proved, and by whom."""
        ...

    def alarm(self, number: int) -> Alarm:
        """One alarm with the signed notes that contradict each other; raises ``NotFound``."""
        ...
