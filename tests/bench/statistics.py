"""A year's report over a long history, on PostgreSQL and SQLite: figures, twelve months, who asks whom.

The history is made by a seeded generator: three and a third messages a matter on average, of which the matters, the
answers that were told and the receipts are written (what figures read); ten times the history means ten years, so the
report of one year must not become dearer. Ours: the read models behind one view of the screen, with 100 matters folded
since the last counting. Floor, in the same run: the bare ``GROUP BY`` over the kept facts of that year by the driver's
own connection, which answers no more than the totals. ``count_ms``: one batch of 500 moved matters counted.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from hub.core.ids import BEIJING
from hub.flows.rows import DeliveryStatus, MatterRow
from hub.store.session import SqlStore, open_store
from hub.store.views import SqlViews
from hub.web.ui.figures import TREND
from tests.bench.deadline import Bare
from tests.bench.machine import load, percentile, servers, surroundings, table
from tests.bench.nodes import Spec, make_node
from tests.builders import BEIHAI, HAIKOU, JOINT, MAOMING, YULIN, ZHANJIANG, delivery, federation, matter_row, message
from tests.builders_fields import FIELDS

CITIES = (YULIN, BEIHAI, HAIKOU, ZHANJIANG, MAOMING)
A_YEAR = 100_000
LAST = 2026
BATCH = 2000
NOW = datetime(2027, 1, 1, 9, tzinfo=BEIJING)
MOVED = 100
KINDS = {
    "assistance": ("assistance_request", 0.6),
    "transfer": ("lead_transfer", 0.25),
    "notice": ("case_notice", 0.15),
}


def history(size: int, dice: random.Random) -> Iterator[tuple[MatterRow, bool]]:
    """Matters, the oldest year first, and whether the request of each is known to be delivered."""
    years = max(size // A_YEAR, 1)
    for number in range(size):
        first = date(LAST - years + 1 + number * years // size, 1, 1)
        opened = datetime(first.year, 1, 1, 9, tzinfo=BEIJING) + timedelta(minutes=dice.randrange(365 * 24 * 60))
        opener, other = dice.sample(CITIES, 2)
        (family,) = dice.choices(list(KINDS), [share for _, share in KINDS.values()])
        row = matter_row(
            id=f"{number:08x}-0000-7000-8000-{opener[:6]}{number:06x}"[:36],
            family=family,
            kind=KINDS[family][0],
            opener=opener,
            other=other,
            opened_at=opened,
            updated_at=opened,
            remind_at=None,
        )
        yield _worked(row, dice), family == "assistance"


def _worked(row: MatterRow, dice: random.Random) -> MatterRow:
    if row.family == "notice":
        return replace(row, state="published", clock="none", due_effective=None, due_at=None)
    due = row.opened_at.date() + timedelta(days=25)
    limit = datetime(due.year, due.month, due.day, tzinfo=BEIJING) + timedelta(days=1)
    clock = dice.choices(["met", "late", "running"], [85, 10, 5])[0]
    met = (
        row.opened_at + timedelta(days=dice.randrange(3, 24 if clock == "met" else 40)) if clock != "running" else None
    )
    state = "fed_back" if met else "accepted"
    return replace(row, due_effective=due, due_at=limit, clock=clock, met_at=met, state=state)


def fill(store: SqlStore, size: int) -> float:
    """Write the history and count it; gives the seconds of counting 1,000 matters."""
    dice, batch, spent = random.Random(7), [], 0.0
    for number, one in enumerate(history(size, dice), 1):
        batch.append(one)
        if len(batch) == BATCH or number == size:
            spent += _write(store, batch)
            batch = []
    return spent / size * 1000


def _write(store: SqlStore, batch: list[tuple[MatterRow, bool]]) -> float:
    asked = [
        message(
            matter=row.id,
            document=row.document,
            sender=row.opener,
            audience=row.other,
            raw=row.id.encode() + b" " * 400,
            stored_at=row.opened_at,
            status="copy",
        )
        for row, request in batch
        if request
    ]
    with store.begin() as uow:
        uow.matters.save([row for row, _ in batch])
        uow.messages.add(asked)
        receipts = [delivery(one, status=DeliveryStatus.STORED, stored_at=one.stored_at) for one in asked]
        uow.deliveries.add(receipts)
    began = time.monotonic()
    count_all(store)
    return time.monotonic() - began


def count_all(store: SqlStore) -> None:
    """As the worker does when nothing else waits."""
    while True:
        with store.begin() as uow:
            if not uow.figures.count(uow.trusts.current(), 500):
                return


def times_ms(call: Callable[[], object], turns: int) -> list[float]:
    """Milliseconds of each call."""
    taken = []
    for _ in range(turns):
        began = time.monotonic()
        call()
        taken.append((time.monotonic() - began) * 1000)
    return taken


def measure(database: str, size: int, turns: int) -> dict[str, object]:
    """The report of the last year, cold facts and warm ones alike, beside its floor."""
    make_node(Spec(JOINT, database, "", ()), federation((*CITIES, JOINT)))
    store, bare = open_store(database, JOINT, FIELDS), Bare(database)
    views = SqlViews(store)
    span, now = (date(LAST, 1, 1), date(LAST + 1, 1, 1)), NOW
    try:
        counting = fill(store, size)
        bare.run("VACUUM ANALYZE" if bare.postgres else "ANALYZE")
        moved = [row for row, _ in list(_latest(size))[-MOVED:]]
        with store.begin() as uow:
            uow.matters.save(moved)

        def screen() -> Any:
            return views.overview(*span, span, TREND, now=now)[0]

        sums = screen().sums
        ours = times_ms(screen, turns)
        query = (
            "SELECT measure, member, sum(numerator), sum(denominator), sum(open) FROM figure_facts"
            " WHERE day >= ? AND day < ? GROUP BY measure, member"
        )
        days = span if bare.postgres else tuple(day.isoformat() for day in span)
        floor = times_ms(lambda: bare.run(query, *days), max(turns // 5, 5))
    finally:
        store.close()
        bare.close()
    middle = percentile(floor, 0.5)
    return {
        "database": "PostgreSQL" if bare.postgres else "SQLite",
        "matters": size,
        "messages": size * 10 // 3,
        "in_year": sum(v.numerator for k, v in sums.items() if k[0].endswith((".sent", ".issued")) and not k[3]),
        "p50_ms": round(percentile(ours, 0.5), 1),
        "p95_ms": round(percentile(ours, 0.95), 1),
        "floor_ms": round(middle, 1),
        "ratio": round(percentile(ours, 0.5) / middle, 2),
        "count_ms": round(counting * 500, 1),
        "load": load(),
    }


def _latest(size: int) -> Iterator[tuple[MatterRow, bool]]:
    """The same matters again, for those that moved since."""
    return history(size, random.Random(7))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    parser.add_argument("--sizes", default="100000,300000", help="matters, default 100000,300000 (a million messages)")
    parser.add_argument("--turns", type=int, default=100, help="reports asked for, default 100")
    options = parser.parse_args()
    found, runs = surroundings(), []
    with servers(broker=False) as running, tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        for size in (int(each) for each in options.sizes.split(",")):
            runs.append(measure(running.database(f"figures_{size}"), size, options.turns))
            runs.append(measure(f"sqlite:///{Path(folder) / f'{size}.sqlite'}", size, options.turns))
    if options.json:
        print(json.dumps(found | {"runs": runs}))
        return
    print(table([list(runs[0]), *([str(value) for value in run.values()] for run in runs)]))
    print(f"{found['cores']} cores, load {found['load_before']} before, {load()} after")


if __name__ == "__main__":
    main()
