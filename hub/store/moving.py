"""Taking a node's whole database to another one: an office that outgrows the embedded file loses nothing (DESIGN D10).

Every table is copied row by row through the same column types that the node writes with, so a moment, a day or a flag
means the same afterwards; the order numbers stay, and the next one follows the highest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, text, update

from hub.core.errors import DatabaseAway, Misconfigured
from hub.store.engine import open_engine, parse_url, translated
from hub.store.migrate import migrate
from hub.store.tables import node, pieces
from hub.store.tables.metadata import metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Table

BATCH = 1000
"""Rows held in memory at once; bodies may be large."""
BATCH_OF_PIECES = 32
"""The same where every row is a quarter of a mebibyte."""


def copy_database(
    source: str,
    target: str,
    *,
    replace: bool = False,
    set_back: bool = False,
    say: Callable[[str, int], None] | None = None,
) -> int:
    """Copy all of ``source`` into ``target`` in one transaction and count both; gives the number of rows.

    ``target`` must be empty; with ``replace`` it may hold the same node's own beginnings, which are dropped.
    ``set_back``: the copy says of itself that its peers may know more, so that it signs nothing. ``say`` is told each
    table with its rows. Raises ``Misconfigured`` when the target holds another node or the counts differ.
    """
    migrate(target)
    from_engine, to_engine = open_engine(parse_url(source), read_only=True), open_engine(parse_url(target))
    try:
        with translated(), from_engine.connect() as old, to_engine.begin() as new:
            _make_room(old, new, replace=replace)
            total = 0
            for table in metadata.sorted_tables:
                count = _copy(old, new, table)
                total += count
                if say is not None and count:
                    say(table.name, count)
            if set_back:
                new.execute(update(node).values(waits_for='["' + node.c.member + '"]'))
            return total
    finally:
        from_engine.dispose()
        to_engine.dispose()


def owner_of(source: str) -> str | None:
    """Whose database this is; None for nobody's. Raises ``Misconfigured`` if it is no database of ours."""
    engine = open_engine(parse_url(source), read_only=True)
    try:
        with translated(), engine.connect() as connection:
            found: str | None = connection.execute(select(node.c.member)).scalar()
            return found
    except DatabaseAway as error:
        raise Misconfigured("不是本系统的数据库或备份", field="file") from error
    finally:
        engine.dispose()


def _make_room(old: Connection, new: Connection, *, replace: bool) -> None:
    own = {row.member for row in old.execute(select(node.c.member))}
    there = {row.member for row in new.execute(select(node.c.member))}
    if there and not (replace and there == own):
        raise Misconfigured(
            f"目标数据库中已有节点 {'、'.join(sorted(there))}",
            field="database",
            advice="请另建一个空的数据库；恢复本节点自己的备份时，加 --replace。",
        )
    for table in reversed(metadata.sorted_tables):
        new.execute(table.delete())


def _copy(old: Connection, new: Connection, table: Table) -> int:
    count = 0
    most = BATCH_OF_PIECES if table is pieces else BATCH
    found = old.execution_options(yield_per=most).execute(select(table))
    for rows in found.mappings().partitions(most):
        new.execute(insert(table), [dict(row) for row in rows])
        count += len(rows)
    arrived = new.execute(select(func.count()).select_from(table)).scalar_one()
    if arrived != count:
        raise Misconfigured(f"表 {table.name} 应有 {count} 行，实有 {arrived} 行，未作任何改动", field="database")
    _go_on_counting(new, table)
    return count


def _go_on_counting(new: Connection, table: Table) -> None:
    """The next number given by the database follows the highest copied; SQLite does so by itself."""
    counted = next((column for column in table.primary_key if column.identity is not None), None)
    if counted is None or new.dialect.name != "postgresql":
        return
    highest = new.execute(select(func.max(counted))).scalar_one()
    if highest is not None:
        sequence = text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)")
        new.execute(sequence, {"table": table.name, "column": counted.name, "highest": highest})
