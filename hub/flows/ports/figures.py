"""Figures of the joint meeting (DOMAIN section 10.2): how they are kept, and how the read models give them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from hub.core.indicators import Key, Period, Sum
    from hub.core.reconcile import Compared
    from hub.core.trust import Trust
    from hub.flows.ports.views import Page
    from hub.flows.rows import MatterRow


class Figures(Protocol):
    """What matters add to the figures, kept beside them. Every fold of a matter puts it into a queue."""

    def count(self, trust: Trust, limit: int) -> int:
        """Bring the figures up to date with up to ``limit`` matters of the queue; returns how many there were.

        Those another worker holds are skipped.
        """
        ...

    def count_again(self, since: datetime) -> None:
        """Queue every matter touched since: the calendars by which its days were counted are others now."""
        ...


@dataclass(frozen=True, slots=True)
class Statistics:
    """All measures of a period, by (measure, member, scope, peer); peer empty: in total."""

    period: Period
    agreement: int
    sums: dict[Key, Sum]
    waiting: int = 0
    """Matters that moved and are not counted yet: after an upgrade or a flood, for minutes."""


@dataclass(frozen=True, slots=True)
class FactFilter:
    """Which matters stand behind a figure; ``peer`` None: all of the scope."""

    measure: str
    member: str
    scope: str = "inside"
    peer: str | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """One matter behind a figure: the day it counts on, what it adds, and its line of the register."""

    matter: str
    peer: str
    day: date
    sum: Sum
    row: MatterRow | None


class FigureViews(Protocol):
    """Figures of one node. ``until`` is excluded; ``now`` is the cut-off."""

    def statistics(self, since: date, until: date, *, now: datetime) -> Statistics:
        """Every measure of every member in what this node holds."""
        ...

    def overview(
        self, since: date, until: date, trend: tuple[date, date], measures: Collection[str], *, now: datetime
    ) -> tuple[Statistics, dict[date, dict[Key, Sum]]]:
        """``statistics``, and totals of these measures by each month's first day of another period, of one moment.

        Months that the second period cuts count their days in it.
        """
        ...

    def statistic_matters(
        self, wanted: FactFilter, since: date, until: date, cursor: str | None, limit: int, *, now: datetime
    ) -> Page[Behind]:
        """The matters behind one figure, by day."""
        ...

    def reconciliation(self, since: date, until: date, *, now: datetime) -> tuple[Compared, ...]:
        """What members reported of exactly this period, beside what this node counts."""
        ...
