"""Catch-up: a node that was away finds N messages waiting in its inbox and takes them in, in order.

From the moment it goes on until the sender has recorded the last signed receipt. Floor: the floor of the same run
(``tests/bench/floor.py``) for as many messages.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

import psycopg

from tests.bench.exchange import Pair, pair
from tests.bench.floor import run_floor
from tests.bench.letters import record
from tests.bench.machine import Servers, load, plain, servers, surroundings, table
from tests.builders import BEIHAI, YULIN

PATIENCE = 300.0
_WAITING = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM deliveries WHERE status = 'pending')"
_DISORDER = """
    SELECT count(*) FROM (SELECT seq, lag(seq) OVER (ORDER BY id) AS before FROM messages WHERE sender = %s) AS one
    WHERE before IS NOT NULL AND seq <> before + 1
"""


def catch_up(both: Pair, running: Servers, count: int) -> dict[str, Any]:
    """Publish to a node that is away, then let it work."""
    record(both.store, BEIHAI, count, at_once=200)
    address = running.postgres.url.rpartition("/")[0]
    both.sender.go(until_done=True)
    with psycopg.connect(plain(f"{address}/node_{YULIN[:6]}"), autocommit=True) as connection:
        end = time.monotonic() + PATIENCE
        while (found := connection.execute(_WAITING).fetchone()) and found[0]:
            assert time.monotonic() < end, "not published in time"
            time.sleep(0.2)
    began = time.monotonic()
    both.receiver.go()
    sent = both.sender.result()
    both.receiver.pause()
    received = both.receiver.result()["spent"]
    with psycopg.connect(plain(f"{address}/node_{BEIHAI[:6]}")) as connection:
        disorder = connection.execute(_DISORDER, [YULIN]).fetchone()
    assert disorder == (0,), f"{disorder} messages out of order"
    seconds = sent["finished"] - began
    floor, _ = run_floor(running.postgres.url, running.rabbit.url, count)
    return {
        "messages": count,
        "seconds": round(seconds, 1),
        "per_s": round(count / seconds),
        "floor_seconds": round(count / floor, 1),
        "duplicates": int(received.get("#duplicate", 0)),
        "load": load(),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    parser.add_argument("--sizes", default="2500,10000", help="messages that wait, default 2500,10000")
    options = parser.parse_args()
    found = surroundings()
    with servers() as running, pair(running) as both:
        runs = [catch_up(both, running, int(size)) for size in options.sizes.split(",")]
    if options.json:
        print(json.dumps(found | {"sizes": runs}))
    else:
        print(table([list(runs[0]), *(list(run.values()) for run in runs)]))
        print(f"{found['cores']} cores, load {found['load_before']} before, {load()} after")


if __name__ == "__main__":
    main()
