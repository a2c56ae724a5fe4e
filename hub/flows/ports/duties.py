"""The board of what is due 时限看板, and the lists for supervision 督办, as the read models give them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from hub.core.slots import Slot

if TYPE_CHECKING:
    from hub.flows.ports.views import Page
    from hub.flows.rows import MatterRow

SIDES = ("ours", "theirs")
"""Duties that bind us, and those that others owe us."""


@dataclass(frozen=True, slots=True)
class DutyFilter:
    """``side``: one of :data:`SIDES`, None for every duty this node sees.

    ``proposed``: only what the joint-meeting office may propose to supervise; another office finds nothing.
    """

    side: str | None = None
    slot: Slot | None = None
    proposed: bool = False
    unit: str | None = None
    """Only matters this unit has in hand."""
    near: bool = False
    """Only what ends today or within three working days."""
    day: date | None = None
    """Only what ends on this day and is not over yet."""
    kind: str | None = None
    """Kind of the opening document."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One open duty with its clock."""

    row: MatterRow
    holder: str
    """Member whose duty it is."""
    slot: Slot
    days: int
    """Working days of the holder to the last day, negative by those gone by since."""
    label: str
    """``statutory`` 法定 or ``agreed`` 协议."""
    article: str
    rule_title: str


@dataclass(frozen=True, slots=True)
class DutyCounts:
    """How many open duties stand where; ``provisional``: those among them counted without an announced calendar."""

    today: date
    at: datetime
    ours: dict[Slot, int] = field(default_factory=dict)
    theirs: dict[Slot, int] = field(default_factory=dict)
    provisional: int = 0


class DutyViews(Protocol):
    """The board of one node."""

    def duty_counts(self, *, now: datetime, unit: str | None = None) -> DutyCounts:
        """How many of ours and of theirs stand in each slot; of one unit, if it is named."""
        ...

    def duty_days(self, first: date, last: date, *, now: datetime, unit: str | None = None) -> dict[date, int]:
        """How many of our duties that are not over yet end on each day from ``first`` to ``last``."""
        ...

    def duties(self, wanted: DutyFilter, cursor: str | None, limit: int, *, now: datetime) -> Page[Duty]:
        """Open duties, the longest overdue first; a matter without duty or whose start is not proved is none."""
        ...
