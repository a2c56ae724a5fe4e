"""Columns that are sealed at rest, and columns by which sealed values are found (hub/decisions/0011).

Reading goes by the column's type: whatever statement selects a sealed column asks the database for the row's name in
front of it, and the value comes back open. Writing goes by :mod:`hub.store.bulk`, which has the whole row in hand; a
plain value that reaches the database in any other way is refused here.
"""

from __future__ import annotations

from base64 import b64encode
from binascii import a2b_base64, b2a_base64
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Label, LargeBinary, Text, TypeCoerce, TypeDecorator, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from hub.core.errors import FieldUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Column, ColumnElement, Dialect, Table
    from sqlalchemy.sql.compiler import SQLCompiler

    from hub.flows.ports.fields import FieldCipher

T = TypeVar("T", str, bytes)

BETWEEN = "\x1f"
"""Stands between the parts of a row's name, and before the value; no id holds it."""
_BETWEEN = BETWEEN.encode()
_WORDS, _BYTES = "sealed:", b"\xffsealed:"
"""How sealed values begin. No text begins with the byte 0xFF, and no file format known to us with this."""
KEY_ID = 6
"""Bytes of a key's id in front of what it sealed."""
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_TOKEN = 10
"""Letters of a blinded pair: 40 bits, so that among a million different pairs hardly two are taken for one."""


def protect(dialect: Dialect, fields: FieldCipher | None) -> None:
    """Let an engine's columns be sealed with this cipher; None: kept plain, for tools without anybody's data."""
    dialect.hub_fields = fields  # type: ignore[attr-defined]


def cipher_of(dialect: Dialect) -> FieldCipher | None:
    """The cipher of an engine's columns."""
    found: FieldCipher | None = getattr(dialect, "hub_fields", None)
    return found


class Sealed(TypeDecorator[Any]):
    """A column whose value opens only in its own row, which the columns ``row`` name."""

    impl: Any = Text
    cache_ok = True
    prefix: Any = _WORDS

    def __init__(self, row: tuple[str, ...]) -> None:
        """``row``: columns that never change and are not sealed themselves."""
        super().__init__()
        self.row = row
        self.place = ""
        """``table.column``, told by :func:`settle`."""

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The row's name in front of the value: from the same row of the same table or alias."""
        inner: Any = column
        while isinstance(inner, Label | TypeCoerce):
            inner = inner.element if isinstance(inner, Label) else inner.clause
        return _Named(self, inner, [inner.table.c[name] for name in self.row])

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Only what is sealed already may pass, or nothing."""
        if value is None or cipher_of(dialect) is None or value.startswith(self.prefix):
            return value
        raise FieldUnreadable(f"{self.place} 只能加密后写入（hub.store.bulk）", field=self.place)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002
        """Takes the row's name off and opens the rest."""
        place, parts, split, opened = self.place, len(self.row), self.split, self.opened
        fields = cipher_of(dialect)

        def process(found: Any) -> Any:
            if found is None:
                return None
            row, value = split(found, parts)
            return value if fields is None else opened(fields, place, row, value)

        return process

    def start(self, key: bytes = b"") -> Any:
        """How what is kept begins, sealed by this key; its id is whole letters of base64."""
        return _WORDS + b64encode(key).decode()

    def key_of(self, kept: Any) -> bytes:
        """Id of the key that sealed what begins like this."""
        return a2b_base64(kept[len(_WORDS) :][: len(b64encode(bytes(KEY_ID)))])

    def split(self, found: str, parts: int) -> tuple[str, Any]:
        """The row's name in ``parts`` parts, and the value."""
        if parts == 1:
            row, _, value = found.partition(BETWEEN)
            return row, value
        *names, value = found.split(BETWEEN, parts)
        return BETWEEN.join(names), value

    def sealed(self, fields: FieldCipher, place: str, items: Sequence[tuple[str, Any]]) -> list[Any]:
        """What is kept of each (row's name, value)."""
        made = fields.seal_all(place, [(row, value.encode()) for row, value in items])
        return [_WORDS + b2a_base64(one, newline=False).decode() for one in made]

    def opened(self, fields: FieldCipher, place: str, row: str, kept: Any) -> Any:
        """The value; what is plain is given only while the ring says that something may be."""
        if kept.startswith(_WORDS):
            return fields.open(place, row, a2b_base64(kept[len(_WORDS) :])).decode()
        return _plain(fields, place, kept)


class SealedBytes(Sealed):
    """The same for bytes."""

    impl = LargeBinary
    cache_ok = True
    prefix = _BYTES

    def start(self, key: bytes = b"") -> bytes:
        """The same for bytes."""
        return _BYTES + key

    def key_of(self, kept: Any) -> bytes:
        """The same for bytes."""
        return bytes(kept)[len(_BYTES) :][:KEY_ID]

    def split(self, found: Any, parts: int) -> tuple[str, bytes]:
        """The same for bytes."""
        *names, value = bytes(found).split(_BETWEEN, parts)
        return _BETWEEN.join(names).decode(), value

    def sealed(self, fields: FieldCipher, place: str, items: Sequence[tuple[str, Any]]) -> list[Any]:
        """The same for bytes."""
        return [_BYTES + one for one in fields.seal_all(place, items)]

    def opened(self, fields: FieldCipher, place: str, row: str, kept: bytes) -> bytes:
        """The value."""
        if kept.startswith(_BYTES):
            return fields.open(place, row, kept[len(_BYTES) :])
        return _plain(fields, place, kept)


