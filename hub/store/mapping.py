"""Between the flows' frozen rows and the tables' columns, which carry the same names."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from hub.flows.rows import DeliveryStatus, MessageStatus
from hub.store.types import clean, dump_parts, dump_strings, load_parts, load_strings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Column, Table

T = TypeVar("T")
Change = tuple[int, "Callable[[Any], Any]"]

_TO_COLUMN: dict[str, Callable[[Any], Any]] = {
    "after": dump_strings,
    "to": dump_strings,
    "kinds": dump_strings,
    "parts": dump_parts,
    "status": str,
    "title": clean,
    "reason": clean,
    "field": clean,
}
_FROM_COLUMN: dict[str, Callable[[Any], Any]] = {
    "after": load_strings,
    "to": load_strings,
    "kinds": load_strings,
    "parts": load_parts,
}


class Mapping(Generic[T]):
    """Reads and writes one class of rows."""

    def __init__(self, row: type[T], table: Table) -> None:
        """Every field of ``row`` is a column of ``table``."""
        names = [field.name for field in fields(row)]  # type: ignore[arg-type]
        self._row = row
        self.columns: list[Column[Any]] = [table.c[name] for name in names]
        """All columns, in the order of the fields: select these."""
        # A surrogate number is the database's to give; matters have an id of their own.
        self.names = [name for name in names if not (name == "id" and table.c.id.identity)]
        """What is written on insert."""
        self._get = attrgetter(*self.names)
        self._out: list[Change] = [(i, _TO_COLUMN[n]) for i, n in enumerate(self.names) if n in _TO_COLUMN]
        status = {"status": MessageStatus if table.name == "messages" else DeliveryStatus}
        self._in: list[Change] = [
            (i, (_FROM_COLUMN | status)[n]) for i, n in enumerate(names) if n in _FROM_COLUMN or n in status
        ]

    def values(self, row: T) -> tuple[Any, ...]:
        """What is written for ``row``, in the order of :attr:`names`."""
        found = self._get(row)
        if not self._out:
            return tuple(found)
        values = list(found)
        for index, change in self._out:
            values[index] = change(values[index])
        return tuple(values)

    def all_values(self, rows: Iterable[T]) -> list[tuple[Any, ...]]:
        """The same for many."""
        return [self.values(row) for row in rows]

    def build(self, found: Iterable[Any]) -> T:
        """The row from what :attr:`columns` gave."""
        if not self._in:
            return self._row(*found)
        values = list(found)
        for index, change in self._in:
            values[index] = change(values[index])
        return self._row(*values)

    def build_all(self, result: Iterable[Iterable[Any]]) -> list[T]:
        """The same for a whole result."""
        return [self.build(found) for found in result]
