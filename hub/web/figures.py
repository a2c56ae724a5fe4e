"""What API and pages read alike of the figures: the period asked for, the lines in sight, what stays unseen (D16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import Query

from hub.core.errors import InvalidInput
from hub.core.figure_table import Line, lines, span
from hub.core.ids import BEIJING
from hub.core.measures import INDICATORS, MEASURES, NOT_COUNTED
from hub.core.trust import Trust
from hub.flows.ports.figures import Statistics
from hub.web.addresses import Day
from hub.web.deps import WebNode

OFFICE = "jm"
Month = Annotated[str | None, Query(max_length=7, description="某月，如 2026-04 / one month")]
Quarter = Annotated[str | None, Query(max_length=6, description="某季度，如 2026Q2 / one quarter")]
Year = Annotated[str | None, Query(max_length=4, description="某年，如 2026 / one year")]
Indicator = Annotated[str | None, Query(max_length=3, description="只看一项指标，如 I04 / one indicator")]


@dataclass(frozen=True, slots=True)
class Span:
    """A period as it was asked for: first day, and the first day after."""

    since: date
    after: date

    @property
    def until(self) -> date:
        """The last day."""
        return self.after - timedelta(days=1)

    @property
    def title(self) -> str:
        """``2026年4月``, ``2026年第二季度``, ``2026年``, or both days."""
        first, after = self.since, self.after
        months = (after.year - first.year) * 12 + after.month - first.month
        if first.day != 1 or after.day != 1 or months not in (1, 3, 12) or (first.month - 1) % months:
            return f"{first.isoformat()} 至 {self.until.isoformat()}"
        if months == 12:
            return f"{first.year}年"
        return (
            f"{first.year}年{first.month}月" if months == 1 else f"{first.year}年第{'一二三四'[first.month // 3]}季度"
        )


@dataclass(frozen=True, slots=True)
class Blind:
    """An exchange this node may not see in headers: by kind and systems, and what it gets instead."""

    kind: str
    sender_system: str
    receiver_system: str
    see: str


def asked(node: WebNode, since: Day, until: Day, month: Month, quarter: Quarter, year: Year) -> Span:
    """The period asked for; without any, this month up to today. Raises ``InvalidInput``."""
    return Span(*span(today(node), since, until, month or None, quarter or None, year or None))


def today(node: WebNode) -> date:
    """The civil day of +08:00."""
    return node.now().astimezone(BEIJING).date()


def checked(indicator: str | None) -> str | None:
    """An indicator that is counted; raises ``InvalidInput`` naming those that are."""
    if indicator and indicator not in INDICATORS:
        raise InvalidInput(
            NOT_COUNTED.get(indicator, f"没有指标 {indicator}，可用：{'、'.join(INDICATORS)}"), field="indicator"
        )
    return indicator or None


def measured(measure: str) -> str:
    """The key of a measure; raises ``InvalidInput``."""
    if measure not in MEASURES:
        raise InvalidInput(f"没有细项 {measure[:40]}，可用：{'、'.join(MEASURES)}", field="measure")
    return measure


def is_office(trust: Trust, member: str) -> bool:
    """Whether this node belongs to a joint-meeting office, whose figures are those of everybody."""
    return trust.system(member) == OFFICE


def seen(trust: Trust, member: str, found: Statistics, indicator: str | None = None) -> list[Line]:
    """Figures in the order of the roster.

    A member sees its own and, of others, what they and it did with each other: of the rest it holds nothing, and part
    of a figure is none.
    """
    listed = lines(found.sums, trust.members, indicator)
    if is_office(trust, member):
        return listed
    return [one for one in listed if member in (one.member, one.peer)]


def blind(trust: Trust, member: str) -> list[Blind]:
    """What a joint-meeting office cannot count itself, by the agreement."""
    if not is_office(trust, member):
        return []
    kinds = dict.fromkeys(kind for one in MEASURES.values() for kind in one.kinds)
    pairs = dict.fromkeys(
        (right.kind, right.sender_system, right.receiver_system)
        for right in trust.agreement.rights
        if right.kind in kinds and OFFICE not in (right.sender_system, right.receiver_system)
    )
    seeing = {pair: trust.sights.get(pair, "none") for pair in pairs}
    return [Blind(*pair, see) for pair, see in seeing.items() if see != "header" and "out" not in pair]
