"""Port ``FigureViews``: the pure figures over what one node holds."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from hub.core.ids import BEIJING, is_outside
from hub.core.indicators import Fact, Period, facts, tally
from hub.core.punctuality import punctuality
from hub.core.reconcile import compare
from hub.flows.ports.figures import FactFilter, Statistics
from hub.flows.ports.views import Page
from hub.store.views.cases import cases, reports
from hub.store.views.paging import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from sqlalchemy import Connection

    from hub.core.reconcile import Compared
    from hub.core.trust import Trust


def statistics(
    connection: Connection, member: str, trust: Trust, since: date, until: date, now: datetime
) -> Statistics:
    """All measures of a period."""
    period = Period(since, until, now)
    return Statistics(period, trust.agreement.version, tally(_facts(connection, member, trust, period)))


def behind(
    connection: Connection,
    member: str,
    trust: Trust,
    period: Period,
    wanted: FactFilter,
    cursor: str | None,
    limit: int,
) -> Page[Fact]:
    """The matters behind one figure, by id; a report that never came has no matter and ends the list."""
    after = unpack(cursor, str)
    found = [
        one
        for one in _facts(connection, member, trust, period)
        if (one.measure, one.member) == (wanted.measure, wanted.member)
        and ("outside" if is_outside(one.peer) else "inside") == wanted.scope
        and wanted.peer in (None, one.peer)
        and one.matter
    ]
    found.sort(key=lambda one: one.matter)
    rest = [one for one in found if after is None or one.matter > after[0]]
    page = rest[:limit]
    return Page(tuple(page), pack(page[-1].matter) if len(rest) > limit else None)


def reconciliation(connection: Connection, member: str, trust: Trust, period: Period) -> tuple[Compared, ...]:
    """What members reported beside what is counted here; a member compares its own report only."""
    sums = tally(_facts(connection, member, trust, period))
    return tuple(compare(_reporters(trust, member, period), sums, reports(connection), period, trust))


def _facts(connection: Connection, member: str, trust: Trust, period: Period) -> Iterator[Fact]:
    found = (fact for one in cases(connection, member, period) for fact in facts(one, period, trust))
    came = [report for report, _ in reports(connection)]
    return chain(found, punctuality(_reporters(trust, member, period), came, period, trust))


def _reporters(trust: Trust, member: str, period: Period) -> list[str]:
    """Whose reports this node can judge: the office's those of all members, anybody else its own."""
    office = trust.joint_meeting(period.now.astimezone(BEIJING).date()) == member
    return [
        one.id
        for one in trust.roster.members
        if one.status == "active" and one.system != "jm" and (office or one.id == member)
    ]
