"""The clock's tick over many open matters: nothing due, and 1,000 due at once (reminders recorded, signed later).

Floor: the bare indexed query for what is due, on the same table.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg

from hub.app import new_id, salt
from hub.flows.clock import remind
from hub.store.session import SqlStore, open_store
from tests.bench.machine import load, plain, servers, surroundings, table
from tests.bench.nodes import Spec, make_node
from tests.builders import BEIHAI, NOW, YULIN, federation, matter_row, message, thread

DUE = 1000
BATCH = 500
LATER = NOW + timedelta(days=365)
_BARE = "SELECT id FROM matters WHERE remind_at <= %s ORDER BY remind_at, id LIMIT 500"


def fill(store: SqlStore, count: int) -> None:
    """``count`` open matters that nobody must be reminded of this year."""
    for start in range(0, count, 5000):
        with store.begin() as uow:
            uow.matters.save([matter_row(remind_at=LATER) for _ in range(min(5000, count - start))])


def make_due(store: SqlStore, seq: int) -> None:
    """``DUE`` more, whose first stage has come."""
    ids = [thread() for _ in range(DUE)]
    with store.begin() as uow:
        uow.messages.add([message(matter=one, seq=seq + turn, raw=b"x" * 2500) for turn, one in enumerate(ids)])
        uow.matters.save([matter_row(id=one, remind_at=NOW - timedelta(minutes=1)) for one in ids])


def tick(store: SqlStore) -> int:
    """Everything that is due now, batch by batch; returns how many reminders were recorded."""
    done = 0
    while True:
        with store.begin() as uow:
            recorded = remind(uow, now=NOW + timedelta(days=25), new_id=new_id, salt=salt, limit=BATCH)
        done += recorded
        if not recorded:
            return done


def idle(store: SqlStore) -> int:
    """A tick with nothing due."""
    with store.begin() as uow:
        return remind(uow, now=NOW, new_id=new_id, salt=salt, limit=BATCH)


def median_ms(call: Callable[[], object], turns: int = 50) -> float:
    """Milliseconds of one call."""
    taken = []
    for _ in range(turns):
        began = time.monotonic()
        call()
        taken.append((time.monotonic() - began) * 1000)
    return round(statistics.median(taken), 2)


def measure(store: SqlStore, database: str, size: int, turn: int) -> dict[str, float]:
    """Both ticks beside the bare query."""
    with psycopg.connect(plain(database), autocommit=True) as connection:
        connection.execute("ANALYZE")
        bare = median_ms(lambda: connection.execute(_BARE, [NOW]).fetchall())
        found = {"matters": size, "bare_ms": bare, "idle_ms": median_ms(lambda: idle(store))}
        make_due(store, 1 + turn * DUE)
    began = time.monotonic()
    assert (done := tick(store)) == DUE, f"{done} reminders"
    return found | {"due_s": round(time.monotonic() - began, 2), "load": load()}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    parser.add_argument("--sizes", default="10000,100000", help="open matters, default 10000,100000")
    options = parser.parse_args()
    found, runs = surroundings(), []
    with servers(broker=False) as running:
        for turn, size in enumerate(int(each) for each in options.sizes.split(",")):
            database = running.database(f"clock_{turn}")
            make_node(Spec(YULIN, database, "", ()), federation((YULIN, BEIHAI)))
            store = open_store(database, YULIN)
            fill(store, size)
            runs.append(measure(store, database, size, turn))
            store.close()
    if options.json:
        print(json.dumps(found | {"due": DUE, "sizes": runs}))
    else:
        print(table([list(runs[0]), *(list(run.values()) for run in runs)]))
        print(f"{DUE} due at once; {found['cores']} cores, load {found['load_before']} before, {load()} after")


if __name__ == "__main__":
    main()
