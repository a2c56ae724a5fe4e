"""The ground a measurement stands on: private servers, processor time by process, and how busy the machine was."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy.processes import descendants
from deploy.services import PrivatePostgres, PrivateRabbit
from tests.bench.profiling import STATEMENTS, WATCH_STATEMENTS

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Servers:
    """A running PostgreSQL (stock settings, fsync on) and RabbitMQ."""

    postgres: PrivatePostgres
    rabbit: PrivateRabbit

    def database(self, name: str) -> str:
        """SQLAlchemy address of a new, empty database."""
        with psycopg.connect(plain(self.postgres.url), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"{self.postgres.url.rpartition('/')[0]}/{name}"

    def processor_seconds(self) -> dict[str, float]:
        """Processor time used so far by each server with everything it started."""
        return {"postgresql": tree_seconds(self.postgres.pid), "rabbitmq": tree_seconds(self.rabbit.pid)}

    def forget_statements(self) -> None:
        """Count statements from now on."""
        with psycopg.connect(plain(self.postgres.url), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
            connection.execute("SELECT pg_stat_statements_reset()")

    def statements(self) -> list[tuple[str, ...]]:
        """The costliest statements since then; the servers must be ``watched``."""
        with psycopg.connect(plain(self.postgres.url)) as connection:
            return connection.execute(STATEMENTS).fetchall()

    def versions(self) -> str:
        """PostgreSQL's own account of its version."""
        with psycopg.connect(plain(self.postgres.url)) as connection:
            found = connection.execute("SHOW server_version").fetchone()
        return f"PostgreSQL {found[0].split()[0] if found else '?'}"


@contextmanager
def servers(*, watched: bool = False, broker: bool = True) -> Iterator[Servers]:
    """Start both on fresh data, and end them whatever happens; ``watched``: PostgreSQL counts its statements."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        Path(folder).chmod(0o755)  # the servers run as users of their own
        postgres, rabbit = PrivatePostgres(Path(folder) / "postgres"), PrivateRabbit(Path(folder) / "rabbit")
        with postgres, rabbit if broker else nullcontext():
            if watched:
                with psycopg.connect(plain(postgres.url), autocommit=True) as connection:
                    connection.execute(WATCH_STATEMENTS)
                postgres.stop()
                postgres.start()
            yield Servers(postgres, rabbit)


def plain(url: str) -> str:
    """The address as psycopg itself wants it."""
    return url.replace("+psycopg", "")


def tree_seconds(pid: int) -> float:
    """Processor seconds of a process, its living descendants, and those it has already buried."""
    own, buried = _seconds(pid)
    return own + buried + sum(_seconds(child)[0] for child in descendants(pid))


def _seconds(pid: int) -> tuple[float, float]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return 0.0, 0.0
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK, (int(fields[13]) + int(fields[14])) / _TICK


def busy_share(before: tuple[float, float], after: tuple[float, float]) -> float:
    """Share of all cores' time that was spent between two :func:`cpu_times`."""
    total = after[1] - before[1]
    return (after[0] - before[0]) / total if total else 0.0


def cpu_times() -> tuple[float, float]:
    """(busy, all) seconds of the whole machine since it started."""
    numbers = [int(each) for each in Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:9]]
    idle = numbers[3] + numbers[4]
    return (sum(numbers) - idle) / _TICK, sum(numbers) / _TICK


def load() -> float:
    """Runnable processes, average of the last minute."""
    return round(os.getloadavg()[0], 2)


def surroundings() -> dict[str, object]:
    """What a reader needs to compare figures."""
    return {"cores": os.cpu_count(), "python": platform.python_version(), "load_before": load()}


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of ``values`` do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else float("nan")


def table(rows: Sequence[Sequence[object]]) -> str:
    """Rows under one another, the first column to the left."""
    texts = [[f"{cell:,.1f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in texts) for column in range(len(texts[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not number else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in texts
    )
