"""Changing the key of the blind index while the node works: all is found before, meanwhile and after."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.flows.ports.subjects import SubjectFilter, Words
from hub.flows.ports.views import MatterFilter
from hub.keystore.ring import FileRing, Ring, RingCipher, create_ring, save_ring
from hub.store.reblinding import BLIND, Reblinding
from hub.store.session import SqlStore, open_store
from hub.store.views import SqlViews
from hub.store.views.finding import MOST
from tests.builders import NOW, YULIN, digest, uuid
from tests.builders_fields import RING
from tests.store.test_finding import record

SINCE = NOW + timedelta(days=1)
CHANGING = RING.reblinding(SINCE)
DONE = CHANGING.reblinded()
ROWS = 23
NAME, PHONE = "欧阳明", "13800000002"


def fill(store: SqlStore) -> None:
    for number in range(1, ROWS + 1):
        record(
            store, number, f"关于第{number}案的函", ("name", NAME if number == 7 else f"企业{number}"), ("phone", PHONE)
        )


def found(url: str, ring: Ring, name: str = NAME) -> tuple[int, list[str], list[str]]:
    """By phone, by name, and by two characters in the list of matters, with this ring."""
    store = open_store(url, YULIN, RingCipher(ring))
    views = SqlViews(store)
    try:
        by_phone = views.subjects(SubjectFilter((("phone", PHONE),)), 50)
        by_name = views.subjects(SubjectFilter((("name", name),)), 50)
        rows = views.matters(MatterFilter(text=name[:2]), None, 50, now=NOW).rows
        return len(by_phone), [one.key.value for one in by_name if not one.why], [row.title for row in rows]
    finally:
        store.close()


def kept(store: SqlStore) -> dict[str, set[str]]:
    with store.read() as connection:
        return {
            str(one): {row[0] for row in connection.execute(text(f"SELECT {one.name} FROM {one.table.name}"))}
            for one in BLIND
        }


THREE_PIECES = 10 + 10 + 3
"""All of one table, for the texts come first."""
ALL = (ROWS, [NAME], ["关于第7案的函"])


@pytest.fixture
def reblinding(url: str) -> Iterator[Reblinding]:
    opened = Reblinding(url)
    yield opened
    opened.close()


def test_what_was_blinded_by_the_old_key_is_found_before_after_each_piece_and_at_the_end(
    store: SqlStore, url: str, reblinding: Reblinding
):
    fill(store)
    before = kept(store)
    assert found(url, CHANGING) == ALL, "before the first piece"
    left = reblinding.left(SINCE)
    assert left == {"subject_keys": 2 * ROWS, "search_texts": ROWS}
    seen: list[tuple[str, int]] = []

    def look(table: str, rows: int, rest: int) -> None:
        seen.append((table, rest))
        assert found(url, CHANGING) == ALL
        assert (rows <= 10, reblinding.left(SINCE).get(table, 0)) == (True, rest)

    done = reblinding.run(RingCipher(CHANGING), SINCE, look, piece=10)

    assert (done.rows, done.unreadable, reblinding.left(SINCE)) == (3 * ROWS, [], {})
    assert {rest for _, rest in seen} >= {36, 26, 13, 3, 0}, "progress is told"
    assert found(url, DONE) == ALL
    assert found(url, RING) == (0, [], []), "the old key finds nothing any more"
    assert all(before[name].isdisjoint(words) for name, words in kept(store).items())


def test_what_is_written_meanwhile_is_found_and_blinded_by_the_new_key(
    store: SqlStore, url: str, reblinding: Reblinding
):
    fill(store)
    new = open_store(url, YULIN, RingCipher(CHANGING))
    record(new, 50, "其间登记的函", ("name", "司马某"), ("phone", PHONE))
    new.close()
    assert found(url, CHANGING, "司马某") == (ROWS + 1, ["司马某"], ["其间登记的函"])
    reblinding.run(RingCipher(CHANGING), SINCE, piece=10)
    assert found(url, DONE, "司马某") == (ROWS + 1, ["司马某"], ["其间登记的函"])


def test_what_is_too_common_is_judged_row_by_row_by_both_keys(store: SqlStore, url: str, reblinding: Reblinding):
    fill(store)
    new = open_store(url, YULIN, RingCipher(CHANGING))
    record(new, 50, "其间登记的函", ("name", "欧阳某"))
    with new.begin() as uow:
        uow.subjects.add([Words(digest(str(number)), uuid(1), "欧阳") for number in range(MOST + 1)], [])
    titles = [row.title for row in SqlViews(new).matters(MatterFilter(text="欧阳明"), None, 50, now=NOW).rows]
    common = {row.title for row in SqlViews(new).matters(MatterFilter(text="欧阳"), None, 50, now=NOW).rows}
    new.close()
    assert titles == ["关于第7案的函"]
    assert common >= {"关于第7案的函", "其间登记的函"}


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from hub.keystore.ring import FileRing
from hub.store.reblinding import Reblinding

pieces = 0
def say(table, rows, left):
    global pieces
    pieces += 1
    if pieces == 3:
        os.kill(os.getpid(), signal.SIGKILL)

ring = FileRing(Path(sys.argv[2]))
Reblinding(sys.argv[1]).run(ring, ring.ring.blind_since, say, piece=10)
"""


def test_a_run_that_was_killed_goes_on_from_there_and_everything_is_found_meanwhile(
    store: SqlStore, url: str, tmp_path: Path, reblinding: Reblinding
):
    fill(store)
    path = tmp_path / "fields.key"
    create_ring(path, NOW)
    save_ring(path, CHANGING)

    done = subprocess.run([sys.executable, "-c", KILLED, url, str(path)], check=False)

    assert done.returncode == -signal.SIGKILL
    assert sum(reblinding.left(SINCE).values()) == 3 * ROWS - THREE_PIECES
    assert found(url, FileRing(path).ring) == ALL
    rest = reblinding.run(RingCipher(CHANGING), SINCE, piece=10)
    assert rest.rows == 3 * ROWS - THREE_PIECES, "what was done is not done again"
    assert found(url, DONE) == ALL


def test_a_row_that_does_not_open_keeps_the_change_open(store: SqlStore, url: str, reblinding: Reblinding):
    fill(store)
    with store.begin() as uow:
        changed = "UPDATE subject_keys SET value = 'sealed:' || 'AAAA' || substr(value, 12) WHERE id = 5"
        uow.subjects._work.connection.execute(text(changed))
    done = reblinding.run(RingCipher(CHANGING), SINCE, piece=10)
    assert len(done.unreadable) == 1
    assert sum(reblinding.left(SINCE).values()) == 3 * ROWS, "all is gone through again once it opens"


def test_a_later_change_begins_at_the_first_row(store: SqlStore, url: str, reblinding: Reblinding):
    fill(store)
    reblinding.run(RingCipher(CHANGING), SINCE)
    later = SINCE + timedelta(days=1)
    again = DONE.reblinding(later)
    assert sum(reblinding.left(later).values()) == 3 * ROWS
    reblinding.run(RingCipher(again), later)
    assert found(url, again.reblinded()) == ALL
