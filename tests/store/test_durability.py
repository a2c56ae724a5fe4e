"""What was committed is on the disk, what was not is gone, whatever happens to the process."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.core.errors import DatabaseAway
from hub.core.streams import StreamId
from hub.store.session import SqlStore, open_store
from tests.builders import BEIHAI, YULIN, draft, message
from tests.builders_fields import FIELDS

WORKER = """
import sys
from hub.store.session import open_store
from tests.builders import YULIN, draft
from tests.builders_fields import FIELDS
store = open_store(sys.argv[1], YULIN, FIELDS)
with store.begin() as uow:
    uow.outbox.add([draft()])
with store.begin() as uow:
    uow.outbox.add([draft(), draft()])
    print("written", flush=True)
    sys.stdin.read()
"""


def test_a_killed_process_leaves_what_it_committed_and_nothing_else(url: str):
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    process.kill()
    process.wait(60)
    process.stdin.close()
    process.stdout.close()
    store = open_store(url, YULIN, FIELDS)
    with store.begin() as uow:
        assert uow.outbox.count() == 1
    store.close()


def test_a_commit_to_a_file_is_synced_and_tables_are_strict(sqlite_store: SqlStore):
    with sqlite_store._engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        strict = connection.exec_driver_sql("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
        # A full-text index knows no types; its content is a table that does.
        loose = {name for name, is_strict in strict if not is_strict and not name.startswith("search_fts")}
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    assert loose == {"alembic_version", "sqlite_schema"}


def test_a_commit_to_postgresql_is_synced_and_waits_for_locks_only_so_long(pg_store: SqlStore):
    with pg_store._engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("synchronous_commit", "fsync", "transaction_isolation", "lock_timeout", "timezone")
        }
    assert found == {
        "synchronous_commit": "on",
        "fsync": "on",
        "transaction_isolation": "read committed",
        "lock_timeout": "10s",
        "timezone": "UTC",
    }


def test_who_reads_cannot_write(store: SqlStore):
    with pytest.raises(DatabaseAway) as caught, store.read() as view:
        view.execute(text("DELETE FROM outbox"))
    assert isinstance(caught.value.__cause__, DBAPIError)
    assert "read" in str(caught.value)


def test_a_message_another_worker_has_recorded_meanwhile_means_try_again(store: SqlStore):
    row = message()
    with store.begin() as uow:
        uow.messages.add([row])
    with pytest.raises(DatabaseAway), store.begin() as uow:  # noqa: PT012
        uow.outbox.add([draft()])
        uow.messages.add([row])
    with store.begin() as uow:
        assert uow.outbox.count() == 0


def test_two_messages_in_one_place_are_never_both_recorded(store: SqlStore):
    first = message(audience=BEIHAI, seq=4)
    with store.begin() as uow:
        uow.messages.add([first])
    with pytest.raises(DatabaseAway), store.begin() as uow:
        uow.messages.add([message(audience=BEIHAI, seq=4)])
    with store.begin() as uow:
        assert [row.hash for row in uow.messages.range_of(StreamId(YULIN, BEIHAI, first.incarnation), 1, 9)] == [
            first.hash
        ]


def test_a_text_with_a_nul_is_kept_readable(store: SqlStore):
    """PostgreSQL cannot store NUL: a peer's title must not wedge the intake for ever."""
    row = message(title="a\0b")
    with store.begin() as uow:
        uow.messages.add([row])
        assert [found.title for found in uow.messages.get([row.hash])] == ["a\ufffdb"]
