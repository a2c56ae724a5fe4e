"""Starts the next arrow at once when another process has recorded something for it (DESIGN D10).

PostgreSQL says so by NOTIFY at commit. SQLite is asked every 10 ms whether anybody else has committed: one read of a
shared memory page.
"""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

import psycopg

from hub.store.engine import parse_url, translated

if TYPE_CHECKING:
    from sqlalchemy import URL

POLL = 0.01
"""Seconds between two looks at an SQLite file."""


class Wake(Protocol):
    """Waits for work; belongs to one thread."""

    def wait(self, timeout: float) -> bool:
        """True as soon as something was recorded since the last call, False after ``timeout`` seconds.

        It may be true for nothing, never the other way round. Raises ``DatabaseAway``; the next call connects again.
        """
        ...

    def close(self) -> None:
        """Give back the connection."""
        ...


def open_wake(url: str) -> Wake:
    """The wake of the database at ``url``; what is recorded from now on counts."""
    address = parse_url(url)
    return SqliteWake(address) if address.get_backend_name() == "sqlite" else PostgresWake(address)


class PostgresWake:
    """LISTEN on a connection of its own."""

    def __init__(self, url: URL) -> None:
        """Listens at once; a database that is away is tried again by :meth:`wait`."""
        self._conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.Connection | None = None
        try:
            self._connection = self._listen()
        except psycopg.Error:
            self._connection = None

    def wait(self, timeout: float) -> bool:
        """Wait for a notification; several count as one."""
        with translated():
            if self._connection is None:
                self._connection = self._listen()
                return True  # what was recorded meanwhile was not heard
            try:
                heard = bool(list(self._connection.notifies(timeout=timeout, stop_after=1)))
                if heard:
                    list(self._connection.notifies(timeout=0))
            except psycopg.Error:
                self.close()
                raise
            return heard

    def close(self) -> None:
        """Stop listening."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> psycopg.Connection:
        connection = psycopg.connect(self._conninfo, autocommit=True, connect_timeout=5)
        try:
            connection.execute("LISTEN hub_wake")
        except psycopg.Error:
            connection.close()
            raise
        return connection


class SqliteWake:
    """A short poll of ``PRAGMA data_version``, which changes whenever another connection has committed."""

    def __init__(self, url: URL) -> None:
        """Looks at once."""
        self._path = url.database or ""
        self._connection: sqlite3.Connection | None = None
        self._seen = -1
        with translated():
            self._seen = self._version()

    def wait(self, timeout: float) -> bool:
        """Wait for a commit by anybody."""
        end = time.monotonic() + timeout
        with translated():
            while (version := self._version()) == self._seen:
                left = end - time.monotonic()
                if left <= 0:
                    return False
                time.sleep(min(POLL, left))
        self._seen = version
        return True

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _version(self) -> int:
        if self._connection is None:
            # An ordinary connect would make an empty file where there is none.
            self._connection = sqlite3.connect(f"file:{quote(self._path)}?mode=rw", uri=True, isolation_level=None)
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
