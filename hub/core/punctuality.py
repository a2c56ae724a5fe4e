"""I28, reports on time: which monthly reports a member owed in a period, and which came (rule MONTHLY_STATISTICS)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from hub.core.calendar import civil_date
from hub.core.deadline import due
from hub.core.ids import BEIJING, parse_time, wire_time
from hub.core.indicators import Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hub.core.indicators import Period
    from hub.core.trust import Trust

RULE = "MONTHLY_STATISTICS"
REPORT = "I28.report"
"""Kept beside the facts of measures: that a report came. It is none itself."""
LOOK_BACK = timedelta(days=62)
"""A report is due within two months after its own."""


@dataclass(frozen=True, slots=True)
class Report:
    """One signed report as it can be read here; ``until`` is the last day of its period, included."""

    matter: str
    sender: str
    issued: datetime
    since: date
    until: date


def report_fact(report: Report) -> Fact:
    """A report as a fact of the day its period ended."""
    mark = f"{report.since.isoformat()}|{wire_time(report.issued)}"
    return Fact(REPORT, report.sender, "", report.matter, report.until, 1, mark=mark)


def report_of(fact: Fact) -> Report:
    """The report again."""
    since, _, issued = fact.mark.partition("|")
    return Report(fact.matter, fact.member, parse_time(issued), date.fromisoformat(since), fact.day)


def report_due(trust: Trust, member: str, last: date) -> datetime | None:
    """First moment too late for the report of the month that ends on ``last``; None without rule or calendar."""
    rule, calendar = trust.rules.get(RULE), trust.calendar_of(member)
    return None if rule is None or calendar is None else due(rule, last, calendar).due_at


def punctuality(members: Iterable[str], reports: Sequence[Report], period: Period, trust: Trust) -> Iterator[Fact]:
    """One fact for each monthly report whose last day lies in the period; nothing is owed before the agreement."""
    known = (trust.agreement, *trust.past.values())
    begun = min(parse_time(one.issued) for one in known).astimezone(BEIJING).date()
    for member in members:
        own = [one for one in reports if one.sender == member]
        for last in _months(max(begun, period.since - LOOK_BACK), period.until):
            limit = report_due(trust, member, last)
            if limit is None:
                continue
            # The limit is the midnight after the last day.
            day = civil_date(limit - timedelta(microseconds=1))
            if not period.holds(day):
                continue
            sent = [one for one in own if (one.since, one.until) == (last.replace(day=1), last)]
            kept = any(one.issued < limit for one in sent)
            matter = sent[0].matter if sent else ""
            yield Fact("I28.on_time", member, "", matter, day, int(kept), 1, judged=None if kept else limit)


def _months(first: date, until: date) -> Iterator[date]:
    """Last days of the calendar months that end in [first, until)."""
    day = first.replace(day=1)
    while day < until:
        day = (day + timedelta(days=32)).replace(day=1)
        last = day - timedelta(days=1)
        if last < until:
            yield last
