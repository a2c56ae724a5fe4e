"""Connections set up so that a commit is on the disk, a lock is waited for only so long, and times are UTC."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hub.core.errors import DatabaseAway, Misconfigured
from hub.store.fields import protect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry

    from hub.flows.ports.fields import FieldCipher

PATIENCE = 10.0
"""Seconds to wait for another transaction's lock before giving up and trying again later."""
RESTED = 1.0
"""Seconds after which a connection might have died unnoticed."""

_FULL = "请系统管理员腾出磁盘空间；之后自动继续，已收到的附件分块不必重传。"

_FAILURES = (DBAPIError, PoolTimeout, PendingRollbackError, psycopg.Error, sqlite3.Error)
"""What the database says. A statement that SQLAlchemy itself refuses is a fault of ours and stays one."""


def parse_url(text: str) -> URL:
    """The database's address; psycopg 3 is the one PostgreSQL driver."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise Misconfigured("数据库地址格式不正确", field="database") from error
    if url.drivername == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"postgresql+psycopg", "sqlite"} or (url.drivername == "sqlite" and not url.database):
        raise Misconfigured("数据库地址应以 postgresql:// 或 sqlite:///文件 开头", field="database")
    return url


def open_engine(url: URL, *, read_only: bool = False, fields: FieldCipher | None = None) -> Engine:
    """A pool of connections; none is opened before it is needed. ``fields`` opens what is sealed at rest."""
    make = _sqlite if url.get_backend_name() == "sqlite" else _postgresql
    engine = make(url, read_only=read_only)
    protect(engine.dialect, fields)
    return engine


def _postgresql(url: URL, *, read_only: bool) -> Engine:
    options = f"-c timezone=UTC -c lock_timeout={int(PATIENCE * 1000)}"
    if read_only:
        # A page asks several questions: all are answered from one moment, as on SQLite.
        options += r" -c default_transaction_read_only=on -c default_transaction_isolation=repeatable\ read"
    else:
        # What writes looks a few hundred rows up by their keys. Expecting more of a table that nobody has analysed yet,
        # the planner would read all of it, start processes of its own for that, or compile it.
        options += " -c random_page_cost=1.1 -c max_parallel_workers_per_gather=0 -c jit=off"
    # A plan kept from when a table was empty reads all of it once it is large. Statements are parsed once and planned
    # anew each time, which costs little.
    options += " -c plan_cache_mode=force_custom_plan"
    engine = create_engine(url, connect_args={"connect_timeout": 5, "options": options, "prepare_threshold": 2})
    _ask_the_rested(engine)
    return engine


def _ask_the_rested(engine: Engine) -> None:
    """A connection that was left alone for a while is asked whether it lives before it is used again.

    Each time (``pool_pre_ping``) would be one question more to every transaction.
    """

    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _wake(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("rests_since", time.monotonic()) < RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise DisconnectionError from error


def asking(engine: Engine) -> Engine:
    """The same pool for single questions: on PostgreSQL without a transaction around each."""
    return engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def translated() -> Iterator[None]:
    """Whatever the driver says becomes the one error that means: nothing was recorded, try again."""
    try:
        yield
    except _FAILURES as error:
        cause = getattr(error, "orig", None) or error
        first = str(cause).strip().split("\n", maxsplit=1)[0]
        if isinstance(cause, psycopg.errors.DiskFull) or "disk is full" in first:
            raise DatabaseAway(f"数据库所在磁盘已满，没有写入任何内容（{first}）", advice=_FULL) from error
        raise DatabaseAway(f"数据库暂时不可用：{first}") from error


def _sqlite(url: URL, *, read_only: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": PATIENCE})
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        _journal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # What is deleted is overwritten: an erased text must not be found in the free pages of the file.
        connection.execute("PRAGMA secure_delete = ON")
        if read_only:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def empty_log(engine: Engine) -> None:
    """Bring SQLite's write-ahead log into the file and cut it to nothing; while somebody reads, the next one does."""
    with translated():
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()


def _journal(connection: sqlite3.Connection) -> None:
    """Write-ahead log. SQLite does not wait for others while a new file's mode is changed, so we do."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return
