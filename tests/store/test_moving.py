"""An office that outgrows the embedded file takes everything along."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import select

from hub.core.errors import Misconfigured
from hub.store.engine import open_engine, parse_url
from hub.store.moving import copy_database
from hub.store.session import open_store
from hub.store.tables.metadata import metadata
from tests.builders import YULIN, draft, message
from tests.builders_fields import FIELDS
from tests.contracts.store_writes import WRITES


def fill(url: str) -> None:
    """Every way to write, once: whatever table there is has had its turn."""
    store = open_store(url, YULIN, FIELDS)
    for write in WRITES:
        with suppress(Exception), store.begin() as uow:
            write.given(uow)
            write.act(uow)
    with store.begin() as uow:
        uow.outbox.add([draft() for _ in range(2500)])
    store.close()


def rows(url: str) -> dict[str, list[tuple]]:
    engine = open_engine(parse_url(url), read_only=True)
    with engine.connect() as connection:
        found = {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return found


def test_every_table_arrives_row_by_row_in_either_direction(sqlite_url: str, pg_database: str, tmp_path):
    fill(sqlite_url)
    told: list[str] = []

    total = copy_database(sqlite_url, pg_database, say=lambda table, _: told.append(table))
    copy_database(pg_database, f"sqlite:///{tmp_path / 'back.sqlite'}")

    before = rows(sqlite_url)
    assert rows(pg_database) == before
    assert rows(f"sqlite:///{tmp_path / 'back.sqlite'}") == before
    assert total == sum(map(len, before.values()))
    assert set(told) == {name for name, found in before.items() if found}
    assert len(told) >= 30


def test_the_node_goes_on_counting_where_it_was(sqlite_url: str, pg_database: str):
    fill(sqlite_url)
    copy_database(sqlite_url, pg_database)

    store = open_store(pg_database, YULIN, FIELDS)
    with store.begin() as uow:
        uow.outbox.add([draft()])
        uow.messages.add([message(seq=9)])
        assert [row.title for row in uow.outbox.take(1)] == [draft().title], "opens there as it did here"
        assert uow.outbox.count() > 2500
    store.close()


def test_another_node_s_database_is_refused_and_left_as_it_was(sqlite_url: str, pg_url: str):
    before = rows(pg_url)

    with pytest.raises(Misconfigured, match="目标数据库中已有节点"):
        copy_database(sqlite_url, pg_url)

    assert rows(pg_url) == before
    assert copy_database(sqlite_url, pg_url, replace=True) == sum(map(len, rows(sqlite_url).values()))
