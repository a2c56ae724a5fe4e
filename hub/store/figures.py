"""Facts of matters and their monthly sums, kept beside the matters so that a report costs what it shows.

A fold only puts its matter into a queue; counting follows in transactions of its own. The sums are changed by
differences, in the order of their keys, so that two workers that count at once add up and never wait for each other in
a circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, bindparam, delete, exists, insert, not_, select

from hub.core.indicators import Fact
from hub.store.bulk import Insert, Upsert
from hub.store.tables import figure_facts, figure_sums, matters, to_count
from hub.store.views.cases import COLUMNS, FACTS, facts_of
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from hub.core.trust import Trust
    from hub.store.work import Work

_MATTER = COLUMNS.index("matter")
_OLDEST = (
    select(to_count.c.matter)
    .order_by(to_count.c.matter)
    .limit(bindparam("limit", type_=BigInteger))
    .with_for_update(skip_locked=True)
)
_TAKE = delete(to_count).where(to_count.c.matter.in_(_OLDEST.scalar_subquery())).returning(to_count.c.matter)
_FORGET = delete(figure_facts).where(among(figure_facts.c.matter, "matters"))
_ADD = Insert(figure_facts, COLUMNS)
_NUMBERS = ("numerator", "denominator", "open")
_KEY = ("month", "measure", "member", "peer")
_PLUS = ", ".join(f"{name} = figure_sums.{name} + excluded.{name}" for name in _NUMBERS)
_CHANGE = Upsert(figure_sums, [*_KEY, *_NUMBERS], _KEY, _PLUS)
_TOUCHED = (
    select(matters.c.id)
    .where(matters.c.updated_at >= bindparam("since"))
    .where(not_(exists().where(to_count.c.matter == matters.c.id)))
)
_AGAIN = insert(to_count).from_select(["matter"], _TOUCHED)

Row = tuple[object, ...]


class SqlFigures:
    """Port ``Figures``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def count(self, trust: Trust, limit: int) -> int:
        """Bring the figures up to date with matters that were folded since."""
        ids = list(self._work.run(_TAKE, limit=limit).scalars())
        if not ids:
            return 0
        old = {tuple(row) for row in self._work.tuples(FACTS, matters=ids)}
        new = {row_of(fact) for fact in facts_of(self._work.connection, self._work.member, ids, trust)}
        changed = {row[_MATTER] for row in old ^ new}
        self._work.run(_FORGET, matters=changed)
        _ADD.run(self._work, [row for row in new if row[_MATTER] in changed])
        _CHANGE.run(self._work, _differences(old - new, new - old))
        return len(ids)

    def count_again(self, since: datetime) -> None:
        """Mark what was touched since."""
        self._work.run(_AGAIN, since=since)


def row_of(fact: Fact) -> Row:
    """A fact as the table keeps it: nothing below the line is 0."""
    return tuple(fact._replace(denominator=fact.denominator or 0))


def _differences(gone: Iterable[Row], come: Iterable[Row]) -> list[Row]:
    sums: dict[Row, list[int]] = {}
    for rows, sign in ((gone, -1), (come, 1)):
        for row in rows:
            fact = Fact(*row)  # type: ignore[arg-type]
            one = sums.setdefault((fact.day.replace(day=1), fact.measure, fact.member, fact.peer), [0, 0, 0])
            for place, number in enumerate((fact.numerator, fact.denominator or 0, fact.open)):
                one[place] += sign * number
    return [(*key, *sums[key]) for key in sorted(sums) if any(sums[key])]
