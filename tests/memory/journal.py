"""What makes dictionaries transactional: every write notes how to take it back; nothing is ever copied.

Beginning and committing cost nothing, rolling back costs what was written, whatever the history.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound="Concern")

_ABSENT: Any = object()


class Crash(BaseException):
    """The process died here. No error of the hub: nothing but the test that planned it may catch it."""


class Journal:
    """The open transaction, if any, with the way back to its beginning."""

    def __init__(self) -> None:
        self.active = False
        self.fail_at: Callable[[str], None] | None = None
        self._undo: list[tuple[Any, ...]] = []

    def begin(self) -> None:
        assert not self.active, "a transaction is open already; the fake has one connection"
        self.active = True

    def commit(self) -> None:
        self._undo.clear()
        self.active = False

    def rollback(self) -> None:
        undo = self._undo
        while undo:
            step, *arguments = undo.pop()
            step(*arguments)
        self.active = False

    def reach(self, point: str) -> None:
        """Pass a named point at which a test may let the process die."""
        if self.fail_at is not None:
            self.fail_at(point)

    def put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        old = table.get(key, _ABSENT)
        self._undo.append((table.pop, key) if old is _ABSENT else (table.__setitem__, key, old))
        table[key] = value

    def drop(self, table: dict[Any, Any], key: Any) -> None:
        """Remove ``key``, which must be there. A rollback puts it back at the end, so readers order by a key."""
        self._undo.append((table.__setitem__, key, table.pop(key)))

    def append(self, rows: list[Any], value: Any) -> None:
        self._undo.append((rows.pop,))
        rows.append(value)

    def insert(self, index: list[Any], value: Any) -> None:
        """Insert into an ascending list."""
        self._undo.append((_take_out, index, value))
        insort(index, value)

    def remove(self, index: list[Any], value: Any) -> None:
        """Remove from an ascending list a value that must be in it."""
        self._undo.append((insort, index, value))
        _take_out(index, value)


class Concern:
    """One port's share of the records; ``name`` is its attribute in the unit of work."""

    name: ClassVar[str]

    def __init__(self, journal: Journal) -> None:
        self.journal = journal


def write(method: Callable[Concatenate[C, P], R]) -> Callable[Concatenate[C, P], R]:
    """Mark a port method that changes rows: only inside a transaction, and a place to die before and after."""
    verb = method.__name__

    @wraps(method)
    def inner(self: C, *args: P.args, **kwargs: P.kwargs) -> R:
        journal = self.journal
        assert journal.active, f"{self.name}.{verb} outside a transaction"
        if journal.fail_at is None:
            return method(self, *args, **kwargs)
        journal.fail_at(f"{self.name}.{verb}:before")
        result = method(self, *args, **kwargs)
        journal.fail_at(f"{self.name}.{verb}:after")
        return result

    inner.writes = True  # type: ignore[attr-defined]
    return cast("Callable[Concatenate[C, P], R]", inner)


class Count:
    """Row ids: they only rise, also through a rollback, as a database sequence does."""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self) -> int:
        self.last += 1
        return self.last


def _take_out(index: list[Any], value: Any) -> None:
    at = bisect_left(index, value)
    assert at < len(index), value
    assert index[at] == value, value
    del index[at]
