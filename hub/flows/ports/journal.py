"""The audit log 审计日志 as people search it, and how it is checked against its own hashes (DESIGN D7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from hub.flows.ports.views import Page


@dataclass(frozen=True, slots=True)
class Act:
    """One leaf: who did what to what, when. ``position`` None: not in the tree yet; ``facts`` None: erased."""

    id: int
    position: int | None
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
    """What one stretch of the log showed. ``next``: the leaf to go on after, None at the end.

    ``wrong``: leaves whose stored content does not give the hash they were logged with, or whose position is not the
    one after their predecessor's: (leaf, reason in Chinese). ``erased``: leaves whose content was lawfully erased.
    """

    seen: int
    erased: int
    wrong: tuple[tuple[int, str], ...]
    next: int | None
    position: int
    """Position the next leaf must have."""


class JournalViews(Protocol):
    """Reading the audit log."""

    def acts(self, wanted: ActFilter, cursor: str | None, limit: int) -> Page[Act]:
        """Leaves, newest first."""
        ...

    def act_types(self) -> list[str]:
        """Types of leaves there are."""
        ...

    def check_acts(self, after: int, position: int, limit: int) -> Checked:
        """Hash ``limit`` leaves again from what is stored, in the order of recording, after leaf ``after``."""
        ...
