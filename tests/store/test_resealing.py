"""Changing the field key of a database that is in use: in pieces, from wherever it was left, readable all the time."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.keystore.ring import FileRing, Ring, RingCipher, create_ring, save_ring
from hub.store.resealing import SEALED, Resealing
from hub.store.session import SqlStore, open_store
from tests.builders import NOW, YULIN, draft, leaf_of, matter_row, message, uuid
from tests.builders_fields import RING
from tests.contracts.store_writes import WRITES

RENEWED = RING.renewed(NOW + timedelta(days=1))


def fill(store: SqlStore) -> None:
    """Every way to write, once, and enough rows for several pieces."""
    for write in WRITES:
        with suppress(Exception), store.begin() as uow:
            write.given(uow)
            write.act(uow)
    with store.begin() as uow:
        uow.messages.add([message(seq=number, matter=uuid(number)) for number in range(100, 160)])
        uow.matters.save([matter_row(id=uuid(number), title=f"第{number}件") for number in range(100, 160)])


def readable(store: SqlStore) -> dict[str, list[tuple]]:
    """Everything, opened."""
    with store.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr) for table in SEALED
        }


@pytest.fixture
def resealing(url: str):
    opened = Resealing(url)
    yield opened
    opened.close()


def test_everything_is_sealed_again_and_then_opens_without_the_old_key(store: SqlStore, url: str, resealing: Resealing):
    fill(store)
    before = readable(store)
    assert {name for name, rows in before.items() if rows} >= {"messages", "matters", "leaves", "papers", "users"}
    cipher = RingCipher(RENEWED)
    assert sum(resealing.left(cipher).values()) == sum(map(len, before.values()))

    done = resealing.run(cipher, piece=7)

    assert (done.rows, done.unreadable, resealing.left(cipher)) == (sum(map(len, before.values())), [], {})
    alone = open_store(url, YULIN, RingCipher(RENEWED.shortened({RING.keys[0].id})))
    assert readable(alone) == before
    alone.close()
    assert resealing.run(cipher).rows == 0


def test_every_row_is_readable_after_every_piece_and_what_is_written_meanwhile_too(
    store: SqlStore, url: str, resealing: Resealing
):
    fill(store)
    both = open_store(url, YULIN, RingCipher(RENEWED))
    wanted = {name: len(rows) for name, rows in readable(both).items()}
    number = iter(range(10_000))
    seen = 0

    def look(table: str, rows: int) -> None:
        nonlocal seen
        seen += 1
        with store.begin() as uow:  # A process that has not heard of the new key yet.
            uow.outbox.add([draft(title=f"其间{next(number)}")])
        assert {name: len(rows) for name, rows in readable(both).items() if name != "outbox"} == {
            name: count for name, count in wanted.items() if name != "outbox"
        }

    resealing.run(RingCipher(RENEWED), look, piece=20)
    both.close()

    assert seen > len(SEALED) / 2
    left = resealing.left(RingCipher(RENEWED))
    assert set(left) <= {"outbox"}, "only what was written by the old key meanwhile is left for the second look"
    resealing.run(RingCipher(RENEWED))
    assert resealing.left(RingCipher(RENEWED)) == {}


def test_a_database_from_before_the_ring_is_sealed_the_same_way(url: str, resealing: Resealing):
    plain = open_store(url, YULIN)
    fill(plain)
    before = readable(plain)
    plain.close()
    assert not resealing.is_sealed()
    lenient = RingCipher(Ring(RING.keys, RING.blind, strict=False))
    store = open_store(url, YULIN, lenient)
    assert readable(store) == before, "readable before"

    resealing.run(lenient, piece=11)
    resealing.reclaim()
    store.close()

    assert resealing.is_sealed()
    strict = open_store(url, YULIN, RingCipher(RING))
    assert readable(strict) == before
    strict.close()


def test_a_row_that_somebody_changed_stays_as_it_is_and_is_named(store: SqlStore, resealing: Resealing):
    fill(store)
    with store.begin() as uow:
        changed = "UPDATE matters SET title = 'sealed:' || 'AAAA' || substr(title, 12) WHERE id = :wanted"
        uow.matters._work.connection.execute(text(changed), {"wanted": uuid(100)})

    done = resealing.run(RingCipher(RENEWED), piece=9)

    assert [uuid(100) in one or "密钥" in one for one in done.unreadable] == [True]
    assert resealing.left(RingCipher(RENEWED)) == {"matters": 1}


KILLED = """
import os, signal, sys
from pathlib import Path
from hub.keystore.ring import FileRing
from hub.store.resealing import Resealing

pieces = 0
def say(table, rows):
    global pieces
    pieces += 1
    if pieces == 5:
        os.kill(os.getpid(), signal.SIGKILL)

Resealing(sys.argv[1]).run(FileRing(Path(sys.argv[2])), say, piece=10)
"""


def test_a_run_that_was_killed_goes_on_from_there(store: SqlStore, url: str, tmp_path: Path, resealing: Resealing):
    fill(store)
    path = tmp_path / "fields.key"
    create_ring(path, NOW)
    save_ring(path, RENEWED)
    before = readable(store)

    done = subprocess.run([sys.executable, "-c", KILLED, url, str(path)], check=False)

    assert done.returncode == -signal.SIGKILL
    ring = FileRing(path)
    left = resealing.left(ring)
    assert 0 < sum(left.values()) < sum(map(len, before.values()))
    resealing.run(ring)
    assert resealing.left(ring) == {}
    alone = open_store(url, YULIN, RingCipher(ring.ring.shortened({RING.keys[0].id})))
    assert readable(alone) == before
    alone.close()


def test_nothing_says_the_database_is_sealed_before_anything_is(url: str, resealing: Resealing):
    assert not resealing.is_sealed()
    store = open_store(url, YULIN, RingCipher(RING))
    with store.begin() as uow:
        uow.ledger.add([leaf_of("x")])
    store.close()
    assert resealing.is_sealed()
