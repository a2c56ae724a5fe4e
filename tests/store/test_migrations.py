"""The migrations build exactly the tables the statements are written for, whoever and how many start them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from hub.core.errors import Misconfigured
from hub.store.engine import open_engine, parse_url
from hub.store.migrate import HEAD, SCRIPTS, downgrade, migrate, upgrade
from hub.store.migrate import version as version_of
from hub.store.session import open_store
from hub.store.tables import metadata
from tests.builders import BEIHAI, YULIN
from tests.store.conftest import make_node


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database nobody has touched."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.sqlite'}"
    url: str = request.getfixturevalue("pg_database")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url


both = pytest.mark.parametrize("empty_url", ["sqlite", "postgresql"], indirect=True)


def is_declared(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """The full text index is each database's own; what it finds is tested in test_finding."""
    return not (kind in ("table", "index") and (name or "").startswith("search_fts"))


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_declared})
    return list(compare_metadata(context, metadata))


def partial_indexes(connection: Connection) -> dict[str, str]:
    """Name -> condition as the database keeps it; Alembic does not compare these."""
    found = {}
    for table in metadata.tables.values():
        for index in inspect(connection).get_indexes(table.name):
            options = index.get("dialect_options", {})
            where = options.get("sqlite_where", options.get("postgresql_where"))
            if where is not None:
                found[str(index["name"])] = str(where)
    return found


@both
def test_migrations_build_exactly_the_tables_the_statements_are_written_for(empty_url: str):
    migrate(empty_url)
    engine = open_engine(parse_url(empty_url))
    with engine.connect() as connection:
        assert differences(connection) == []
        wanted = {
            str(index.name)
            for table in metadata.tables.values()
            for index in table.indexes
            if index.dialect_options["postgresql"]["where"] is not None
        }
        assert partial_indexes(connection).keys() == wanted
    engine.dispose()


@both
def test_migrations_go_up_and_down_and_up_again(empty_url: str):
    engine = open_engine(parse_url(empty_url))
    with engine.begin() as connection:
        upgrade(connection, HEAD)
    with engine.begin() as connection:
        downgrade(connection, "base")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    with engine.begin() as connection:
        upgrade(connection, HEAD)
        assert differences(connection) == []
    engine.dispose()


@both
def test_a_migration_that_fails_leaves_nothing_behind(empty_url: str):
    engine = open_engine(parse_url(empty_url))
    with pytest.raises(ZeroDivisionError), engine.begin() as connection:  # noqa: PT012
        upgrade(connection, HEAD)
        raise ZeroDivisionError
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    engine.dispose()


@both
def test_processes_that_start_together_migrate_once(empty_url: str):
    script = f"from hub.store.migrate import migrate; migrate({empty_url!r})"
    started = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    engine = open_engine(parse_url(empty_url))
    with engine.connect() as connection:
        assert version_of(connection) == HEAD
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
    engine.dispose()


def test_the_newest_file_is_the_revision_that_is_asked_for():
    assert ScriptDirectory(str(SCRIPTS)).get_heads() == [HEAD]


def test_a_database_that_is_up_to_date_is_not_shown_to_alembic(url: str):
    script = f"import sys; from hub.store.migrate import migrate; migrate({url!r}); sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_database_belongs_to_one_node(url: str):
    with pytest.raises(Misconfigured, match=YULIN):
        make_node(url)
    store = open_store(url, BEIHAI)
    with pytest.raises(Misconfigured, match=BEIHAI):
        store.begin().__enter__()
    store.close()


@pytest.mark.parametrize("address", ["mysql://x/y", "sqlite://", "nonsense", "oracle:///x"])
def test_an_address_of_something_else_is_refused(address: str):
    with pytest.raises(Misconfigured):
        migrate(address)


@both
def test_leaves_of_before_keep_what_they_have_and_the_rest_gets_the_next_positions_oldest_first(empty_url: str):
    """They were numbered in batches: the younger rows may stand lower, and the last have no position yet."""
    placed = [(1, 1), (2, 0), (3, 2), (5, None), (8, None), (9, None)]
    told = [(f"hash {number}", "seal", "thing", "officer", 1, b"salt", b"record") for number, _ in placed]
    engine = open_engine(parse_url(empty_url))
    with engine.begin() as connection:
        upgrade(connection, "0014")
        moment = "to_timestamp(:at)" if engine.dialect.name == "postgresql" else ":at"
        add = f"INSERT INTO leaves VALUES (:id, :position, :hash, :type, :subject, :actor, {moment}, :salt, :record)"
        names = ("id", "position", "hash", "type", "subject", "actor", "at", "salt", "record")
        rows = [dict(zip(names, (*place, *rest), strict=True)) for place, rest in zip(placed, told, strict=True)]
        connection.execute(text(add), rows)
        before = connection.execute(text("SELECT hash, at, salt, record FROM leaves ORDER BY hash")).all()
    with engine.begin() as connection:
        upgrade(connection, HEAD)
        found = connection.execute(text("SELECT position, hash FROM leaves ORDER BY position")).all()
        assert [tuple(row) for row in found] == list(enumerate(f"hash {n}" for n in (2, 1, 3, 5, 8, 9)))
        assert connection.execute(text("SELECT hash, at, salt, record FROM leaves ORDER BY hash")).all() == before
        sizes = connection.execute(text("SELECT name, size FROM log_sizes ORDER BY name")).all()
        assert [tuple(row) for row in sizes] == [("grown", 3), ("written", 6)]
    with engine.begin() as connection:
        downgrade(connection, "0014")
        connection.execute(text(add), {**rows[0], "id": 7, "position": None, "hash": "hash 7"})
        found = connection.execute(text("SELECT position, hash FROM leaves ORDER BY id")).all()
        places = [0, 1, 2, None, None, None, None]
        assert [tuple(row) for row in found] == [
            (place, f"hash {n}") for place, n in zip(places, (2, 1, 3, 5, 8, 9, 7), strict=True)
        ]
    engine.dispose()
