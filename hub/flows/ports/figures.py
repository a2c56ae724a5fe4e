"""Figures of the joint meeting (DOMAIN section 10.2) as the read models give them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from hub.core.indicators import Fact, Key, Period, Sum
    from hub.core.reconcile import Compared
    from hub.flows.ports.views import Page


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share with what it is made of; ``open``: belongs to the period but cannot be judged here or not yet."""

    numerator: int
    denominator: int
    open: int = 0


@dataclass(frozen=True, slots=True)
class MemberCounts:
    """The figures of one member over a period (DOMAIN section 10.2)."""

    member: str
    notices: int
    """I01: case notices issued, not withdrawn."""
    requests_out: int
    """I03."""
    requests_in: int
    """I03."""
    on_time: Ratio
    """I04: full feedback by the effective due date ÷ due in the period; ``open``: due, but the day has not come."""
    leads_out: int
    """I07."""
    leads_in: int
    """I07."""
    filed: Ratio
    """I07: filed ÷ leads received whose check period ended; ``open``: answered, but not for us to read."""


@dataclass(frozen=True, slots=True)
class PairCounts:
    """Assistance requests and leads from one member to another."""

    sender: str
    receiver: str
    requests: int
    leads: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures of the documents this node holds, from ``since`` to before ``until`` (civil days of +08:00)."""

    since: date
    until: date
    at: datetime
    members: tuple[MemberCounts, ...]
    pairs: tuple[PairCounts, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """All measures of a period, by (measure, member, scope, peer); peer empty: in total."""

    period: Period
    agreement: int
    sums: dict[Key, Sum]


@dataclass(frozen=True, slots=True)
class FactFilter:
    """Which matters stand behind a figure; ``peer`` None: all of the scope."""

    measure: str
    member: str
    scope: str = "inside"
    peer: str | None = None


class FigureViews(Protocol):
    """Figures of one node. ``until`` is excluded; ``now`` is the cut-off."""

    def statistics(self, since: date, until: date, *, now: datetime) -> Statistics:
        """Every measure of every member in what this node holds."""
        ...

    def statistic_matters(
        self, wanted: FactFilter, since: date, until: date, cursor: str | None, limit: int, *, now: datetime
    ) -> Page[Fact]:
        """The matters behind one figure, by id."""
        ...

    def reconciliation(self, since: date, until: date, *, now: datetime) -> tuple[Compared, ...]:
        """What members reported of exactly this period, beside what this node counts."""
        ...
