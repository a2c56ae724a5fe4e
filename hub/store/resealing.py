"""Sealing everything again under the newest field key, in pieces, while the node works (DESIGN D6).

A piece is some rows of one table, locked, sealed again and committed; what is read meanwhile opens by the old key or
by the new one. Nothing is remembered but the place in the table: a run that was killed begins again and finds only what
is left. Rows from before there was a ring are plain, and are sealed the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, literal, or_, select, tuple_, type_coerce, update

from hub.core.errors import FieldUnreadable
from hub.store.engine import open_engine, parse_url, translated
from hub.store.fields import BETWEEN, KEY_ID, SealedBytes, sealed_columns
from hub.store.tables.metadata import metadata
from hub.store.types import Raw, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Column, ColumnElement, Engine, Table

    from hub.flows.ports.fields import FieldCipher
    from hub.store.fields import Sealed

PIECE = 200
"""Rows sealed in one transaction: on SQLite nobody else writes meanwhile, about 20 ms."""

SEALED = [table for table in metadata.sorted_tables if sealed_columns(table)]


@dataclass
class Resealed:
    """What a run did."""

    rows: int = 0
    unreadable: list[str] = field(default_factory=list)
    """Rows that open by no key of the ring: changed by somebody, or from another ring. They stay as they are."""


class Resealing:
    """The sealed columns of one database, as they are kept."""

    def __init__(self, url: str) -> None:
        """Connects without a ring, so that nothing is opened or sealed on the way."""
        self._engine: Engine = open_engine(parse_url(url))

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def is_sealed(self) -> bool:
        """Is anything sealed, by whatever key? Then the database has a ring, wherever it is."""
        found = (select(literal(1)).where(or_(*_each(table, _begins))).limit(1) for table in SEALED)
        with translated(), self._engine.connect() as connection:
            return any(connection.execute(one).first() is not None for one in found)

    def key_ids(self) -> set[bytes]:
        """Ids of all keys by which something is sealed; every one of them is needed to read the database."""
        found: set[bytes] = set()
        with translated(), self._engine.connect() as connection:
            for column, kind in (one for table in SEALED for one in sealed_columns(table)):
                start, stored = kind.start(), Raw if _is_bytes(kind) else Words
                of = func.substr(_kept(column, kind), len(start) + 1, len(kind.start(bytes(KEY_ID))) - len(start))
                query = select(type_coerce(of, stored)).where(_begins(column, kind)).distinct()
                found |= {kind.key_of(start + row[0]) for row in connection.execute(query)}
        return found

    def left(self, fields: FieldCipher) -> dict[str, int]:
        """Rows by table that are not sealed by the newest key."""
        found = {}
        with translated(), self._engine.connect() as connection:
            for table in SEALED:
                query = select(func.count()).select_from(table).where(_stale(table, fields.current))
                found[table.name] = int(connection.execute(query).scalar_one())
        return {name: number for name, number in found.items() if number}

    def run(self, fields: FieldCipher, say: Callable[[str, int], None] | None = None, piece: int = PIECE) -> Resealed:
        """Seal what is left, table by table; ``say`` hears of each piece the table and its rows so far."""
        done = Resealed()
        for table in SEALED:
            so_far = 0
            for rows in self._pieces(table, fields, piece, done.unreadable):
                so_far += rows
                if say is not None and rows:
                    say(table.name, so_far)
            done.rows += so_far
        return done

    def reclaim(self) -> None:
        """Leave nothing of the plain values in SQLite's file: it is written anew, and the log before it emptied.

        PostgreSQL does so when the tables are vacuumed; until then its own files, never a dump, may hold old rows.
        """
        if self._engine.dialect.name == "sqlite":
            with translated(), self._engine.connect() as connection:
                raw: Any = connection.connection.driver_connection
                raw.execute("VACUUM")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _pieces(self, table: Table, fields: FieldCipher, piece: int, unreadable: list[str]) -> Iterator[int]:
        key = [type_coerce(column, Words) if _is_sealed(column) else column for column in table.primary_key]
        columns = sealed_columns(table)
        names = sorted({name for _, kind in columns for name in kind.row})
        query = (
            select(*key, *(table.c[name] for name in names), *(_kept(*one) for one in columns))
            .where(_stale(table, fields.current))
            .order_by(*key)
            .limit(piece)
            .with_for_update()
        )
        change = update(table).where(*(column == bindparam(f"k{at}") for at, column in enumerate(key)))
        change = change.values({column.name: bindparam(f"v{at}") for at, (column, _) in enumerate(columns)})
        after: tuple[Any, ...] | None = None
        while True:
            with translated(), self._engine.begin() as connection:
                asked = query if after is None else query.where(tuple_(*key) > tuple_(*map(literal, after)))
                rows = [tuple(row) for row in connection.execute(asked)]
                changed = []
                for row in rows:
                    named = dict(zip(names, row[len(key) :], strict=False))
                    try:
                        values = _again(fields, columns, named, row[len(key) + len(names) :])
                    except FieldUnreadable as error:
                        unreadable.append(error.detail)
                        continue
                    changed.append({f"k{at}": part for at, part in enumerate(row[: len(key)])} | values)
                if changed:
                    connection.execute(change, changed)
            yield len(changed)
            if len(rows) < piece:
                return
            after = rows[-1][: len(key)]


def _again(
    fields: FieldCipher, columns: list[tuple[Column[Any], Sealed]], named: dict[str, Any], kept: tuple[Any, ...]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for at, ((_, kind), value) in enumerate(zip(columns, kept, strict=True)):
        row = BETWEEN.join(str(named[name]) for name in kind.row)
        fresh = value is None or value.startswith(kind.start(fields.current))
        plain = value if fresh else kind.opened(fields, kind.place, row, bytes(value) if _is_bytes(kind) else value)
        values[f"v{at}"] = value if fresh else kind.sealed(fields, kind.place, [(row, plain)])[0]
    return values


def _stale(table: Table, current: bytes) -> ColumnElement[bool]:
    """Some column has a value that the newest key has not sealed."""
    return or_(*_each(table, lambda column, kind: ~_begins(column, kind, current)))


def _each(table: Table, judge: Callable[[Column[Any], Sealed], ColumnElement[bool]]) -> Iterator[ColumnElement[bool]]:
    for column, kind in sealed_columns(table):
        yield and_(column.is_not(None), judge(column, kind))


def _begins(column: Column[Any], kind: Sealed, key: bytes = b"") -> ColumnElement[bool]:
    start = kind.start(key)
    stored = Raw if _is_bytes(kind) else Words
    return func.substr(_kept(column, kind), 1, len(start), type_=stored) == literal(start, stored)


def _kept(column: Column[Any], kind: Sealed) -> ColumnElement[Any]:
    """The column as it is kept."""
    return type_coerce(column, Raw if _is_bytes(kind) else Words)


def _is_bytes(kind: Sealed) -> bool:
    return isinstance(kind, SealedBytes)


def _is_sealed(column: Column[Any]) -> bool:
    return any(one is column for one, _ in sealed_columns(column.table))
