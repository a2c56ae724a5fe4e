"""Attachments in a real database: bounded memory whatever their size, and a full disk that is told and forgotten."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from hub.core.errors import DatabaseAway
from hub.core.pieces import PIECE, digest_of, places
from hub.flows.uploads import Piece, take_piece
from hub.store.session import SqlStore
from hub.store.views.sql import SqlViews
from tests.builders import NOW, uuid
from tests.builders_office import paper

SIZE = 24 * 2**20
SENT = 512 * 1024


def test_a_large_file_is_uploaded_and_read_with_a_few_pieces_in_memory(sqlite_store: SqlStore):
    seed = bytes(range(256)) * 4

    def content() -> Iterator[bytes]:
        yield b"%PDF-" + seed * (SENT // 1024 - 1) + seed[:1019]
        for number in range(1, SIZE // SENT):
            yield (b"%020d" % number + seed[:1004]) * (SENT // 1024)

    digest = digest_of(content())
    with sqlite_store.begin() as uow:
        uow.papers.put(paper(1))
    tracemalloc.start()
    done: object = None
    for number, some in enumerate(content()):
        with sqlite_store.begin() as uow:
            piece = Piece(digest, "录像.pdf", SIZE, number * SENT, some)
            done = take_piece(uow, uuid(1), piece, who="officer", now=NOW)
    views = SqlViews(sqlite_store)
    found = digest_of(views.piece(digest, start) or b"" for start in places(SIZE))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == digest
    assert getattr(done, "sha256", None) == digest
    assert peak < 8 * 2**20, f"{peak / 2**20:.1f} MiB at once for a file of {SIZE / 2**20:.0f}"


def test_a_full_disk_is_told_keeps_what_was_there_and_goes_on_when_there_is_room(sqlite_store: SqlStore):
    most = {"pages": 1 << 30}

    @event.listens_for(sqlite_store._engine, "checkout")
    def _limit(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {most['pages']}")

    with sqlite_store.begin() as uow:
        uow.parts.keep("content", [(0, b"x" * PIECE)])
    with sqlite_store.read() as view:
        most["pages"] = int(view.exec_driver_sql("PRAGMA page_count").scalar_one()) + 70
    with pytest.raises(DatabaseAway, match="磁盘已满") as full, sqlite_store.begin() as uow:
        uow.parts.keep("content", [(number * PIECE, b"x" * PIECE) for number in range(1, 9)])
    assert "腾出磁盘空间" in full.value.next_step
    with sqlite_store.begin() as uow:
        assert uow.parts.starts("content") == [0], "no half of it"
    most["pages"] = 1 << 30
    with sqlite_store.begin() as uow:
        uow.parts.keep("content", [(number * PIECE, b"x" * PIECE) for number in range(1, 9)])
        assert len(uow.parts.starts("content")) == 9
