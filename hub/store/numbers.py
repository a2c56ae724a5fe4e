"""Numbers taken and voided, and the series they are assigned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from hub.flows.ports.office_rows import Number, Series
from hub.store.bulk import Upsert, replacing
from hub.store.mapping import Mapping
from hub.store.tables import number_series, numbers

if TYPE_CHECKING:
    from hub.store.work import Work

_SERIES = Mapping(Series, number_series)
_PUT_SERIES = Upsert(number_series, _SERIES.names, ["code"], replacing(_SERIES.names, ["code"]))
_ALL_SERIES = select(*_SERIES.columns).order_by(number_series.c.code)
_ONE_SERIES = select(*_SERIES.columns).where(number_series.c.code == bindparam("wanted")).with_for_update()

_KEY = ("issuer", "code", "year", "seq")
_ROWS = Mapping(Number, numbers)
_PUT = Upsert(numbers, _ROWS.names, _KEY, replacing(_ROWS.names, _KEY))
_TAKE = Upsert(numbers, _ROWS.names, _KEY)
_ALL = select(*_ROWS.columns)
_IN_YEAR = (
    numbers.c.issuer == bindparam("issuer"),
    numbers.c.code == bindparam("code"),
    numbers.c.year == bindparam("year"),
)
_GET = _ALL.where(*_IN_YEAR, numbers.c.seq == bindparam("seq"))
_LAST = select(func.max(numbers.c.seq)).where(*_IN_YEAR)
_OF = _ALL.where(numbers.c.subject == bindparam("wanted")).order_by(*(numbers.c[name] for name in _KEY))


class SqlNumbers:
    """Port ``Numbers``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def series(self, code: str) -> Series | None:
        """Locked until commit."""
        found = self._work.run(_ONE_SERIES, wanted=code).first()
        return None if found is None else _SERIES.build(found)

    def put_series(self, series: Series) -> None:
        """Insert or replace by code word."""
        _PUT_SERIES.run(self._work, [_SERIES.values(series)])

    def all_series(self) -> list[Series]:
        """All, by code word."""
        return _SERIES.build_all(self._work.tuples(_ALL_SERIES))

    def get(self, issuer: str, code: str, year: int, seq: int) -> Number | None:
        """Whoever has this number."""
        found = self._work.run(_GET, issuer=issuer, code=code, year=year, seq=seq).first()
        return None if found is None else _ROWS.build(found)

    def take(self, number: Number) -> bool:
        """Insert unless somebody has it; of two that try at once, one waits and then finds it taken."""
        return _TAKE.run(self._work, [_ROWS.values(number)]) == 1

    def put(self, number: Number) -> None:
        """Insert or replace."""
        _PUT.run(self._work, [_ROWS.values(number)])

    def last(self, issuer: str, code: str, year: int) -> int:
        """The highest number so far."""
        return int(self._work.run(_LAST, issuer=issuer, code=code, year=year).scalar() or 0)

    def of(self, subject: str) -> list[Number]:
        """What one document, paper or matter has."""
        return _ROWS.build_all(self._work.tuples(_OF, wanted=subject))

    def page(self, code: str | None, year: int, below: int | None, limit: int) -> list[Number]:
        """The highest first within one code word."""
        query = _ALL.where(numbers.c.year == year).order_by(numbers.c.seq.desc(), numbers.c.code, numbers.c.issuer)
        if code is not None:
            query = query.where(numbers.c.code == code)
        if below is not None:
            query = query.where(numbers.c.seq < below)
        return _ROWS.build_all(self._work.tuples(query.limit(limit)))
