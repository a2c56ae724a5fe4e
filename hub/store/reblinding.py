"""Blinding again, under the newest HMAC key, what is searched by: in pieces, while the node works (DESIGN D6).

A piece is some rows, locked, opened, blinded again and committed together with how far the table has come: a run that
was killed goes on from there. Meanwhile look-ups ask by both keys, so each row is found before and after its turn.
A run may begin only when nobody blinds by the old key any more; what is written since is blinded by the new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import bindparam, delete, func, insert, select, text, type_coerce, update

from hub.core.errors import FieldUnreadable
from hub.store.engine import open_engine, parse_url, translated
from hub.store.fields import BETWEEN, Blind, Sealed
from hub.store.resealing import PIECE, Resealed
from hub.store.tables import tree_rounds
from hub.store.tables.metadata import metadata
from hub.store.types import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Column, Connection, Engine, Table

    from hub.flows.ports.fields import FieldCipher

BLIND = [column for table in metadata.sorted_tables for column in table.columns if isinstance(column.type, Blind)]
"""Each stands beside the sealed value it follows from, in a table with a number."""


class Reblinding:
    """The blind columns of one database, as they are kept."""

    def __init__(self, url: str) -> None:
        """Connects without a ring, so that nothing is opened or blinded on the way."""
        self._engine: Engine = open_engine(parse_url(url))

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def left(self, since: datetime) -> dict[str, int]:
        """Rows by table whose turn has not come yet, of the change that began at ``since``."""
        with translated(), self._engine.connect() as connection:
            found = {one.table.name: _left(connection, one.table, _place(connection, one, since)) for one in BLIND}
        return {name: number for name, number in found.items() if number}

    def run(
        self,
        fields: FieldCipher,
        since: datetime,
        say: Callable[[str, int, int], None] | None = None,
        piece: int = PIECE,
    ) -> Resealed:
        """Go on with the change that began at ``since``; ``say`` hears after each piece how many of a table are left.

        Where rows do not open, all is to be gone through again once they do: they are still blinded by the old key.
        """
        done, waiting = Resealed(), self.left(since)
        for column in BLIND:
            left, rows = waiting.get(column.table.name, 0), piece
            while rows == piece:
                with translated(), self._engine.begin() as connection:
                    rows = _piece(connection, column, fields, since, piece, done)
                left -= rows
                if say is not None and rows:
                    say(column.table.name, rows, max(0, left))
        self._forget(begin_anew=bool(done.unreadable))
        return done

    def _forget(self, *, begin_anew: bool) -> None:
        """SQLite's full text index only notes that an entry is gone; merged into one, it no longer holds the old words.

        PostgreSQL forgets them when the tables are vacuumed.
        """
        with translated(), self._engine.begin() as connection:
            if begin_anew:
                connection.execute(delete(tree_rounds).where(tree_rounds.c.name.in_(map(_name, BLIND))))
            if connection.dialect.name == "sqlite":
                connection.execute(text("INSERT INTO search_fts (search_fts) VALUES ('optimize')"))


def _piece(
    connection: Connection, column: Column[Any], fields: FieldCipher, since: datetime, piece: int, done: Resealed
) -> int:
    """Blind the next rows again; returns how many were looked at."""
    table, kind = column.table, cast("Blind", column.type)
    source = cast("Sealed", table.c[kind.of].type)
    query = (
        select(table.c.id, *(table.c[name] for name in source.row), type_coerce(table.c[kind.of], Words))
        .where(table.c.id > _place(connection, column, since))
        .order_by(table.c.id)
        .limit(piece)
        .with_for_update()
    )
    rows, changed = list(connection.execute(query)), []
    for row, *named, kept in rows:
        try:
            value = source.opened(fields, source.place, BETWEEN.join(map(str, named)), kept)
        except FieldUnreadable as error:
            done.unreadable.append(error.detail)
            continue
        changed.append({"of_row": row, "again": kind.blinded(fields, value)})
    if changed:
        change = update(table).where(table.c.id == bindparam("of_row")).values({column.name: bindparam("again")})
        connection.execute(change, changed)
    if rows:
        _reached(connection, column, since, rows[-1][0])
    done.rows += len(changed)
    return len(rows)


def _name(column: Column[Any]) -> str:
    return f"blind {column.table.name}.{column.name}"


def _place(connection: Connection, column: Column[Any], since: datetime) -> int:
    """The last row of this change; what is kept of an earlier one counts for nothing."""
    query = select(tree_rounds.c.position).where(tree_rounds.c.name == _name(column), tree_rounds.c.started == since)
    return int(connection.execute(query).scalar() or 0)


def _reached(connection: Connection, column: Column[Any], since: datetime, position: int) -> None:
    connection.execute(delete(tree_rounds).where(tree_rounds.c.name == _name(column)))
    row = {"name": _name(column), "position": position, "started": since, "ended": None}
    connection.execute(insert(tree_rounds).values(row))


def _left(connection: Connection, table: Table, position: int) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(table.c.id > position)).scalar_one())
