"""After an erasure neither database gives the text back: not its rows, not a dump, not the bytes of the file."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.core.envelope import decode
from hub.core.ids import sha256
from hub.core.retention import RULES
from hub.flows.indexing import index
from hub.flows.retention import list_due
from hub.flows.rows import Part
from hub.flows.seal import seal
from hub.flows.send import Request, send
from hub.store.session import SqlStore, open_store
from hub.store.views import SqlViews
from tests.builders import (
    BEIHAI,
    NOW,
    YULIN,
    Clock,
    delivery,
    federation,
    ids,
    keys_for,
    matter_row,
    message,
    moment,
    salts,
    uuid,
)
from tests.builders_fields import FIELDS
from tests.keeping import erase, places_of
from tests.simulator.bodies import body

SECRET = "欧阳试删"
CONTENT = f"%PDF-1.7 {SECRET}".encode()
SCAN = Part(sha256(CONTENT), "application/pdf", CONTENT)


def sent(store: SqlStore) -> str:
    """One request with a scan, signed and indexed; returns its document."""
    content = body("assistance_request", "request", title=f"关于{SECRET}的函", facts=f"{SECRET}涉嫌传销。")
    content["items"][0]["target"] = f"{SECRET}路1号"
    content["attachments"] = [
        {"name": f"{SECRET}.pdf", "part": SCAN.sha256, "size": len(SCAN.content), "media_type": SCAN.media_type}
    ]
    wanted = Request(kind="assistance_request", body=content, to=(BEIHAI,), parts=(SCAN,))
    clock, new_id, salt = Clock(), ids(), salts()
    with store.begin() as uow:
        done = send(uow, wanted, actor="officer", now=clock(), new_id=new_id, salt=salt)
    with store.begin() as uow:
        seal(uow, keys=keys_for(store.member), now=clock(), salt=salt, limit=9)
    with store.begin() as uow:
        index(uow, limit=9)
    return done.document


def wipe(store: SqlStore, document: str) -> None:
    done = erase(store, federation(), NOW, ids(5000), salts(5000), document=document)
    assert done.state == "done"


def test_no_row_of_either_database_holds_the_text(store: SqlStore):
    document = sent(store)
    assert places_of(store, SECRET) >= {"messages.opened", "matters.title", "pieces.piece", "subject_keys.owner"}

    wipe(store, document)

    assert places_of(store, SECRET) == set()
    copy = SqlViews(store).document(document).copies[0]
    assert (copy.body, copy.row.title) == (None, "协助调查函")
    assert copy.erased is not None
    assert SqlViews(store).check_acts(0, 99).wrong == ()


def test_what_another_process_erased_before_it_was_published_is_published_as_erased(store: SqlStore, url: str):
    """The process that sealed it still remembers the envelope."""
    document = sent(store)
    other = open_store(url, YULIN, FIELDS)
    try:
        wipe(other, document)
    finally:
        other.close()
    with store.begin() as uow:
        (row,) = uow.messages.find_document(document)
        found = [one for one in uow.deliveries.pending(9, ferry=()) if one.message == row.hash]
    assert {(one.member, one.erased, decode(one.raw).body) for one in found} >= {(BEIHAI, True, None)}
    assert all(one.erased for one in found)


def test_what_a_transaction_erases_it_knows_itself_to_be_erased(store: SqlStore):
    row = message(raw=b"whole")
    with store.begin() as uow:
        uow.messages.add([row])
        uow.deliveries.add([delivery(row)])
        uow.erasing.wipe(uow.erasing.scope(row.matter, None), [replace(row, raw=b"bare")], uuid())
        (one,) = uow.deliveries.pending(9, ferry=())
    assert (one.erased, one.raw) == (True, b"bare")


def test_the_bytes_of_the_file_hold_it_no_more(sqlite_store: SqlStore, tmp_path: Path):
    document = sent(sqlite_store)
    files = sorted(tmp_path.glob("hub.sqlite*"))
    with sqlite_store.read() as connection:
        words = str(connection.execute(text("SELECT words FROM search_texts")).scalar_one())
    # The index holds the title and the names in its own form only.
    marks = [words.encode(), max(words.split(), key=len).encode()]
    assert all(any(mark in file.read_bytes() for file in files) for mark in marks)

    wipe(sqlite_store, document)

    for file in sorted(tmp_path.glob("hub.sqlite*")):
        held = file.read_bytes()
        assert not [mark for mark in (*marks, SECRET.encode()) if mark in held], file.name


def test_a_dump_of_postgresql_holds_it_no_more(pg_store: SqlStore, pg_url: str):
    program = shutil.which("pg_dump")
    if program is None:
        pytest.skip("no pg_dump on this machine")
    document = sent(pg_store)
    wipe(pg_store, document)

    dump = subprocess.run(
        [program, "--data-only", pg_url.replace("+psycopg", "")], capture_output=True, check=True
    ).stdout

    assert document.encode() in dump
    assert SECRET.encode() not in dump
    assert SECRET.encode().hex().encode() not in dump


def test_each_look_costs_what_moved_since_the_last(store: SqlStore):
    """Ties in time are no reason to leave one out or to look at it twice."""
    old = moment(-4 * 366 * 24 * 60)
    rows = [matter_row(id=uuid(n), family="assistance", state="confirmed", updated_at=old) for n in range(1, 6)]
    with store.begin() as uow:
        uow.matters.save(rows)
        uow.messages.add([message(seq=n, matter=row.id) for n, row in enumerate(rows, 1)])
    looked = []
    for _ in range(4):
        with store.begin() as uow:
            looked.append(list_due(uow, NOW, 2))

    assert looked == [2, 2, 1, 0]
    page = SqlViews(store).due_for_review(None, None, 3)
    rest = SqlViews(store).due_for_review(None, page.next, 3)
    assert [one.row.id for one in (*page.rows, *rest.rows)] == [row.id for row in rows]
    assert rest.next is None
    rule = next(rule for rule in RULES if rule.id == "assistance")
    with store.begin() as uow:
        uow.retention.put_rule(rule, "officer", NOW)
    assert SqlViews(store).review_counts(9) == (0, 0)
    with store.begin() as uow:
        assert list_due(uow, NOW, 9) == 5
