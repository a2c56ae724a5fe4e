"""What the nodes stand on: SQLite and a spool directory, or PostgreSQL and RabbitMQ started privately."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Protocol

from deploy import processes
from deploy.demo.offices import OFFICES, Office
from deploy.demo.pipes import BrokerPipe, Pipe, SpoolPipe
from deploy.services import PrivatePostgres, PrivateRabbit, ServiceFailed


class Backend(Protocol):
    """Where each node's database and pipe are. Online nodes share a pipe; the one behind the gap has its own."""

    title: str

    @property
    def pipe(self) -> Pipe:
        """The pipe of the online nodes, to be tampered with."""
        ...

    def begin(self) -> None:
        """Begin to bring up what is needed; returns at once."""
        ...

    def wait_database(self) -> None:
        """Return when databases serve and :meth:`transport` is known."""
        ...

    def wait_pipe(self) -> None:
        """Return when the pipe serves."""
        ...

    def stop(self) -> None:
        """End what was started."""
        ...

    def database(self, home: Path) -> str:
        """Address for ``hub.toml``; ``home`` is named after the member."""
        ...

    def transport(self, office: Office) -> str:
        """Address for ``hub.toml``."""
        ...


class Embedded:
    """Nothing to install: a file for each database, a directory as the pipe."""

    title = "SQLite · 交换目录"

    def __init__(self, base: Path) -> None:
        """Everything lies under ``base``."""
        self._base = base

    @property
    def pipe(self) -> Pipe:
        """The spool directory."""
        return SpoolPipe(self._base / "spool")

    def begin(self) -> None:
        """Make the directories."""
        for folder in ("spool", "gap"):
            (self._base / folder).mkdir(parents=True, exist_ok=True)

    def wait_database(self) -> None:
        """A file is made when it is needed."""

    def wait_pipe(self) -> None:
        """A directory is always there."""

    def stop(self) -> None:
        """Nothing runs."""

    def database(self, home: Path) -> str:
        """A file in the node's home."""
        return f"sqlite:///{home / 'hub.db'}"

    def transport(self, office: Office) -> str:
        """The node behind the gap has a directory nobody else writes to."""
        return f"spool:{self._base / ('spool' if office.reach == 'online' else 'gap')}"


class Services:
    """A private PostgreSQL with one database for each node, and a private RabbitMQ."""

    title = "PostgreSQL · RabbitMQ"

    def __init__(self, base: Path) -> None:
        """Data of both servers lies under ``base``."""
        self._base = base
        self._postgres = PrivatePostgres(base / "postgres")
        self._rabbit = PrivateRabbit(base / "rabbit")
        self._pool = ThreadPoolExecutor(2)
        self._starting: list[Future[object]] = []

    @property
    def pipe(self) -> Pipe:
        """The broker."""
        return BrokerPipe(self._rabbit.url)

    def begin(self) -> None:
        """Both at once; the broker takes longer."""
        (self._base / "gap").mkdir(parents=True, exist_ok=True)
        self._starting = [self._pool.submit(self._start_postgres), self._pool.submit(self._rabbit.start)]

    def wait_database(self) -> None:
        """The cluster serves, and the broker has chosen its port."""
        self._starting[0].result()
        if not processes.wait_until(lambda: self._has_port() or self._starting[1].done(), 60):
            raise ServiceFailed("RabbitMQ 未能启动")
        if self._starting[1].done():
            self.wait_pipe()

    def wait_pipe(self) -> None:
        """The broker serves."""
        self._starting[1].result()

    def stop(self) -> None:
        """Both at once, also when one never came up."""
        wait(self._starting)
        for stopped in [self._pool.submit(self._rabbit.stop), self._pool.submit(self._postgres.stop)]:
            stopped.result()
        self._pool.shutdown()

    def database(self, home: Path) -> str:
        """A database of its own in the one cluster."""
        return f"{self._postgres.url.rpartition('/')[0]}/{_database(home.name)}"

    def transport(self, office: Office) -> str:
        """The broker; behind the gap there is none."""
        return self._rabbit.url if office.reach == "online" else f"spool:{self._base / 'gap'}"

    def _has_port(self) -> bool:
        try:
            return bool(self._rabbit.port())
        except KeyError:
            return False

    def _start_postgres(self) -> None:
        import psycopg

        self._postgres.start()
        with psycopg.connect(self._postgres.url.replace("+psycopg", ""), autocommit=True) as connection:
            known = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
            for office in OFFICES:
                if _database(office.id) not in known:
                    connection.execute(f'CREATE DATABASE "{_database(office.id)}"'.encode())


def _database(member: str) -> str:
    return f"hub_{member.replace('-', '_')}"
