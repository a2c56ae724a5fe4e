"""Figures of the joint meeting (DOMAIN section 10.2), counted from the matters a node holds.

The same code counts at every node: a member finds its own line complete, the joint-meeting office finds every line as
far as the agreement shows it the exchange; so the two can be compared. Periods are civil days of +08:00, ``until``
excluded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from hub.core.ids import ALL, BEIJING
from hub.core.lifecycle import VOID
from hub.flows.ports.figures import Counts, MemberCounts, PairCounts, Ratio
from hub.store.tables import matters, messages
from hub.store.views.copies import body_of
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Row

FILED = frozenset({"filed", "penalised", "merged"})
"""Outcomes for which a case was filed: 立案, 行政处罚 (which presupposes it), 并案."""

_RESULTS = select(messages.c.matter, messages.c.raw).where(
    among(messages.c.matter, "matters"), messages.c.kind == "transfer_result", messages.c.status.in_(["stored", "copy"])
)


def counts(connection: Connection, order: Sequence[str], since: date, until: date, now: datetime) -> Counts:
    """``order``: members as the roster lists them; strangers to it come last."""
    first, last = (datetime.combine(day, time(), BEIJING) for day in (since, until))
    notices = _notices(connection, first, last)
    requests = _pairs(connection, "assistance", first, last)
    leads = _pairs(connection, "transfer", first, last)
    on_time = _on_time(_due(connection, "assistance", since, until), now)
    filed = _filed(connection, _due(connection, "transfer", since, until), now)
    everybody = {*notices, *on_time, *filed, *(m for pair in {*requests, *leads} for m in pair if m != ALL)}
    place = {member: index for index, member in enumerate(order)}
    known = sorted(everybody, key=lambda member: (place.get(member, len(place)), member))
    return Counts(
        since=since,
        until=until,
        at=now,
        members=tuple(
            MemberCounts(
                member=member,
                notices=notices.get(member, 0),
                requests_out=_side(requests, 0, member),
                requests_in=_side(requests, 1, member),
                on_time=on_time.get(member, Ratio(0, 0)),
                leads_out=_side(leads, 0, member),
                leads_in=_side(leads, 1, member),
                filed=filed.get(member, Ratio(0, 0)),
            )
            for member in known
        ),
        pairs=tuple(
            PairCounts(pair[0], pair[1], requests.get(pair, 0), leads.get(pair, 0))
            for pair in sorted({*requests, *leads}, key=lambda pair: [place.get(m, len(place)) for m in pair])
        ),
    )


def _notices(connection: Connection, first: datetime, last: datetime) -> dict[str, int]:
    """I01. A notice to several named members is one document in several matters."""
    number = func.count(matters.c.document.distinct()).label("number")
    query = select(matters.c.opener, number).where(matters.c.family == "notice", matters.c.state != "withdrawn")
    return {row.opener: row.number for row in connection.execute(_opened(query, first, last).group_by("opener"))}


def _pairs(connection: Connection, family: str, first: datetime, last: datetime) -> dict[tuple[str, str], int]:
    query = select(matters.c.opener, matters.c.other, func.count().label("number")).where(matters.c.family == family)
    rows = connection.execute(_opened(query, first, last).group_by(matters.c.opener, matters.c.other))
    return {(row.opener, row.other): row.number for row in rows}


def _opened(query: Any, first: datetime, last: datetime) -> Any:
    # What its addressee refused, or what was never sent, exists for its author only and is no exchange.
    return query.where(matters.c.opened_at >= first, matters.c.opened_at < last, matters.c.state != VOID)


def _side(pairs: dict[tuple[str, str], int], place: int, member: str) -> int:
    return sum(number for pair, number in pairs.items() if pair[place] == member)


def _due(connection: Connection, family: str, since: date, until: date) -> list[Row[Any]]:
    """Matters whose last day falls into the period; returned and withdrawn ones bind nobody any more."""
    query = select(matters.c.id, matters.c.other, matters.c.clock, matters.c.due_at).where(
        matters.c.family == family,
        matters.c.due_effective >= since,
        matters.c.due_effective < until,
        matters.c.clock.in_(["running", "met", "late"]),
    )
    return list(connection.execute(query))


def _on_time(due: Iterable[Row[Any]], now: datetime) -> dict[str, Ratio]:
    """I04. A duty still open before its day is neither kept nor broken."""
    parts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in due:
        ahead = row.clock == "running" and row.due_at > now
        parts[row.other][("open" if ahead else row.clock)] += 1
    return {m: Ratio(c["met"], c["met"] + c["late"] + c["running"], c["open"]) for m, c in parts.items()}


def _filed(connection: Connection, due: Sequence[Row[Any]], now: datetime) -> dict[str, Ratio]:
    """I07. The result stands in the body: whoever holds only headers cannot tell, and says so."""
    ended = {row.id: row.other for row in due if row.due_at <= now}
    outcomes: dict[str, str | None] = {}
    for row in connection.execute(_RESULTS, {"matters": list(ended)}):
        body = body_of(row.raw)
        outcomes[row.matter] = str(body.get("outcome")) if body is not None else None
    found: dict[str, list[str]] = defaultdict(list)
    for matter, member in ended.items():
        found[member].append(matter)
    return {
        member: Ratio(
            sum(1 for one in listed if outcomes.get(one) in FILED),
            len(listed),
            sum(1 for one in listed if one in outcomes and outcomes[one] is None),
        )
        for member, listed in found.items()
    }
