"""A database that does not answer is said to be away, and used again as soon as it is back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import InvalidRequestError

from deploy.services import PrivatePostgres, ServiceMissing
from hub.core.errors import DatabaseAway
from hub.store.session import SqlStore, migrate, open_store
from hub.store.wake import open_wake
from tests.builders import YULIN, draft, message
from tests.store.conftest import make_node


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[PrivatePostgres]:
    """A PostgreSQL of this test's own, to be stopped."""
    folder = tmp_path_factory.mktemp("away")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)
    try:
        with PrivatePostgres(folder / "server") as running:
            yield running
    except ServiceMissing as problem:
        pytest.skip(str(problem))


@pytest.mark.slow
def test_postgresql_stopped_at_any_moment_is_away_and_comes_back(server: PrivatePostgres):
    url = make_node(server.url)
    store, wake = open_store(url, YULIN), open_wake(url)
    with pytest.raises(DatabaseAway), store.begin() as uow:  # noqa: PT012
        uow.outbox.add([draft()])
        server.kill()
        uow.messages.add([message()])
    with pytest.raises(DatabaseAway):
        store.begin().__enter__()
    with pytest.raises(DatabaseAway):
        store.read().__enter__()
    with pytest.raises(DatabaseAway):
        wake.wait(1)
    with pytest.raises(DatabaseAway):
        migrate(url)
    server.start()
    assert wake.wait(60), "after a silence there may be something to do"
    with store.begin() as uow:
        assert uow.outbox.count() == 0
        uow.outbox.add([draft()])
    assert wake.wait(60)
    wake.close()
    store.close()


@pytest.mark.slow
def test_a_commit_that_does_not_come_through_is_away(server: PrivatePostgres):
    store = open_store(make_node(server.url), YULIN)
    with pytest.raises(DatabaseAway), store.begin() as uow:  # noqa: PT012
        uow.outbox.add([draft()])
        server.kill()
    store.close()


def test_a_file_that_is_not_there_is_away(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path}/nowhere/hub.sqlite", YULIN)
    with pytest.raises(DatabaseAway):
        store.begin().__enter__()
    with pytest.raises(DatabaseAway):
        open_wake(f"sqlite:///{tmp_path}/nowhere/hub.sqlite")
    store.close()


def test_a_file_without_tables_is_away(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path}/hub.sqlite", YULIN)
    with pytest.raises(DatabaseAway):
        store.begin().__enter__()
    store.close()


def test_a_full_disk_is_away_and_undoes_all_of_the_transaction(sqlite_store: SqlStore):
    @event.listens_for(sqlite_store._engine, "connect")
    def _fill(connection, _record):
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size instead: not one page more

    with pytest.raises(DatabaseAway, match="full"), sqlite_store.begin() as uow:
        uow.outbox.add([draft(body=b"x" * 4000) for _ in range(200)])
    with sqlite_store.begin() as uow:
        assert uow.outbox.count() == 0


def test_a_mistake_of_ours_is_not_called_away(store: SqlStore):
    """What SQLAlchemy itself refuses will be refused for ever: trying again would hide it."""
    with pytest.raises(InvalidRequestError), store.read() as view:
        view.execute(text("SELECT 1 WHERE 1 = 0")).scalar_one()
