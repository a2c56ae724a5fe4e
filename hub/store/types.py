"""Column types that mean the same on PostgreSQL and SQLite, and the encodings of what has no type of its own.

On PostgreSQL the server's own types are used and nothing is converted in Python. SQLite's STRICT tables know INTEGER,
TEXT and BLOB only: a moment is whole microseconds since 1970 (exact and ordered), a date ISO text, a flag 0 or 1.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import BigInteger, Boolean, Date, DateTime, Integer, LargeBinary, Text, TypeDecorator

from hub.flows.rows import PartMeta

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Dialect

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime | None) -> int | None:
    """Whole microseconds since 1970 in UTC."""
    return None if moment is None else (moment - EPOCH) // _MICROSECOND


def from_micros(value: int | None) -> datetime | None:
    """The aware UTC moment again, exactly."""
    return None if value is None else EPOCH + timedelta(microseconds=value)


def to_iso(day: date | None) -> str | None:
    """ISO text of a date."""
    return None if day is None else day.isoformat()


class _Micros(TypeDecorator[datetime]):
    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return from_micros(value)


class _IsoDay(TypeDecorator[date]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return to_iso(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:  # noqa: ARG002
        return None if value is None else date.fromisoformat(value)


class _Bit(TypeDecorator[bool]):
    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:  # noqa: ARG002
        return None if value is None else bool(value)


class JsonParam(TypeDecorator[Any]):
    """A list as one JSON parameter, see :mod:`hub.store.work`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> str:
        """JSON text; on SQLite with moments as it keeps them."""
        items = list(value or ())
        if dialect.name == "sqlite":
            return orjson.dumps(items, default=to_micros, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()
        return orjson.dumps(items).decode()


Moment = DateTime(timezone=True).with_variant(_Micros(), "sqlite")
"""An instant; comes back aware, in UTC."""
Day = Date().with_variant(_IsoDay(), "sqlite")
Flag = Boolean().with_variant(_Bit(), "sqlite")
Int = Integer()
Big = BigInteger().with_variant(Integer(), "sqlite")
Key = Text(collation="C").with_variant(Text(), "sqlite")
"""Ids and hashes: compared byte by byte whatever the database's locale, which is faster and orders as SQLite does."""
Words = Text()
"""What people write."""
Raw = LargeBinary()


def clean(text: str | None) -> str | None:
    """``text`` without NUL, which PostgreSQL cannot store: a peer's title must never wedge the intake."""
    return text if text is None or "\0" not in text else text.replace("\0", "\ufffd")


def dump_strings(items: tuple[str, ...]) -> str:
    """Compact JSON of a tuple of texts."""
    return orjson.dumps(items).decode() if items else "[]"


def load_strings(text: str) -> tuple[str, ...]:
    """The tuple again."""
    return () if text == "[]" else tuple(orjson.loads(text))


def dump_parts(parts: tuple[PartMeta, ...]) -> str:
    """Compact JSON of attachments: ``[[sha256, size, media type], …]``."""
    return orjson.dumps([(p.sha256, p.size, p.media_type) for p in parts]).decode() if parts else "[]"


def load_parts(text: str) -> tuple[PartMeta, ...]:
    """The attachments again."""
    return () if text == "[]" else tuple(PartMeta(*part) for part in orjson.loads(text))
