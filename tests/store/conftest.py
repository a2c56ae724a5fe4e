"""Databases with a node in them, of both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from hub.core.envelope import decode
from hub.store.session import SqlStore, create_node, open_store
from tests.builders import NOW, YULIN, federation, incarnation
from tests.builders_fields import FIELDS


def make_node(url: str) -> str:
    """Make the database at ``url`` the node of 玉林."""
    trust = federation().trust
    create_node(
        url,
        member=YULIN,
        incarnation=incarnation(),
        fingerprint=decode(trust.root_raw).hash,
        root_raw=trust.root_raw,
        roster_raw=trust.roster_raw,
        agreement_raw=trust.agreement_raw,
        now=NOW,
    )
    return url


@pytest.fixture(scope="session")
def sqlite_node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a node in a file, to copy; migrations run once."""
    folder = tmp_path_factory.mktemp("node")
    make_node(f"sqlite:///{folder / 'hub.sqlite'}")
    return folder


@pytest.fixture
def sqlite_url(sqlite_node: Path, tmp_path: Path) -> str:
    """A node in a file."""
    copytree(sqlite_node, tmp_path, dirs_exist_ok=True)
    return f"sqlite:///{tmp_path / 'hub.sqlite'}"


@pytest.fixture
def pg_url(pg_database: str) -> str:
    """A node in PostgreSQL."""
    return make_node(pg_database)


@pytest.fixture(params=["sqlite_url", "pg_url"])
def url(request: pytest.FixtureRequest) -> str:
    """A node in each."""
    found: str = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """Its store."""
    opened = open_store(url, YULIN, FIELDS)
    yield opened
    opened.close()


@pytest.fixture
def pg_store(pg_url: str) -> Iterator[SqlStore]:
    """The store of a node in PostgreSQL."""
    opened = open_store(pg_url, YULIN, FIELDS)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[SqlStore]:
    """The store of a node in a file."""
    opened = open_store(sqlite_url, YULIN, FIELDS)
    yield opened
    opened.close()
