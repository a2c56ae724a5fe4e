"""One store per test for every backend of the contract suite."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from shutil import copyfile

import pytest

from deploy.services import PrivateRabbit
from hub.store.session import migrate
from tests.builders import federation
from tests.contracts.pipes import MemoryPipe, Pipe, RabbitPipe, SpoolPipe, private_broker
from tests.contracts.stores import Backend, MemoryBackend, Opener, SqlBackend

_numbers = itertools.count(100001)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy."""
    path = tmp_path_factory.mktemp("template") / "hub.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> str:
    """Address of an empty, migrated database file of this test's own."""
    path = tmp_path / "hub.sqlite"
    copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def sql_url(request: pytest.FixtureRequest) -> str:
    """Address of an empty, migrated database of each kind."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_database", "postgresql": "pg_database"}[request.param])
    return url


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def opener(request: pytest.FixtureRequest) -> Opener:
    """How to make the store under test; to be called once."""
    if request.param == "memory":
        return MemoryBackend
    database = "sqlite_database" if request.param == "sqlite" else "pg_database"
    return partial(SqlBackend, request.getfixturevalue(database))


@pytest.fixture
def backend(opener: Opener) -> Iterator[Backend]:
    """A node with the signed files of the default federation."""
    opened = opener(federation().trust)
    yield opened
    opened.close()


@pytest.fixture
def bare_backend(opener: Opener) -> Iterator[Backend]:
    """A store of which nobody has made a node yet."""
    opened = opener(None)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def broker() -> Iterator[PrivateRabbit]:
    with private_broker() as server:
        yield server


@pytest.fixture(params=["memory", "spool", "rabbit"])
def pipe(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pipe]:
    made: Pipe
    if request.param == "memory":
        made = MemoryPipe()
    elif request.param == "spool":
        made = SpoolPipe(tmp_path / "spool")
    else:
        made = RabbitPipe(request.getfixturevalue("broker"))
    yield made
    made.close()


@pytest.fixture
def names() -> tuple[str, str, str]:
    """Three members nobody used before: on the broker, queues outlive the test."""
    city = next(_numbers)
    return f"{city}-mr", f"{city}-ps", f"{city}-jm"
