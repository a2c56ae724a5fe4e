"""Indicators of the joint meeting from exchanged matters: one matter gives facts, facts are added up, nothing else.

``facts`` looks at one matter at a time, so the order in which matters come makes no difference; each fact belongs to
one day, so the facts of disjoint periods are those of the whole. Definitions: :mod:`hub.core.measures`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from hub.core.calendar import civil_date
from hub.core.ids import BEIJING, is_outside
from hub.core.lifecycle import VOID
from hub.core.measures import RETURN_REASONS
from hub.core.overdue import working_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hub.core.trust import Trust

FILED = frozenset({"filed", "penalised", "merged"})
"""Outcomes for which a case was filed: 立案, 行政处罚 (which presupposes it), 并案."""
_JUDGED = frozenset({"running", "met", "late"})


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

    def holds(self, at: datetime | None) -> bool:
        """Whether a moment lies in it."""
        return at is not None and self.first <= at < self.last


class Fact(NamedTuple):
    """What one matter adds to one measure. ``open``: belongs here, but cannot be judged yet or not at this node."""

    measure: str
    member: str
    peer: str
    matter: str
    numerator: int
    denominator: int | None = None
    open: int = 0
    once: str | None = None
    """Counted once in a total however many peers got it: the document."""


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


def tally(found: Iterable[Fact]) -> dict[Key, Sum]:
    """Sums per member and scope, and per pair."""
    sums: dict[Key, list[int | None]] = {}
    seen: set[tuple[str, str, str, str]] = set()
    for fact in found:
        scope = "outside" if is_outside(fact.peer) else "inside"
        if fact.peer:
            _add(sums, (fact.measure, fact.member, scope, fact.peer), fact)
        if fact.once is not None:
            mark = (fact.measure, fact.member, scope, fact.once)
            if mark in seen:
                continue
            seen.add(mark)
        _add(sums, (fact.measure, fact.member, scope, ""), fact)
    return {key: Sum(one[0] or 0, one[1], one[2] or 0) for key, one in sums.items()}


def _add(sums: dict[Key, list[int | None]], key: Key, fact: Fact) -> None:
    one = sums.setdefault(key, [0, None, 0])
    one[0] = (one[0] or 0) + fact.numerator
    if fact.denominator is not None:
        one[1] = (one[1] or 0) + fact.denominator
    one[2] = (one[2] or 0) + fact.open


def facts(case: Case, period: Period, trust: Trust) -> Iterator[Fact]:
    """All that one matter adds to the figures of a period."""
    if case.state == VOID:
        return  # What its addressee refused exists for its author only and is no exchange.
    if case.kind == "case_notice":
        if case.state != "withdrawn" and period.holds(case.opened_at):
            yield Fact("I01.issued", case.opener, case.other, case.id, 1, once=case.document)
    elif case.family == "assistance":
        yield from _directions("I03", case, period)
        yield from _due(case, period)
        yield from _used(case, period, trust)
        yield from _returned(case, period)
    elif case.family == "transfer":
        yield from _directions("I07" if case.kind == "lead_transfer" else "I08", case, period)
        yield from _filed(case, period)
        yield from _disputed(case, period)
    elif case.family == "dispute":
        yield from _negotiated(case, period, trust)


def _directions(indicator: str, case: Case, period: Period) -> Iterator[Fact]:
    if period.holds(case.opened_at):
        yield Fact(f"{indicator}.sent", case.opener, case.other, case.id, 1)
        yield Fact(f"{indicator}.received", case.other, case.opener, case.id, 1)


def _ends_in(case: Case, period: Period) -> bool:
    due = case.due_effective
    return case.clock in _JUDGED and due is not None and period.since <= due < period.until


def _due(case: Case, period: Period) -> Iterator[Fact]:
    """I04 and the extensions of I06: the same matters below the line; a day that has not come judges nobody."""
    if not _ends_in(case, period):
        return
    ahead = case.clock == "running" and case.due_at is not None and case.due_at > period.now
    for measure, kept in (("I04.on_time", case.clock == "met"), ("I06.extended", case.extended > 0)):
        yield Fact(measure, case.other, case.opener, case.id, int(kept and not ahead), int(not ahead), int(ahead))


def _used(case: Case, period: Period, trust: Trust) -> Iterator[Fact]:
    """I05: day 0 is the day of delivery, the last one that of the first full feedback."""
    if case.met_at is None or not period.holds(case.met_at) or case.clock not in ("met", "late"):
        return
    spent = _spent(trust, case.other, case.delivered_at, case.met_at)
    judged = int(spent is not None)
    yield Fact("I05.mean", case.other, case.opener, case.id, spent or 0, judged, 1 - judged)


def _spent(trust: Trust, holder: str, begun: datetime | None, ended: datetime) -> int | None:
    calendar = trust.calendar_of(holder)
    if calendar is None or begun is None:
        return None
    # A wrong clock may have signed an end before the beginning: no time was used.
    return max(_days(calendar, civil_date(begun), civil_date(ended)), 0)


_days = lru_cache(maxsize=16384)(working_days)


def _returned(case: Case, period: Period) -> Iterator[Fact]:
    if not period.holds(case.opened_at):
        return
    back = case.state == "returned"
    yield Fact("I06.returned", case.other, case.opener, case.id, int(back), 1)
    if back:
        told = [deed.detail for deed in case.deeds if deed.act in ("return", "record-return")]
        reason = told[-1] if told and told[-1] in RETURN_REASONS else "unknown"
        yield Fact(f"I06.returned_{reason}", case.other, case.opener, case.id, 1)


def _filed(case: Case, period: Period) -> Iterator[Fact]:
    """I07: the result stands in the body; whoever holds only headers cannot tell, and says so."""
    if case.kind != "lead_transfer" or not _ends_in(case, period):
        return
    if case.due_at is None or case.due_at > period.now:
        yield Fact("I07.filed", case.other, case.opener, case.id, 0, 0, 1)
        return
    results = [deed.detail for deed in case.deeds if deed.act in ("result", "record-result")]
    hidden = bool(results) and results[-1] is None
    kept = bool(results) and results[-1] in FILED
    yield Fact("I07.filed", case.other, case.opener, case.id, int(kept), 1, int(hidden))


def _disputed(case: Case, period: Period) -> Iterator[Fact]:
    told = sorted(deed.at for deed in case.deeds if deed.act == "dispute" and deed.sender == case.other)
    if told and period.holds(told[0]):
        yield Fact("I08.disputed", case.other, case.opener, case.id, 1)


def _negotiated(case: Case, period: Period, trust: Trust) -> Iterator[Fact]:
    """I08 and I11: a dispute is concluded on the day it was agreed or handed to the superior, whichever came."""
    if period.holds(case.opened_at):
        yield Fact("I08.raised", case.opener, case.other, case.id, 1)
    if case.state in ("raised", "negotiating", "offered_by_opener", "offered_by_other", "withdrawn"):
        return
    up = sorted(deed.at for deed in case.deeds if deed.act == "escalate")
    done = up or sorted(deed.at for deed in case.deeds if deed.act == "agree")
    if not done or not period.holds(done[0]):
        return
    yield Fact("I11.agreed", case.opener, case.other, case.id, int(not up), 1)
    spent = _spent(trust, case.other, case.opened_at, done[0])
    judged = int(spent is not None)
    yield Fact("I11.mean", case.opener, case.other, case.id, spent or 0, judged, 1 - judged)
