"""The servers a test may ask for. `tests/run.py` starts them once; under plain pytest each worker starts its own.

A server that cannot be had skips the test on a developer's machine and fails it where CI=true.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from deploy import services

ROOT = Path(__file__).resolve().parent.parent
_numbers = itertools.count()

# How long an example takes says how busy the machine is, and nothing about what the test proves; and whether a change
# is sound must not depend on the luck of one run. `pytest --hypothesis-profile=default` tries examples never tried yet.
settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules with slow tests come first, so that no worker is left alone with one of them in the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy address of the maintenance database of a private PostgreSQL."""
    with _server("HUB_TEST_POSTGRES", services.postgres) as url:
        yield url


@pytest.fixture(scope="session")
def rabbit() -> Iterator[str]:
    """AMQP address of a private RabbitMQ, shared by the whole run: name your exchanges and queues uniquely."""
    with _server("HUB_TEST_RABBITMQ", services.rabbitmq) as url:
        yield url


@pytest.fixture(scope="session")
def _migrated_template(postgres_url: str) -> str:
    """Name of a database built by the migrations; made once per cluster, whichever worker comes first."""
    files = sorted((ROOT / "hub" / "store").rglob("*.py"))
    name = "template_" + hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    with _administrator(postgres_url) as connection:
        connection.execute("SELECT pg_advisory_lock(20260413)")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            from hub.store.session import migrate

            connection.execute(f'DROP DATABASE IF EXISTS "{name}_unfinished" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}_unfinished"')
            migrate(_database(postgres_url, f"{name}_unfinished"))
            connection.execute(f'ALTER DATABASE "{name}_unfinished" RENAME TO "{name}"')
    return name


@pytest.fixture
def pg_database(postgres_url: str, _migrated_template: str) -> Iterator[str]:
    """SQLAlchemy address of an empty, migrated database of this test's own."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with _administrator(postgres_url) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{_migrated_template}"')
    yield _database(postgres_url, name)
    with _administrator(postgres_url) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _server(variable: str, start: Callable[[Path], AbstractContextManager[str]]) -> Iterator[str]:
    given = os.environ.get(variable)
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="hub-tests-") as folder:
        Path(folder).chmod(0o755)
        try:
            if given == "":
                raise services.ServiceMissing(f"{variable}: tests/run.py could not start it; its output says why")
            server = start(Path(folder) / "server")
            url = server.__enter__()
        except (services.ServiceMissing, services.ServiceFailed) as problem:
            if os.environ.get("CI") == "true":
                pytest.fail(str(problem))
            pytest.skip(str(problem))
        try:
            yield url
        finally:
            server.__exit__(None, None, None)


def _administrator(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def _database(url: str, name: str) -> str:
    return f"{url.rpartition('/')[0]}/{name}"
