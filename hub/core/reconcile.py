"""Reported figures beside one's own: what differs, and why it may, as far as that is known (DESIGN D16).

The office counts from the headers the agreement lets it see; a member counts from all it holds. A difference is a
question to ask, not a fault: each line says what is known of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from hub.core.ids import BEIJING
from hub.core.indicators import Sum
from hub.core.measures import MEASURES
from hub.core.punctuality import report_due

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hub.core.indicators import Key, Period
    from hub.core.punctuality import Report
    from hub.core.trust import Trust

Figures = dict[tuple[str, str], Sum]
"""(measure, scope) -> what a report says in total."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One figure of one member. ``own`` or ``reported`` None: not known here, or not reported."""

    member: str
    measure: str
    scope: str
    own: Sum | None
    reported: Sum | None
    reasons: tuple[str, ...]

    @property
    def difference(self) -> int | None:
        """Own minus reported, of the numerators."""
        return None if self.own is None or self.reported is None else self.own.numerator - self.reported.numerator


@dataclass(frozen=True, slots=True)
class Compared:
    """One member: whether its report came (``on_time``, ``late``, ``missing``, ``awaited``), and each figure."""

    member: str
    report: str
    issued: datetime | None
    matter: str | None
    lines: tuple[Reconciled, ...]


def compare(
    members: Iterable[str],
    own: Mapping[Key, Sum],
    reports: Sequence[tuple[Report, dict[str, object]]],
    period: Period,
    trust: Trust,
) -> Iterator[Compared]:
    """Members in the order given; of several reports for the period the last one counts."""
    last = period.until - timedelta(days=1)
    for member in members:
        sent = [one for one in reports if (one[0].sender, one[0].since, one[0].until) == (member, period.since, last)]
        mine = {(key[0], key[2]): value for key, value in own.items() if key[1] == member and key[3] == ""}
        if not sent:
            limit = report_due(trust, member, last)
            status = "missing" if limit is not None and limit <= period.now else "awaited"
            yield Compared(member, status, None, None, ())
            continue
        report, body = sent[-1]
        told = _reported(body)
        lines = tuple(
            _line(member, key, mine, told, trust, body) for key in sorted({*mine, *told}) if key[0] in MEASURES
        )
        yield Compared(member, _status(trust, member, sent[0][0], last), report.issued, report.matter, lines)


def _status(trust: Trust, member: str, first: Report, last: date) -> str:
    limit = report_due(trust, member, last)
    return "late" if limit is not None and first.issued >= limit else "on_time"


def _reported(body: dict[str, object]) -> Figures:
    found: Figures = {}
    listed = body.get("figures")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("peer") is None and isinstance(one.get("numerator"), int):
            below = one.get("denominator")
            key = (f"{one.get('indicator')}.{one.get('measure')}", str(one.get("scope")))
            found[key] = Sum(one["numerator"], below if isinstance(below, int) else None)
    return found


def _line(
    member: str, key: tuple[str, str], mine: Figures, told: Figures, trust: Trust, body: dict[str, object]
) -> Reconciled:
    own, reported = mine.get(key), told.get(key)
    same = own is not None and reported is not None and own[:2] == reported[:2]
    reasons = () if same else tuple(_reasons(member, key, own, reported, trust, body))
    return Reconciled(member, *key, own, reported, reasons)


def _reasons(
    member: str, key: tuple[str, str], own: Sum | None, reported: Sum | None, trust: Trust, body: dict[str, object]
) -> Iterator[str]:
    measure, scope = MEASURES[key[0]], key[1]
    if reported is None:
        yield "报表未填此项"
    if scope == "outside":
        yield "系统外往来不经网络，只有本单位代录"
    elif any(_hidden(trust, member, kind) for kind in measure.kinds):
        yield "按协作协议，本节点不能看到此类文书的全部往来"
    if measure.body:
        yield "此项依据正文，本节点只有文书头的不能计算"
    if own is not None and own.open:
        yield f"本节点另有 {own.open} 件未定"
    if reported is not None and isinstance(cut := body.get("cut_off"), str):
        yield f"报表截止 {cut[:16].replace('T', ' ')}，此后到达或仍在途的文书不计"


def _hidden(trust: Trust, member: str, kind: str) -> bool:
    """Whether some exchange of this kind with this member is not shown to the office as headers."""
    others = [one.id for one in trust.roster.members if one.id != member]
    pairs = [pair for other in others for pair in ((member, other), (other, member))]
    return any(trust.may_send(kind, *pair) and trust.visible(kind, *pair) != "header" for pair in pairs)


def wall_clock(at: datetime) -> str:
    """A moment as a report's body writes it."""
    return at.astimezone(BEIJING).isoformat(timespec="seconds")
