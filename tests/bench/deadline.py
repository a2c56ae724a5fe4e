"""The clock's tick over many open matters, on PostgreSQL and SQLite: nothing due, and 1,000 due at once.

Due matters are handled when their reminders are recorded, one transaction per batch of 500; to sign them is the next
arrow's work. Their last days lie on 100 different dates, months ago for some.
Floors, in the same run on the same tables: the bare indexed query for what is due; and the bare writing of the very
rows that tick recorded (claims, decisions, leaves, next moments), which are read back, removed and written once more by
the driver's own ``executemany``, with as many commits.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from hub.app import new_id, salt
from hub.flows.clock import remind
from hub.store.session import SqlStore, open_store
from hub.store.tables import matters
from hub.store.types import to_micros
from tests.bench.machine import load, plain, servers, surroundings, table
from tests.bench.nodes import Spec, make_node
from tests.builders import BEIHAI, NOW, YULIN, federation, matter_row, message, thread
from tests.builders_fields import FIELDS

DUE = 1000
BATCH = 500
SOON = NOW + timedelta(days=30)
LATER = NOW + timedelta(days=365)
NAMES = [f'"{column.name}"' for column in matters.columns]
RECORDED = {
    "reminder_stages": "matter, stage, at",
    "outbox": "document, kind, version, act, audience, matter, title, issued, decided_by, after, replies_to, replaces,"
    " mark, urgency, rule, requested, expires, body, parts",
    "leaves": "hash, type, subject, actor, at, salt, record",
}


class Bare:
    """The driver's own connection, with the settings of the store."""

    def __init__(self, database: str) -> None:
        self.postgres = not database.startswith("sqlite")
        self._connection: Any
        if self.postgres:
            self._connection = psycopg.connect(plain(database), autocommit=True)
        else:
            self._connection = sqlite3.connect(database.partition(":///")[2], isolation_level=None)
            self._connection.execute("PRAGMA synchronous = FULL")

    def run(self, query: str, *values: object) -> list[Any]:
        """All rows."""
        found = self._connection.execute(self._own(query), values)
        return list(found.fetchall()) if found.description else []

    def write(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
        """One transaction of ``executemany``."""
        self._connection.execute("BEGIN")
        cursor = self._connection.cursor()
        for statement, rows in statements:
            cursor.executemany(self._own(statement), rows)
        self._connection.execute("COMMIT")

    def moment(self, at: Any) -> Any:
        """As this database keeps it."""
        return at if self.postgres else to_micros(at)

    def _own(self, query: str) -> str:
        return query.replace("?", "%s") if self.postgres else query

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def fill(store: SqlStore, bare: Bare, count: int) -> None:
    """``count`` open matters that nobody must be reminded of this year: one is recorded, the others are its copies."""
    first = matter_row(id=thread(0), remind_at=LATER)
    with store.begin() as uow:
        uow.matters.save([first])
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    number = "to_char(i, 'FM000000000000')" if bare.postgres else "printf('%012d', i)"
    picked = [f"substr(id, 1, 24) || {number}" if name == '"id"' else name for name in NAMES]
    copies = f"SELECT {', '.join(picked)} FROM matters, n WHERE id = ?"
    bare.run(f"{numbers} INSERT INTO matters ({', '.join(NAMES)}) {copies}", first.id)
    bare.run("ANALYZE")


def make_due(store: SqlStore) -> None:
    """``DUE`` more, whose moment has come."""
    ids = [thread() for _ in range(DUE)]
    days = [SOON.date() - timedelta(days=turn % 100) for turn in range(DUE)]
    with store.begin() as uow:
        uow.messages.add([message(matter=one, seq=1 + turn, raw=b"x" * 2500) for turn, one in enumerate(ids)])
        uow.matters.save(
            [
                matter_row(id=one, start=day - timedelta(days=20), due_effective=day, remind_at=NOW)
                for one, day in zip(ids, days, strict=True)
            ]
        )


def tick(store: SqlStore) -> int:
    """Everything that is due now, batch by batch; returns how many reminders were recorded."""
    done = 0
    while True:
        with store.begin() as uow:
            recorded = remind(uow, now=SOON + timedelta(days=10), new_id=new_id, salt=salt, limit=BATCH)
        done += recorded
        if not recorded:
            return done


def idle(store: SqlStore) -> int:
    """A tick with nothing due."""
    with store.begin() as uow:
        return remind(uow, now=NOW, new_id=new_id, salt=salt, limit=BATCH)


def write_again(bare: Bare) -> float:
    """Seconds of writing what the tick wrote, and nothing else."""
    written: dict[str, list[Any]] = {}
    for name, columns in RECORDED.items():
        written[name] = bare.run(f"SELECT {columns} FROM {name}")
        bare.run(f"DELETE FROM {name}")
    ids = [row[0] for row in written["reminder_stages"]]
    next_looks = bare.run("SELECT remind_at, id FROM matters WHERE remind_at < ?", bare.moment(LATER))
    assert len(ids) == len(next_looks) == len(written["outbox"]) == DUE
    began = time.monotonic()
    for start in range(0, DUE, BATCH):
        part = slice(start, start + BATCH)
        statements = [
            (
                f"INSERT INTO {name} ({columns}) VALUES ({', '.join('?' * (columns.count(',') + 1))})",
                written[name][part],
            )
            for name, columns in RECORDED.items()
        ]
        bare.write([*statements, ("UPDATE matters SET remind_at = ? WHERE id = ?", next_looks[part])])
    return time.monotonic() - began


def median_ms(call: Callable[[], object], turns: int = 50) -> float:
    """Milliseconds of one call."""
    taken = []
    for _ in range(turns):
        began = time.monotonic()
        call()
        taken.append((time.monotonic() - began) * 1000)
    return round(statistics.median(taken), 4)


def measure(database: str, size: int) -> dict[str, object]:
    """Both ticks, each beside its floor."""
    make_node(Spec(YULIN, database, "", ()), federation((YULIN, BEIHAI)))
    store, bare = open_store(database, YULIN, FIELDS), Bare(database)
    try:
        fill(store, bare, size)
        query = f"SELECT id FROM matters WHERE remind_at <= ? ORDER BY remind_at, id LIMIT {BATCH}"
        floor = median_ms(lambda: bare.run(query, bare.moment(NOW - timedelta(days=1))))
        nothing = median_ms(lambda: idle(store))
        make_due(store)
        began = time.monotonic()
        assert (done := tick(store)) == DUE, f"{done} reminders"
        due = time.monotonic() - began
        bare_due = write_again(bare)
    finally:
        store.close()
        bare.close()
    return {
        "database": "PostgreSQL" if bare.postgres else "SQLite",
        "open": size,
        "idle_ms": nothing,
        "floor_ms": floor,
        "idle_ratio": round(nothing / floor, 1),
        "due_s": round(due, 3),
        "floor_s": round(bare_due, 3),
        "due_ratio": round(due / bare_due, 1),
        "load": load(),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    parser.add_argument("--sizes", default="100000,1000000", help="open matters, default 100000,1000000")
    options = parser.parse_args()
    found, runs = surroundings(), []
    with servers(broker=False) as running, tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        for size in (int(each) for each in options.sizes.split(",")):
            runs.append(measure(running.database(f"clock_{size}"), size))
            runs.append(measure(f"sqlite:///{Path(folder) / f'{size}.sqlite'}", size))
    if options.json:
        print(json.dumps(found | {"due": DUE, "runs": runs}))
        return
    rows = [[str(value) for value in run.values()] for run in runs]
    print(table([list(runs[0]), *rows]))
    print(f"{DUE} due at once; {found['cores']} cores, load {found['load_before']} before, {load()} after")


if __name__ == "__main__":
    main()
