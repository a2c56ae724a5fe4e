"""Port ``FigureViews``: sums of kept facts, brought up to the moment by what was folded since they were counted."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, literal_column, not_, select

from hub.core.ids import BEIJING
from hub.core.indicators import ONCE, Fact, Period, Sum, scope_of, tally, totals
from hub.core.measures import CASE, MEASURES
from hub.core.punctuality import LOOK_BACK, REPORT, punctuality, report_of
from hub.core.reconcile import compare
from hub.flows.ports.figures import Behind, FactFilter, Statistics
from hub.flows.ports.views import Page
from hub.flows.rows import MatterRow
from hub.store.mapping import Mapping
from hub.store.tables import figure_facts, figure_sums, matters
from hub.store.types import Day, Moment
from hub.store.views.cases import COLUMNS, FACTS, UNCOUNTED, facts_of, reports
from hub.store.views.paging import pack, unpack
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from hub.core.indicators import Key, Pair
    from hub.core.punctuality import Report
    from hub.core.reconcile import Compared
    from hub.core.trust import Trust

TAIL = 1000
"""Matters not counted yet that a report works out itself; what waits beyond is told, not guessed."""

_F, _S = figure_facts.c, figure_sums.c
_NUMBERS = ("numerator", "denominator", "open")
_SINCE, _UNTIL = (bindparam(name, type_=Day) for name in ("since", "until"))
_IN_PERIOD = (_F.day >= _SINCE, _F.day < _UNTIL)
_STORED = [key for key in MEASURES if not key.startswith("I28")]
_MONTHS = select(_S.month, _S.measure, _S.member, _S.peer, *(_S[name] for name in _NUMBERS)).where(
    _S.month >= _SINCE, _S.month < _UNTIL
)
_EDGE = (
    select(_F.measure, _F.member, _F.peer, *(func.sum(_F[name]) for name in _NUMBERS))
    .where(_F.measure.in_(_STORED), *_IN_PERIOD)
    .group_by(_F.measure, _F.member, _F.peer)
)
_PENDING = (
    select(_F.day, _F.measure, _F.member, _F.peer, *(func.sum(_F[name]) for name in _NUMBERS), func.count())
    .where(_F.judged > bindparam("now", type_=Moment), *_IN_PERIOD)
    .group_by(_F.day, _F.measure, _F.member, _F.peer)
)
_ALL = select(*(_F[name] for name in COLUMNS)).where(_F.measure == bindparam("measure"), *_IN_PERIOD)
# Written out: PostgreSQL groups by an expression only if it is the same, and two parameters are not.
_OUTSIDE = _F.peer.like(literal_column("'out-%'"))
_DOCUMENTS = (
    select(_F.measure, _F.member, _OUTSIDE, func.count(_F.mark.distinct()))
    .where(_F.measure.in_(sorted(ONCE)), *_IN_PERIOD)
    .group_by(_F.measure, _F.member, _OUTSIDE)
)
_NOT_IN_TAIL = not_(among(_F.matter, "tail"))
_TAIL = select(matters.c.id).where(UNCOUNTED).order_by(matters.c.id).limit(TAIL)
_WAITING = select(func.count()).select_from(matters).where(UNCOUNTED)
_ROWS = Mapping(MatterRow, matters)
_MATTERS = select(*_ROWS.columns).where(among(matters.c.id, "matters"))


class Figures:
    """The figures of one node as one reading transaction sees them."""

    def __init__(self, connection: Connection, member: str, trust: Trust) -> None:
        """Reads what was folded since the last counting."""
        self._connection = connection
        self._member = member
        self._trust = trust
        self._tail: list[str] = list(connection.execute(_TAIL).scalars())
        stored = connection.execute(FACTS, {"matters": self._tail}) if self._tail else ()
        self._before = [_fact(row) for row in stored]
        self._after = facts_of(connection, member, self._tail, trust) if self._tail else []

    def statistics(self, period: Period) -> Statistics:
        """All measures of a period."""
        pairs: dict[Pair, Sum] = {}
        for month in self._by_month(period).values():
            for key, value in month.items():
                pairs[key] = pairs[key] + value if key in pairs else value
        sums = totals(pairs, self._documents(period)) | tally(self._reporting(period), period.now)
        return Statistics(period, self._trust.agreement.version, sums, self._waiting())

    def trend(self, period: Period) -> dict[date, dict[Key, Sum]]:
        """All measures of each month the period touches, by the month's first day."""
        late: dict[date, list[Fact]] = defaultdict(list)
        for fact in self._reporting(period):
            late[_month(fact.day)].append(fact)
        by_month = self._by_month(period)
        found = {}
        for first in _firsts(period):
            part = Period(max(first, period.since), min(_after(first), period.until), period.now)
            sums = totals(by_month.get(first, {}), self._documents(part))
            found[first] = sums | tally(late.get(first, ()), period.now)
        return found

    def behind(self, wanted: FactFilter, period: Period, cursor: str | None, limit: int) -> Page[Behind]:
        """The matters behind one figure, by day; a report that never came has no matter and is not listed."""
        start = unpack(cursor, str, str)
        after = ("", "") if start is None else (str(start[0]), str(start[1]))
        found = [one for one in self._candidates(wanted, period, after, limit + 1) if _fits(one, wanted, period)]
        found = sorted((one for one in found if (one.day.isoformat(), one.matter) > after), key=_place)
        page = found[:limit]
        rows = _ROWS.build_all(list(self._connection.execute(_MATTERS, {"matters": [one.matter for one in page]})))
        known = {row.id: row for row in rows}
        shown = tuple(Behind(one.matter, one.peer, one.day, one.at(period.now), known.get(one.matter)) for one in page)
        more = pack(page[-1].day.isoformat(), page[-1].matter) if len(found) > limit else None
        return Page(shown, more)

    def reconciliation(self, period: Period) -> tuple[Compared, ...]:
        """What members reported beside what is counted here; a member compares its own report only."""
        last = period.until - timedelta(days=1)
        ended = self._reports(Period(last, period.until, period.now))
        sent = [one.matter for one in ended if one.since == period.since]
        told = [one for one in reports(self._connection, sent) if (one[0].since, one[0].until) == (period.since, last)]
        return tuple(compare(self._reporters(period), self.statistics(period).sums, told, period, self._trust))

    def _candidates(self, wanted: FactFilter, period: Period, after: tuple[str, str], limit: int) -> Iterator[Fact]:
        if wanted.measure.startswith("I28"):
            yield from self._reporting(period)
            return
        yield from self._after
        since = max(period.since, date.fromisoformat(after[0])) if after[0] else period.since
        query = _ALL.where(_NOT_IN_TAIL, _F.member == wanted.member)
        if after[0]:
            query = query.where((_F.day > since) | (_F.matter > after[1]))
        if wanted.peer is not None:
            query = query.where(_F.peer == wanted.peer)
        query = query.where(_OUTSIDE if wanted.scope == "outside" else not_(_OUTSIDE))
        values = {"measure": wanted.measure, "since": since, "until": period.until, "tail": self._tail}
        ordered = query.order_by(_F.day, _F.matter).limit(limit)
        yield from (_fact(row) for row in self._connection.execute(ordered, values))

    def _by_month(self, period: Period) -> dict[date, dict[Pair, Sum]]:
        sums: dict[date, dict[Pair, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
        for month, key, numbers in self._counted(period):
            _plus(sums[month][key], numbers)
        for sign, facts in ((-1, self._before), (1, self._after)):
            for fact in facts:
                if fact.measure in MEASURES and period.holds(fact.day):
                    value = fact.at(period.now)
                    numbers = (sign * value.numerator, sign * (value.denominator or 0), sign * value.open)
                    _plus(sums[_month(fact.day)][fact.measure, fact.member, fact.peer], numbers)
        return {month: {key: _sum(key, one) for key, one in pairs.items() if any(one)} for month, pairs in sums.items()}

    def _counted(self, period: Period) -> Iterator[tuple[date, Pair, Sequence[int]]]:
        """Whole months from their sums, the days at the edges from the facts; what is not judged yet is open."""
        first = period.since if period.since.day == 1 else _after(period.since)
        last = _month(period.until)
        for row in self._connection.execute(_MONTHS, {"since": first, "until": last}) if first < last else ():
            yield row[0], (row[1], row[2], row[3]), row[4:]
        edges = ((period.since, first), (last, period.until)) if first <= last else ((period.since, period.until),)
        for since, until in edges:
            for row in self._connection.execute(_EDGE, {"since": since, "until": until}) if since < until else ():
                yield _month(since), (row[0], row[1], row[2]), [int(number) for number in row[3:]]
        span = {"since": period.since, "until": period.until, "now": period.now}
        for row in self._connection.execute(_PENDING, span):
            above, below, hidden, number = (int(each) for each in row[4:])
            yield _month(row[0]), (row[1], row[2], row[3]), (-above, -below, number - hidden)

    def _documents(self, period: Period) -> dict[tuple[str, str, str], int]:
        """How many documents stand behind a measure that counts each once."""
        span = {"since": period.since, "until": period.until}
        found = {
            (row[0], row[1], "outside" if row[2] else "inside"): int(row[3])
            for row in self._connection.execute(_DOCUMENTS, span)
        }
        fresh = [one for one in (*self._before, *self._after) if one.measure in ONCE and period.holds(one.day)]
        if not fresh:
            return found
        stored = [_fact(row) for key in ONCE for row in self._connection.execute(_ALL, {"measure": key, **span})]
        tail = set(self._tail)
        rest = [one for one in stored if one.matter not in tail]
        now = [one for one in self._after if one.measure in ONCE and period.holds(one.day)]
        marks = {(one.measure, one.member, scope_of(one.peer), one.mark) for one in (*rest, *now)}
        return {key: sum(mark[:3] == key for mark in marks) for key in {mark[:3] for mark in marks}}

    def _reporting(self, period: Period) -> list[Fact]:
        """I28."""
        earlier = Period(period.since - LOOK_BACK, period.until, period.now)
        return list(punctuality(self._reporters(period), self._reports(earlier), period, self._trust))

    def _reports(self, period: Period) -> list[Report]:
        span = {"measure": REPORT, "since": period.since, "until": period.until, "tail": self._tail}
        stored = (_fact(row) for row in self._connection.execute(_ALL.where(_NOT_IN_TAIL), span))
        fresh = (one for one in self._after if one.measure == REPORT and period.holds(one.day))
        return sorted((report_of(one) for one in (*stored, *fresh)), key=lambda one: (one.issued, one.matter))

    def _reporters(self, period: Period) -> list[str]:
        """Whose reports this node can judge: the office's those of all members, anybody else its own."""
        office = self._trust.joint_meeting(period.now.astimezone(BEIJING).date()) == self._member
        return [
            one.id
            for one in self._trust.roster.members
            if one.status == "active" and one.system != "jm" and (office or one.id == self._member)
        ]

    def _waiting(self) -> int:
        if len(self._tail) < TAIL:
            return 0
        return max(int(self._connection.execute(_WAITING).scalar_one()) - TAIL, 0)


def _fact(row: Any) -> Fact:
    fact = Fact(*row)
    measure = MEASURES.get(fact.measure)
    return fact._replace(denominator=None) if measure is None or measure.unit == CASE else fact


def _sum(key: Pair, numbers: Sequence[int]) -> Sum:
    return Sum(numbers[0], None if MEASURES[key[0]].unit == CASE else numbers[1], numbers[2])


def _plus(sums: list[int], numbers: Sequence[int]) -> None:
    for place, number in enumerate(numbers):
        sums[place] += number


def _fits(fact: Fact, wanted: FactFilter, period: Period) -> bool:
    same = (fact.measure, fact.member, scope_of(fact.peer)) == (wanted.measure, wanted.member, wanted.scope)
    return same and bool(fact.matter) and wanted.peer in (None, fact.peer) and period.holds(fact.day)


def _place(fact: Fact) -> tuple[date, str]:
    return fact.day, fact.matter


def _month(day: date) -> date:
    return day.replace(day=1)


def _after(day: date) -> date:
    """First day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _firsts(period: Period) -> Iterable[date]:
    first = _month(period.since)
    while first < period.until:
        yield first
        first = _after(first)
