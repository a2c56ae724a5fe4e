"""Indicators of the joint meeting from exchanged matters: one matter gives facts, facts are added up, nothing else.

``facts`` looks at one matter at a time, so the order in which matters come makes no difference. Each fact belongs to
one day and says from when on it is judged, so it is worked out once, when its matter changed, and every period and
every cut-off is a sum over the same facts. Definitions: :mod:`hub.core.measures`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from hub.core.calendar import civil_date
from hub.core.ids import BEIJING, is_outside
from hub.core.lifecycle import VOID
from hub.core.measures import RETURN_REASONS
from hub.core.overdue import working_days
from hub.core.terms import held_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hub.core.trust import Trust

ONCE = frozenset({"I01.issued", "I02.issued"})
"""A notice to several offices is one notice in the total."""
FILED = frozenset({"filed", "penalised", "merged"})
"""Outcomes for which a case was filed: 立案, 行政处罚 (which presupposes it), 并案."""
TOLD = ("return", "record-return", "result", "record-result")
"""Acts whose reason or outcome stands in the body."""
_NOTICES = {"case_notice": "I01.issued", "opinion_notice": "I02.issued"}
_JUDGED = frozenset({"running", "met", "late"})


def detail_of(body: Mapping[str, object]) -> str:
    """The code of its reason or outcome."""
    return str(body.get("reason") or body.get("outcome") or "unknown")


class Deed(NamedTuple):
    """An act of a matter that counts; ``detail``: return reason or outcome, None where the body is not ours to read."""

    act: str
    sender: str
    at: datetime
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What the figures read of a matter."""

    id: str
    document: str
    family: str
    kind: str
    state: str
    opener: str
    other: str
    clock: str
    opened_at: datetime
    due_effective: date | None = None
    due_at: datetime | None = None
    met_at: datetime | None = None
    extended: int = 0
    delivered_at: datetime | None = None
    deeds: tuple[Deed, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """Civil days of +08:00, ``until`` excluded; ``now`` is the cut-off."""

    since: date
    until: date
    now: datetime

    @property
    def first(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.since, time(), BEIJING)

    @property
    def last(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.until, time(), BEIJING)

    def holds(self, day: date) -> bool:
        """Whether a civil day lies in it."""
        return self.since <= day < self.until


def told(trust: Trust, member: str, period: Period) -> Period:
    """What of a period the figures of this node can speak of: a former host's end with the last day of its term."""
    last = held_until(trust, member, period.now)
    if last is None:
        return period
    end = datetime.combine(last + timedelta(days=1), time(), BEIJING)
    return Period(period.since, min(period.until, end.date()), min(period.now, end))


class Fact(NamedTuple):
    """What one matter adds to one measure on one day.

    ``open``: belongs here, but nobody at this node can judge it. Before the moment ``judged`` it is open whatever its
    numbers say: a day that has not come judges nobody.
    """

    measure: str
    member: str
    peer: str
    matter: str
    day: date
    numerator: int
    denominator: int | None = None
    open: int = 0
    judged: datetime | None = None
    mark: str = ""
    """Counted once in a total however many peers got it: the document. Of a report: what it is about."""

    def at(self, now: datetime) -> Sum:
        """What it adds at the cut-off ``now``."""
        if self.judged is not None and self.judged > now:
            return Sum(0, None if self.denominator is None else 0, 1)
        return Sum(self.numerator, self.denominator, self.open)


class Sum(NamedTuple):
    """Facts added up; ``denominator`` None for a plain count."""

    numerator: int
    denominator: int | None = None
    open: int = 0

    @property
    def value(self) -> float | None:
        """The count, the share (0 to 1) or the mean; None where there is nothing to divide by."""
        if self.denominator is None:
            return float(self.numerator)
        return self.numerator / self.denominator if self.denominator else None

    def __add__(self, other: object) -> Sum:
        """Numerators, denominators and open ones each by themselves."""
        if not isinstance(other, Sum):
            return NotImplemented
        both = (self.denominator, other.denominator)
        below = None if both == (None, None) else (both[0] or 0) + (both[1] or 0)
        return Sum(self.numerator + other.numerator, below, self.open + other.open)


Key = tuple[str, str, str, str]
"""Measure, member, scope (``inside`` or ``outside``), peer (empty: all of that scope)."""


Pair = tuple[str, str, str]
"""Measure, member, peer (empty where the measure knows none)."""


def tally(found: Iterable[Fact], now: datetime) -> dict[Key, Sum]:
    """Sums per member and scope, and per pair, at the cut-off ``now``."""
    pairs: dict[Pair, Sum] = {}
    marks: dict[tuple[str, str, str], set[str]] = {}
    for fact in found:
        key, value = (fact.measure, fact.member, fact.peer), fact.at(now)
        pairs[key] = pairs[key] + value if key in pairs else value
        if fact.measure in ONCE:
            marks.setdefault((fact.measure, fact.member, scope_of(fact.peer)), set()).add(fact.mark)
    return totals(pairs, {key: len(documents) for key, documents in marks.items()})


def totals(pairs: Mapping[Pair, Sum], documents: Mapping[tuple[str, str, str], int]) -> dict[Key, Sum]:
    """Pairs with the totals they make; ``documents``: how many stand behind a measure that counts each once."""
    sums: dict[Key, Sum] = {}
    for (measure, member, peer), value in pairs.items():
        scope = scope_of(peer)
        if peer:
            sums[measure, member, scope, peer] = value
        total = (measure, member, scope, "")
        sums[total] = sums[total] + value if total in sums else value
    sums.update({(*key, ""): Sum(number) for key, number in documents.items()})
    return sums


def scope_of(peer: str) -> str:
    """``outside`` the federation or ``inside``."""
    return "outside" if is_outside(peer) else "inside"


def facts(case: Case, trust: Trust) -> Iterator[Fact]:
    """All that one matter adds to the figures, whatever the period."""
    if case.state == VOID:
        return  # What its addressee refused exists for its author only and is no exchange.
    if case.kind in _NOTICES:
        if case.state != "withdrawn":
            yield Fact(_NOTICES[case.kind], case.opener, case.other, case.id, _opened(case), 1, mark=case.document)
    elif case.family == "assistance":
        yield from _directions("I03", case)
        yield from _due(case)
        yield from _used(case, trust)
        yield from _returned(case)
    elif case.family == "transfer":
        yield from _directions("I07" if case.kind == "lead_transfer" else "I08", case)
        yield from _filed(case)
        yield from _disputed(case)
    elif case.family == "dispute":
        yield from _negotiated(case, trust)


def _opened(case: Case) -> date:
    return civil_date(case.opened_at)


def _directions(indicator: str, case: Case) -> Iterator[Fact]:
    yield Fact(f"{indicator}.sent", case.opener, case.other, case.id, _opened(case), 1)
    yield Fact(f"{indicator}.received", case.other, case.opener, case.id, _opened(case), 1)


def _due(case: Case) -> Iterator[Fact]:
    """I04 and the extensions of I06: the same below the line; what still runs is judged when its day is over."""
    if case.clock not in _JUDGED or case.due_effective is None:
        return
    judged = case.due_at if case.clock == "running" else None
    for measure, kept in (("I04.on_time", case.clock == "met"), ("I06.extended", case.extended > 0)):
        yield Fact(measure, case.other, case.opener, case.id, case.due_effective, int(kept), 1, judged=judged)


def _used(case: Case, trust: Trust) -> Iterator[Fact]:
    """I05: day 0 is the day of delivery, the last one that of the first full feedback."""
    if case.met_at is None or case.clock not in ("met", "late"):
        return
    yield _mean("I05.mean", case.other, case, case.delivered_at, case.met_at, trust)


def _mean(measure: str, member: str, case: Case, begun: datetime | None, ended: datetime, trust: Trust) -> Fact:
    peer = case.opener if member == case.other else case.other
    spent = _spent(trust, case.other, begun, ended)
    judged = int(spent is not None)
    return Fact(measure, member, peer, case.id, civil_date(ended), spent or 0, judged, 1 - judged)


def _spent(trust: Trust, holder: str, begun: datetime | None, ended: datetime) -> int | None:
    calendar = trust.calendar_of(holder)
    if calendar is None or begun is None:
        return None
    # A wrong clock may have signed an end before the beginning: no time was used.
    return max(_days(calendar, civil_date(begun), civil_date(ended)), 0)


_days = lru_cache(maxsize=16384)(working_days)


def _returned(case: Case) -> Iterator[Fact]:
    back, day = case.state == "returned", _opened(case)
    yield Fact("I06.returned", case.other, case.opener, case.id, day, int(back), 1)
    if back:
        told = [deed.detail for deed in case.deeds if deed.act in ("return", "record-return")]
        reason = told[-1] if told and told[-1] in RETURN_REASONS else "unknown"
        yield Fact(f"I06.returned_{reason}", case.other, case.opener, case.id, day, 1)


def _filed(case: Case) -> Iterator[Fact]:
    """I07: the result stands in the body; whoever holds only headers cannot tell, and says so."""
    if case.kind != "lead_transfer" or case.clock not in _JUDGED or case.due_effective is None:
        return
    results = [deed.detail for deed in case.deeds if deed.act in ("result", "record-result")]
    hidden = bool(results) and results[-1] is None
    kept = bool(results) and results[-1] in FILED
    found = Fact("I07.filed", case.other, case.opener, case.id, case.due_effective, int(kept), 1, int(hidden))
    yield found._replace(judged=case.due_at)


def _disputed(case: Case) -> Iterator[Fact]:
    told = sorted(deed.at for deed in case.deeds if deed.act == "dispute" and deed.sender == case.other)
    if told:
        yield Fact("I08.disputed", case.other, case.opener, case.id, civil_date(told[0]), 1)


def _negotiated(case: Case, trust: Trust) -> Iterator[Fact]:
    """I08 and I11: a dispute is concluded on the day it was agreed or handed to the superior, whichever came."""
    yield Fact("I08.raised", case.opener, case.other, case.id, _opened(case), 1)
    if case.state in ("raised", "negotiating", "offered_by_opener", "offered_by_other", "withdrawn"):
        return
    up = sorted(deed.at for deed in case.deeds if deed.act == "escalate")
    done = up or sorted(deed.at for deed in case.deeds if deed.act == "agree")
    if not done:
        return
    yield Fact("I11.agreed", case.opener, case.other, case.id, civil_date(done[0]), int(not up), 1)
    yield _mean("I11.mean", case.opener, case, case.opened_at, done[0], trust)
