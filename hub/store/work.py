"""The open transaction as the ports see it, and the two ways to hand many values to one statement.

Lists go in as one JSON parameter: the statement's text stays constant (compiled once), SQLite's limit of variables does
not bite, and on PostgreSQL it costs a thirtieth of what the driver needs to write an array.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Integer, Text, TypeDecorator, bindparam, cast, column, func, literal_column, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from hub.flows.rows import PartMeta
from hub.store.types import JsonParam

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Column, ColumnElement, Connection, CursorResult, FromClause
    from sqlalchemy.sql.base import Executable
    from sqlalchemy.sql.compiler import SQLCompiler

    from hub.core.audit import Leaf

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
DIALECTS: Final = (SQLITE, POSTGRESQL)


Recent = dict[str, bytes]
"""Message -> its envelope. An envelope never changes; of one that was erased the database says so."""
About = tuple[str, tuple[PartMeta, ...], "datetime | None", bool]
"""What the pipe needs beside an envelope: audience, attachments, when it expires, whether it was erased."""


@dataclass(slots=True)
class Work:
    """One transaction; ports execute through it and say whether others have something to do after it."""

    connection: Connection
    member: str
    incarnation: str
    dialect: str
    wake: bool = False
    recent: Recent = field(default_factory=dict)
    """Envelopes of our own on their way from sealing to the pipe, which this process need not read again."""
    about: dict[str, About] = field(default_factory=dict)
    """By message, of our own that this very transaction has written: nobody else can have erased them yet."""
    absent: set[str] = field(default_factory=set)
    """Matters without a row whose names this transaction has locked: nobody else makes one before it ends."""
    leaves: list[Leaf] = field(default_factory=list)
    """What is to stand in the audit log of this transaction: written last of all (:mod:`hub.store.ledger`)."""
    scrub: bool = False
    """Something was erased: SQLite's log, which still holds it, is emptied after the commit."""

    @property
    def postgres(self) -> bool:
        """True on PostgreSQL, where several workers write at once."""
        return self.dialect == POSTGRESQL

    def run(self, statement: Executable, **values: Any) -> CursorResult[Any]:
        """Execute a prebuilt statement."""
        return self.connection.execute(statement, values)

    def tuples(self, statement: Executable, **values: Any) -> list[Any]:
        """All rows of a prebuilt query; fetched at once, for asking row by row costs more than the row."""
        return list(self.connection.execute(statement, values).all())

    def cursor(self) -> Any:
        """The driver's own cursor inside this transaction, for bulk loading."""
        return self.connection.connection.cursor()


class _Among(FunctionElement[Any]):
    """``column IN (the items of a JSON list)``."""

    name = "among"
    inherit_cache = True
    # Not Boolean: on SQLite that is compared with 1, and a comparison uses no index.
    type = NullType()


class _AmongNumbers(_Among):
    name = "among_numbers"
    inherit_cache = True


def among(col: Column[Any], parameter: str) -> ColumnElement[bool]:
    """Condition: ``col`` is one of the values in the list parameter."""
    kind = _AmongNumbers if isinstance(col.type, BigInteger | Integer) else _Among
    return kind(col, bindparam(parameter, type_=JsonParam()))


@compiles(_Among, SQLITE)
def _among_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    left, right = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{left} IN (SELECT value FROM json_each({right}))"  # noqa: S608 made of our own clauses


@compiles(_Among, POSTGRESQL)
def _among_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    left, right = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{left} = ANY (ARRAY(SELECT json_array_elements_text(({right})::json)))"


@compiles(_AmongNumbers, POSTGRESQL)
def _among_numbers_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    left, right = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{left} = ANY (ARRAY(SELECT json_array_elements_text(({right})::json)::bigint))"


def row_set(dialect: str, *columns: Column[Any], parameter: str = "rows", name: str = "v") -> FromClause:
    """The parameter, a list of objects, as a table with these columns (names and types of ``columns``)."""
    given = bindparam(parameter, type_=JsonParam())
    if dialect == POSTGRESQL:
        typed = [column(col.name, plain_type(col)) for col in columns]
        return func.json_to_recordset(cast(given, JSON)).table_valued(*typed, name=name).render_derived(with_types=True)
    value: ColumnElement[Any] = literal_column("value")
    picked = [value.op("->>")(literal_column(f"'{col.name}'")).label(col.name) for col in columns]
    return select(*picked).select_from(func.json_each(given)).subquery(name)


def per_dialect(build: Callable[[str], Executable]) -> dict[str, Executable]:
    """Build a statement for each database, once, when the module is loaded."""
    return {dialect: build(dialect) for dialect in DIALECTS}


_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


def plain_type(col: Column[Any]) -> Any:
    """The column's type on PostgreSQL, without collation."""
    kind = col.type.impl_instance if isinstance(col.type, TypeDecorator) else col.type
    return Text() if isinstance(kind, Text) else kind.dialect_impl(_POSTGRESQL)


def type_name(col: Column[Any]) -> str:
    """SQL name of that type."""
    return str(plain_type(col).compile(dialect=_POSTGRESQL)).lower()
