"""Sealed columns on both databases: what lies there is not what was written, and comes back only where it belongs."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import StatementError

from hub.core.errors import FieldUnreadable
from hub.keystore.ring import RingCipher
from hub.store.fields import Sealed, sealed_columns
from hub.store.session import SqlStore, open_store
from hub.store.tables import matters, messages
from hub.store.tables.metadata import metadata
from tests.builders import YULIN, matter_row, message, uuid
from tests.builders_fields import FIELDS, RING

NAME = "张三丰"


def kept(store: SqlStore, statement: str) -> list[tuple]:
    """What the database itself holds."""
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_what_lies_in_the_database_is_sealed_and_comes_back_as_it_was(store: SqlStore):
    row = message(title=f"关于{NAME}的函", raw=NAME.encode() + b"\x00\x1f\xff")
    with store.begin() as uow:
        uow.messages.add([row])

    [(title, raw)] = kept(store, "SELECT title, raw FROM messages")
    assert title.startswith("sealed:")
    assert NAME not in title
    assert NAME.encode() not in bytes(raw)
    with store.begin() as uow:
        [found] = uow.messages.get([row.hash])
    assert (found.title, bytes(found.raw)) == (row.title, row.raw)


def test_a_value_moved_to_another_row_does_not_open(store: SqlStore):
    with store.begin() as uow:
        uow.matters.save([matter_row(id=uuid(1), title="甲"), matter_row(id=uuid(2), title="乙")])
        uow.matters._work.connection.execute(
            text("UPDATE matters SET title = (SELECT title FROM matters WHERE id = :from) WHERE id = :to"),
            {"from": uuid(1), "to": uuid(2)},
        )

    with store.begin() as uow:
        assert uow.matters.get([uuid(1)])[uuid(1)].title == "甲"
        with pytest.raises(FieldUnreadable, match=uuid(2)):
            uow.matters.get([uuid(2)])


def test_a_plain_value_put_there_by_somebody_else_is_not_believed(store: SqlStore, url: str):
    with store.begin() as uow:
        uow.matters.save([matter_row(id=uuid(1))])
        uow.matters._work.connection.execute(text("UPDATE matters SET title = '假的'"))

    with store.begin() as uow, pytest.raises(FieldUnreadable, match="没有加密"):
        uow.matters.get([uuid(1)])
    before = open_store(url, YULIN, RingCipher(RING.__class__(RING.keys, RING.blind, strict=False)))
    with before.begin() as uow:
        assert uow.matters.get([uuid(1)])[uuid(1)].title == "假的", "readable until the old rows are sealed"
    before.close()


def test_a_plain_value_cannot_be_written_past_the_sealing(store: SqlStore):
    row = matter_row(id=uuid(1))
    with store.begin() as uow:
        uow.matters.save([row])
        connection = uow.matters._work.connection
        for statement in (update(matters).values(title="明文"), insert(messages).values(hash="x", raw=b"plain")):
            with pytest.raises(StatementError, match="只能加密后写入"):
                connection.execute(statement)

    assert [title[:7] for (title,) in kept(store, "SELECT title FROM matters")] == ["sealed:"]


def test_a_sealed_column_is_read_through_labels_and_aliases(store: SqlStore):
    with store.begin() as uow:
        uow.matters.save([matter_row(id=uuid(1), title="甲")])
    other = matters.alias("other")
    query = select(matters.c.title.label("named"), other.c.title).join(other, other.c.id == matters.c.id)

    with store.read() as connection:
        assert [tuple(row) for row in connection.execute(query)] == [("甲", "甲")]


def test_every_sealed_column_knows_its_place_and_names_its_row_by_what_is_not_sealed():
    found = {column.type.place for table in metadata.sorted_tables for column, _ in sealed_columns(table)}

    assert {"messages.raw", "papers.body", "users.title", "credentials.secret", "leaves.record"} <= found
    for table in metadata.sorted_tables:
        for column, kind in sealed_columns(table):
            assert kind.place == f"{table.name}.{column.name}"
            assert all(not table.c[name].nullable for name in kind.row), kind.place
            assert not any(isinstance(table.c[name].type, Sealed) for name in kind.row), kind.place


def test_the_ring_of_the_tests_is_strict():
    assert FIELDS.strict
