"""Port ``FigureViews``: sums of kept facts, brought up to the moment by what was folded since they were counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, literal_column, not_, select

from hub.core.ids import is_outside
from hub.core.indicators import ONCE, Fact, Period, Sum, scope_of, tally, told, totals
from hub.core.measures import CASE, MEASURES
from hub.core.punctuality import LOOK_BACK, REPORT, punctuality, report_of
from hub.core.reconcile import compare
from hub.core.terms import host_at
from hub.flows.ports.figures import Behind, FactFilter, Statistics
from hub.flows.ports.views import Page
from hub.flows.rows import MatterRow
from hub.store.mapping import Mapping
from hub.store.tables import figure_facts, figure_sums, matters, to_count
from hub.store.types import Day, Moment
from hub.store.views.cases import COLUMNS, FACTS, facts_of, reports
from hub.store.views.paging import pack, unpack
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select, Table

    from hub.core.indicators import Key, Pair
    from hub.core.punctuality import Report
    from hub.core.reconcile import Compared
    from hub.core.trust import Trust

TAIL = 500
"""Matters not counted yet that a report works out itself; what waits beyond is told, not guessed."""

ELSEWHERE = "out-000000-0"
"""Stands for every office outside the federation where pairs are not asked for."""

NUMBERS = ("numerator", "denominator", "open")

_F, _S = figure_facts.c, figure_sums.c
_SINCE, _UNTIL = (bindparam(name, type_=Day) for name in ("since", "until"))
_IN_PERIOD = (_F.day >= _SINCE, _F.day < _UNTIL)
_STORED = [key for key in MEASURES if not key.startswith("I28")]
# Written out: PostgreSQL groups by an expression only if it is the same, and two parameters are not.
_OUTSIDE = _F.peer.like(literal_column("'out-%'"))


def _added(table: Table, *where: ColumnElement[bool], monthly: bool, day: str) -> Select[Any]:
    """Month, measure, member, peer, the three sums and how many: by pair without month, or by month without pairs."""
    month: ColumnElement[str] = literal_column(f"substr(CAST({table.name}.{day} AS TEXT), 1, 7)" if monthly else "''")
    outside = f"CASE WHEN {table.name}.peer LIKE 'out-%' THEN '{ELSEWHERE}' ELSE '' END"
    peer = literal_column(outside) if monthly else table.c.peer
    keys = (table.c.measure, table.c.member, peer)
    sums = (func.sum(table.c[name]) for name in NUMBERS)
    query = select(month, *keys, *sums, func.count()).where(*where).group_by(*keys)
    return query.group_by(month) if monthly else query


_WHOLE = (among(_S.measure, "measures"), _S.month >= _SINCE, _S.month < _UNTIL)
_DAYS = (among(_F.measure, "measures"), *_IN_PERIOD)
_MONTHS = {monthly: _added(figure_sums, *_WHOLE, monthly=monthly, day="month") for monthly in (False, True)}
_EDGE = {monthly: _added(figure_facts, *_DAYS, monthly=monthly, day="day") for monthly in (False, True)}
# By its moment alone: what is not judged yet is little, and with a day the planner would walk the whole period.
_PENDING = (
    select(_F.day, _F.measure, _F.member, _F.peer, *(func.sum(_F[name]) for name in NUMBERS), func.count())
    .where(_F.judged > bindparam("now", type_=Moment))
    .group_by(_F.day, _F.measure, _F.member, _F.peer)
)
_ALL = select(*(_F[name] for name in COLUMNS)).where(_F.measure == bindparam("measure"), *_IN_PERIOD)
_MONTH: ColumnElement[str] = literal_column("substr(CAST(figure_facts.day AS TEXT), 1, 7)")
_COUNTED_ONCE = _F.measure.in_(sorted(ONCE))
_DOCUMENTS = (
    select(_MONTH, _F.measure, _F.member, _OUTSIDE, func.count(_F.mark.distinct()))
    .where(_COUNTED_ONCE, *_IN_PERIOD)
    .group_by(_MONTH, _F.measure, _F.member, _OUTSIDE)
)
_MARKED = select(*(_F[name] for name in COLUMNS)).where(_COUNTED_ONCE, among(_F.mark, "marks"), *_IN_PERIOD)
_NOT_IN_TAIL = not_(among(_F.matter, "tail"))
_TAIL = select(to_count.c.matter).order_by(to_count.c.matter).limit(TAIL)
_WAITING = select(func.count()).select_from(to_count)
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
        self._pending: dict[datetime, Sequence[Any]] = {}

    def period(self, since: date, until: date, now: datetime) -> Period:
        """The part of a period that this node was told of."""
        return told(self._trust, self._member, Period(since, until, now))

    def statistics(self, period: Period) -> Statistics:
        """All measures of a period."""
        pairs = self._sums(period, _STORED, monthly=False).get("", {})
        documents: Counter[tuple[str, str, str]] = Counter()
        for (_, *key), number in self._documents(period).items():
            documents[key[0], key[1], key[2]] += number
        sums = totals(pairs, documents) | tally(self._reporting(period), period.now)
        return Statistics(period, self._trust.agreement.version, sums, self._waiting())

    def trend(self, period: Period, measures: Collection[str]) -> dict[date, dict[Key, Sum]]:
        """Totals of these measures in each month the period touches, by the month's first day."""
        late: dict[str, list[Fact]] = defaultdict(list)
        for fact in self._reporting(period) if any(key.startswith("I28") for key in measures) else ():
            late[_name(fact.day)].append(fact)
        sums, documents = self._sums(period, [*measures], monthly=True), self._documents(period)
        found = {}
        for first in _firsts(period):
            name = _name(first)
            once = {key[1:]: number for key, number in documents.items() if key[0] == name and key[1] in measures}
            made = totals(sums.get(name, {}), once) | tally(late[name], period.now)
            found[first] = {key: value for key, value in made.items() if not key[3]}
        return found

    def behind(self, wanted: FactFilter, period: Period, cursor: str | None, limit: int) -> Page[Behind]:
        """The matters behind one figure, by day; a report that never came has no matter and is not listed."""
        start = unpack(cursor, str, str)
        after = ("", "") if start is None else (str(start[0]), str(start[1]))
        found = [one for one in self._candidates(wanted, period, after, limit + 1) if _fits(one, wanted, period)]
        found = sorted((one for one in found if (one.day.isoformat(), one.matter) > after), key=_order)
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
        own = [one for one in reports(self._connection, sent) if (one[0].since, one[0].until) == (period.since, last)]
        return tuple(compare(self._reporters(period), self.statistics(period).sums, own, period, self._trust))

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

    def _sums(self, period: Period, measures: Sequence[str], *, monthly: bool) -> dict[str, dict[Pair, Sum]]:
        """Month (empty where it is not asked) -> pair (with a bare scope where months are) -> sum."""
        sums: dict[str, dict[Pair, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
        for month, measure, member, peer, *numbers in self._counted(period, measures, monthly=monthly):
            _plus(sums[month][measure, member, peer], numbers)
        for sign, facts in ((-1, self._before), (1, self._after)):
            for fact in facts:
                if fact.measure in measures and period.holds(fact.day):
                    value = fact.at(period.now)
                    numbers = [sign * value.numerator, sign * (value.denominator or 0), sign * value.open]
                    month, *key = _place(fact.day, fact.measure, fact.member, fact.peer, monthly=monthly)
                    _plus(sums[month][key[0], key[1], key[2]], numbers)
        return {month: {key: _sum(key, one) for key, one in pairs.items() if any(one)} for month, pairs in sums.items()}

    def _counted(self, period: Period, measures: Sequence[str], *, monthly: bool) -> Iterator[Any]:
        """Whole months from their sums, the days at the edges from the facts; what is not judged yet is open."""
        first = period.since if period.since.day == 1 else _after(period.since)
        last = period.until.replace(day=1)
        spans = [(_MONTHS, first, last)] if first < last else []
        edges = ((period.since, first), (last, period.until)) if first <= last else ((period.since, period.until),)
        spans += [(_EDGE, since, until) for since, until in edges if since < until]
        for statements, since, until in spans:
            values = {"since": since, "until": until, "measures": measures}
            for *key, above, below, hidden, _ in self._connection.execute(statements[monthly], values).all():
                yield (*key, int(above), int(below), int(hidden))
        for day, *key, above, below, hidden, number in self._unjudged(period.now):
            if key[0] in measures and period.holds(day):
                numbers = (-int(above), -int(below), int(number) - int(hidden))
                yield (*_place(day, *key, monthly=monthly), *numbers)

    def _unjudged(self, now: datetime) -> Sequence[Any]:
        """What is not judged yet at this moment; totals and trend ask for the same."""
        if now not in self._pending:
            self._pending[now] = self._connection.execute(_PENDING, {"now": now}).all()
        return self._pending[now]

    def _documents(self, period: Period) -> dict[tuple[str, str, str, str], int]:
        """How many documents stand behind a measure that counts each once: by month, measure, member and scope."""
        span = {"since": period.since, "until": period.until}
        found = Counter(
            {
                (month, measure, member, "outside" if outside else "inside"): int(number)
                for month, measure, member, outside, number in self._connection.execute(_DOCUMENTS, span)
            }
        )
        moved = [one for one in (*self._before, *self._after) if one.measure in ONCE and period.holds(one.day)]
        if moved:
            marks = {"marks": sorted({one.mark for one in moved}), **span}
            stored = [_fact(row) for row in self._connection.execute(_MARKED, marks)]
            tail = set(self._tail)
            now = [one for one in stored if one.matter not in tail]
            now += [one for one in self._after if one.measure in ONCE and period.holds(one.day)]
            for sign, facts in ((-1, stored), (1, now)):
                for key, _ in {
                    ((_name(one.day), one.measure, one.member, scope_of(one.peer)), one.mark) for one in facts
                }:
                    found[key] += sign
        return {key: number for key, number in found.items() if number}

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
        # Of the day that has ended: at midnight a term is over whose last day is still to be counted.
        office = host_at(self._trust, period.now - timedelta(microseconds=1)) == self._member
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


def _order(fact: Fact) -> tuple[date, str]:
    return fact.day, fact.matter


def _place(day: date, measure: str, member: str, peer: str, *, monthly: bool) -> tuple[str, str, str, str]:
    """Where a fact is added: as the statements group, by pair or by month."""
    if not monthly:
        return "", measure, member, peer
    return _name(day), measure, member, ELSEWHERE if is_outside(peer) else ""


def _name(day: date) -> str:
    """``2026-04``."""
    return day.isoformat()[:7]


def _after(day: date) -> date:
    """First day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _firsts(period: Period) -> Iterable[date]:
    first = period.since.replace(day=1)
    while first < period.until:
        yield first
        first = _after(first)
