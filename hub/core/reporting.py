"""The body of a member's monthly report 统计报表, from its own figures (schemas/statistic_report.py)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hub.core.errors import WrongState
from hub.core.measures import CASE, MEASURES
from hub.core.reconcile import wall_clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    from hub.core.indicators import Key, Period, Sum

    class Counted(Protocol):
        """Figures of a period with what they rest on."""

        @property
        def period(self) -> Period:
            """From when to when, and as of when."""
            ...

        @property
        def agreement(self) -> int:
            """Version it was counted under."""
            ...

        @property
        def sums(self) -> Mapping[Key, Sum]:
            """Every measure."""
            ...

        @property
        def waiting(self) -> int:
            """Matters not counted yet."""
            ...


MOST = 500
"""Figures a report may hold; totals come first, then pairs as far as there is room."""


def report_body(member: str, found: Counted, title: str) -> dict[str, Any]:
    """The body with totals and pairs of ``member``; names of signers and the number are for people to fill in.

    Raises ``WrongState`` while the period is not over, or not wholly counted: a figure that may still change is not
    reported.
    """
    own, period = found.sums, found.period
    if found.waiting:
        raise WrongState(f"另有 {found.waiting} 件事项正在计入统计，不能生成报表", advice="请稍后再试。")
    if period.now < period.last:
        raise WrongState("统计期尚未结束，不能生成报表", field="month", advice="请在统计期结束后再生成。")
    listed = sorted((key for key in own if key[1] == member and key[3] != "all"), key=lambda key: (key[3] != "", key))
    figures = [_figure(key, own[key]) for key in listed if key[0] in MEASURES]
    if not figures:
        figures = [_figure(("I03.sent", member, "inside", ""), None)]
    return {
        "title": title,
        "classification": "internal",
        "since": period.since.isoformat(),
        "until": (period.until - timedelta(days=1)).isoformat(),
        "cut_off": wall_clock(period.now),
        "agreement_version": found.agreement,
        "figures": figures[:MOST],
    }


def _figure(key: Key, value: Sum | None) -> dict[str, Any]:
    measure = MEASURES[key[0]]
    found: dict[str, Any] = {
        "indicator": measure.indicator,
        "measure": measure.name,
        "title": measure.title,
        "scope": key[2],
        "numerator": value.numerator if value else 0,
        "unit": measure.unit,
    }
    if key[3]:
        found["peer"] = key[3]
    if measure.unit != CASE:
        found["denominator"] = (value.denominator if value else 0) or 0
    return found
