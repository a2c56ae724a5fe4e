"""The one collection of tables, and the columns they share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Identity, Index, MetaData, Table, text

from hub.store.fields import settle
from hub.store.types import Big

metadata = MetaData()


def table(name: str, *items: Any) -> Table:
    """A table; STRICT on SQLite, so that a wrong type is an error there too."""
    made = Table(name, metadata, *items, sqlite_strict=True)
    settle(made)
    return made


def number(name: str = "id") -> Column[Any]:
    """The order of recording, given by the database. Work is claimed by status, never by this number (DESIGN D3)."""
    return Column(name, Big, Identity(), primary_key=True)


def need(name: str, kind: Any, **options: Any) -> Column[Any]:
    """A column that always has a value."""
    return Column(name, kind, nullable=False, **options)


def partial(name: str, *columns: Any, where: str, unique: bool = False) -> Index:
    """An index over a few rows of a large table: a queue costs what waits in it, not what ever went through."""
    condition: ColumnElement[Any] = text(where)  # type: ignore[assignment]
    return Index(name, *columns, unique=unique, postgresql_where=condition, sqlite_where=condition)