class _Examined(SealedBytes):
    cache_ok = True

    def opened(self, fields: FieldCipher, place: str, row: str, kept: bytes) -> bytes:
        try:
            return super().opened(fields, place, row, kept)
        except FieldUnreadable:
            return kept


def examined(table: Table) -> list[ColumnElement[Any]]:
    """All columns for whoever checks them: bytes that do not open come as they are kept, and agree with no hash."""
    return [_examined(column) if isinstance(column.type, SealedBytes) else column for column in table.columns]


def _examined(column: Column[Any]) -> ColumnElement[Any]:
    kind = cast("SealedBytes", column.type)
    loose = _Examined(kind.row)
    loose.place = kind.place
    return type_coerce(column, loose).label(column.name)


class Blind(TypeDecorator[str]):
    """A value that stands for the one in the column ``of``: equal where that is equal. Written from plain values.

    Compared with all that :meth:`all_blinded` gives.
    """

    impl: Any = Text(collation="C").with_variant(Text(), "sqlite")
    cache_ok = True

    def __init__(self, of: str) -> None:
        super().__init__()
        self.of = of
        self.place = ""

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """A plain value is blinded on its way."""
        return None if value is None else self.blinded(cipher_of(dialect), value)

    def blinded(self, fields: FieldCipher | None, value: str) -> str:
        """128 bits of the HMAC."""
        return self.all_blinded(fields, value)[0]

    def each_blinded(self, fields: FieldCipher | None, values: Sequence[str]) -> Sequence[str]:
        """The same for many."""
        return values if fields is None else [one.hex()[:32] for one in fields.blinds(self.place, values)[0]]

    def all_blinded(self, fields: FieldCipher | None, value: str) -> list[str]:
        """How the value may be kept, as it is written first: while the key is changed, two (``store/reblinding``)."""
        return [value] if fields is None else [one.hex()[:32] for [one] in fields.blinds(self.place, (value,))]


class BlindWords(Blind):
    """The words of a text, each blinded, every one once and in an order that tells nothing of the text's."""

    impl = Text
    cache_ok = True

    def all_blinded(self, fields: FieldCipher | None, value: str) -> list[str]:
        """Words of letters alone, so that both databases take each for one word."""
        words = set(value.split())
        if fields is None:
            return [" ".join(sorted(words))]
        return [" ".join(sorted(_tokens(one))) for one in fields.blinds(self.place, words)]

    def each_blinded(self, fields: FieldCipher | None, values: Sequence[str]) -> Sequence[str]:
        """The same for many."""
        return [self.blinded(fields, value) for value in values]


def _tokens(digests: Sequence[bytes]) -> Iterator[str]:
    """The first letters of each, all translated together."""
    letters = b"".join([one[: _TOKEN // 2] for one in digests]).hex().translate(_LETTERS)
    return (letters[at : at + _TOKEN] for at in range(0, len(letters), _TOKEN))


def _plain(fields: FieldCipher, place: str, kept: T) -> T:
    if fields.strict:
        raise FieldUnreadable(f"{place} 有一条记录没有加密，可能是绕过系统写入的", field=place)
    return kept


def settle(table: Table) -> None:
    """Tell the sealed and blind columns of a new table where they stand."""
    for column in table.columns:
        if isinstance(column.type, Sealed | Blind):
            column.type.place = f"{table.name}.{column.name}"


def sealed_columns(table: Table) -> list[tuple[Column[Any], Sealed]]:
    """Those of a table, with what seals them."""
    return [(column, column.type) for column in table.columns if isinstance(column.type, Sealed)]


class _Named(FunctionElement[Any]):
    """``row ‖ separator ‖ value`` in the type of the value."""

    name = "named"
    inherit_cache = True

    def __init__(self, kind: Sealed, column: ColumnElement[Any], row: Sequence[ColumnElement[Any]]) -> None:
        self.type = kind
        super().__init__(column, *row)


@compiles(_Named, "sqlite")
def _named_sqlite(element: _Named, compiler: SQLCompiler, **options: Any) -> str:
    value, row = _pieces(element, compiler, options)
    joined = f"{row} || {value}"
    return f"CAST({joined} AS BLOB)" if isinstance(element.type, SealedBytes) else joined


@compiles(_Named, "postgresql")
def _named_postgresql(element: _Named, compiler: SQLCompiler, **options: Any) -> str:
    value, row = _pieces(element, compiler, options)
    return f"convert_to({row}, 'UTF8') || {value}" if isinstance(element.type, SealedBytes) else f"{row} || {value}"


def _pieces(element: _Named, compiler: SQLCompiler, options: dict[str, Any]) -> tuple[str, str]:
    value, *row = (compiler.process(clause, **options) for clause in element.clauses)
    return value, " || ".join(f"{part} || '{BETWEEN}'" for part in row)
