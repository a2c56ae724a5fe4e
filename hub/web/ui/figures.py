"""Figures as tables and charts: totals by office, who asks whom, month by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from hub.core.figure_table import NONE, Line, value_of
from hub.core.indicators import Key, Sum
from hub.core.measures import CASE, MEASURES, PERCENT, UNITS, Measure
from hub.core.punctuality import RULE
from hub.core.trust import Trust
from hub.flows.ports.figures import Behind
from hub.web.ui.charts import Number, Series

TREND = ("I01.issued", "I03.sent", "I03.received", "I07.sent", "I07.received", "I04.on_time", "I07.filed")
HEADS = {
    False: ("I03.sent", "I03.received", "I04.on_time", "I05.mean", "I07.sent", "I07.received"),
    True: ("I03.sent", "I04.on_time", "I05.mean", "I07.sent", "I08.raised", "I28.on_time"),
}
"""What a leader asks first: of an office, and (True) of the joint-meeting office, which sees both ends of each."""
ON_TIME = ("I04.on_time", "I28.on_time")


@dataclass(frozen=True, slots=True)
class Row:
    """One measure over several offices; ``cells`` None where an office has nothing to count."""

    measure: Measure
    cells: tuple[Line | None, ...]


class Duo(NamedTuple):
    """What one office asked of another, and how fast it was answered."""

    asked: Sum | None
    kept: Sum | None
    spent: Sum | None
    leads: Sum | None


def totals_table(lines: Iterable[Line], members: Sequence[str], scope: str) -> list[Row]:
    """Totals of one scope, measure by measure; a measure nobody has anything in is left out."""
    found = {(one.measure.key, one.member): one for one in lines if one.scope == scope and not one.peer}
    rows = [Row(measure, tuple(found.get((key, one)) for one in members)) for key, measure in MEASURES.items()]
    return [row for row in rows if any(row.cells)]


def heads(lines: Iterable[Line], members: Sequence[str], office: bool) -> list[tuple[Measure, Sum]]:
    """The first figures of the page, of these members together, inside and outside the federation."""
    made: dict[str, Sum] = {}
    for one in lines:
        if not one.peer and one.member in members and one.measure.key in HEADS[office]:
            made[one.measure.key] = made[one.measure.key] + one.sum if one.measure.key in made else one.sum
    # What is not there is no case, but also nothing to divide by.
    return [(MEASURES[key], made.get(key, Sum(0, None if MEASURES[key].unit == CASE else 0))) for key in HEADS[office]]


def counted_members(lines: Iterable[Line], order: Iterable[str]) -> list[str]:
    """Those with totals, as the roster lists them; strangers to it come last."""
    found = {one.member for one in lines if not one.peer}
    listed = [one for one in order if one in found]
    return [*listed, *sorted(found - set(listed))]


def duos(lines: Iterable[Line], scope: str) -> dict[tuple[str, str], Duo]:
    """(asker, asked) -> what passed between them."""
    sums: dict[tuple[str, str, str], Sum] = {
        (one.measure.key, one.member, one.peer): one.sum for one in lines if one.scope == scope and one.peer
    }
    # A request counts where it was sent and where it was received; the answer where the duty is.
    pairs = [(member, peer) for key, member, peer in sums if key in ("I03.sent", "I07.sent")]
    pairs += [(peer, member) for key, member, peer in sums if key in ("I03.received", "I07.received", "I04.on_time")]
    return {
        (asker, asked): Duo(
            sums.get(("I03.sent", asker, asked), sums.get(("I03.received", asked, asker))),
            sums.get(("I04.on_time", asked, asker)),
            sums.get(("I05.mean", asked, asker)),
            sums.get(("I07.sent", asker, asked), sums.get(("I07.received", asked, asker))),
        )
        for asker, asked in dict.fromkeys(pairs)
        if "all" not in (asker, asked)
    }


def axes(found: Iterable[tuple[str, str]], order: Iterable[str]) -> tuple[list[str], list[str]]:
    """Askers and asked, as the roster lists them."""
    pairs, place = list(found), {member: number for number, member in enumerate(order)}
    sides = ({pair[side] for pair in pairs} for side in (0, 1))
    rows, columns = (sorted(one, key=lambda member: (place.get(member, 999), member)) for one in sides)
    return rows, columns


def by_month(trend: Mapping[date, Mapping[Key, Sum]], members: Sequence[str]) -> list[tuple[str, dict[str, Sum]]]:
    """Month -> measure -> what these offices come to, inside and outside together."""
    found = []
    for first, sums in trend.items():
        made: dict[str, Sum] = {}
        for (measure, member, _, peer), value in sums.items():
            if measure in TREND and member in members and not peer:
                made[measure] = made[measure] + value if measure in made else value
        found.append((f"{first.year}-{first.month:02}", made))
    return found


def trend_series(months: Sequence[tuple[str, dict[str, Sum]]], keys: Sequence[str]) -> list[Series]:
    """One row of the chart per measure."""
    found = []
    for key in keys:
        measure = MEASURES[key]
        rate = measure.unit == PERCENT
        numbers = [number(measure, made.get(key, Sum(0, 0 if rate else None))) for _, made in months]
        found.append(Series(measure.title, numbers, rate))
    return found


def number(measure: Measure, value: Sum | None) -> Number:
    """A figure for a chart; None leaves a gap."""
    if value is None:
        return None
    found = value_of(measure, value)
    return None if found is None else round(found, 1) if measure.unit != CASE else int(found)


def said(measure: Measure, value: Sum | None) -> str:
    """A figure with its unit: ``12``, ``83.3%``, ``4.5 天``."""
    found = number(measure, value)
    if found is None:
        return NONE
    return f"{found}%" if measure.unit == PERCENT else str(found)


def adds(measure: Measure, one: Behind) -> str:
    """What one matter adds to a measure, in words."""
    if one.sum.open:
        return "未到期或本节点不能判定"
    if measure.unit == CASE:
        return "计 1 件"
    if measure.unit == PERCENT:
        return "是" if one.sum.numerator else "否"
    return f"{one.sum.numerator} 个{UNITS[measure.unit]}"


def basis(trust: Trust, measure: Measure) -> str:
    """Where the limit behind a rate comes from: articles of the agreement's rules; empty where no limit is judged."""
    if measure.key in ON_TIME[1:]:
        names = [RULE]
    elif measure.unit == CASE or measure.key == "I06.returned":
        return ""
    else:
        rights = [right for right in trust.agreement.rights if right.kind in measure.kinds]
        names = [str(rule) for right in rights for rule in right.rules.values()]
    told = dict.fromkeys(trust.rules[name].basis for name in names if name in trust.rules)
    return "；".join(told)


def drawn(
    rows: Sequence[str], columns: Sequence[str], found: Mapping[tuple[str, str], Duo]
) -> list[tuple[int, int, int]]:
    """Cells of the matrix chart: every pair of two offices, 0 where nothing passed."""
    asked = {pair: duo.asked.numerator for pair, duo in found.items() if duo.asked is not None}
    return [
        (across, down, asked.get((asker, other), 0))
        for down, asker in enumerate(rows)
        for across, other in enumerate(columns)
        if asker != other
    ]


def shown_definitions(trust: Trust) -> list[dict[str, Any]]:
    """Every measure with definition, unit, kinds and basis, for the notes below the tables."""
    return [
        {
            "key": key,
            "indicator": measure.indicator,
            "title": measure.title,
            "unit": UNITS[measure.unit],
            "definition": measure.definition,
            "kinds": measure.kinds,
            "basis": basis(trust, measure),
        }
        for key, measure in MEASURES.items()
        if not measure.name.startswith("returned_")
    ]
