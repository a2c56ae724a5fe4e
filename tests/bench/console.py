"""Server time of every screen of the console over a large register on PostgreSQL, and fifty people at once.

A seeded generator writes matters with ten messages each (openings with a readable body, parties and numbers, in the
index by which people search), deliveries with receipts, units, papers and refused deliveries. Then every page that
answers GET is asked for through the application in this process, each with several samples; the time is that of the
server: routing, session, queries, template. Floors of the same run: the bare indexed query for one page of the list by
the driver alone, and a page that shows nothing (the empty form of the look-up). Two sizes, for cost must grow with what
a page shows, not with the register.

Fifty people: a real server process, keep-alive connections, everybody opens a page every ``--think`` seconds on
average. Errors are answers that are not 200 and lost connections; memory is the server's share (PSS) after that.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import Response
from starlette.testclient import TestClient

from hub.cli.server import spare_what_stays
from hub.store.session import open_store
from tests.bench.console_crowd import Crowd, crowd
from tests.bench.console_office import MEMBER, ROLES, application, cookie, sign_in
from tests.bench.console_register import NAME, Register, fill
from tests.bench.machine import load, plain, servers, surroundings, table
from tests.builders_fields import FIELDS

LIMIT_MS = 200.0
CROWD_LIMIT_MS = 500.0
SAMPLES = 20
NOTHING = "/subjects"
BARE = "SELECT * FROM matters ORDER BY updated_at DESC, id DESC LIMIT 20"
MORE = (
    "/matters?waits_for=us",
    "/matters?family=transfer&role=other",
    "/matters?order=due",
    "/matters?overdue=1&counterpart=440800-mr",
    f"/matters?text={NAME}",
    "/matters?text=协助调查",
    "/matters?text=没有这样的案件名称",
    "/documents?tab=unsigned",
    "/documents?tab=in",
    "/documents?tab=out",
    "/documents?tab=undelivered",
    "/documents?kind=blacklist_entry",
    "/documents?step=returned",
    f"/documents?text={NAME}",
    "/due?form=table",
    "/due?side=theirs",
    "/due?slot=near&form=table",
    "/supervision?tab=letters",
    "/statistics?year=2025",
    "/statistics/matters?measure=I03.sent&year=2025",
)
"""Screens whose cost depends on what was chosen."""
LOOK_UPS = ("王伟", "王偉", "王伟明", "wangwei", "ww", "ouyangwei", "shengwukeji", NAME, "13800000007", "没有这个人")
"""What is looked up: common names and rare ones in their spellings, the commonest part of one, a number, nobody."""
SKIPPED = ("/static", "/sign-in", "/setup", "/matters/export", "/api/")
"""No screens of somebody signed in, or a download of thousands of rows."""


@dataclass(frozen=True)
class Screen:
    """Times of one screen in milliseconds."""

    path: str
    role: str
    status: int
    p50: float
    p95: float
    worst: float
    errors: int


def screens(app: FastAPI, register: Register) -> tuple[dict[str, list[str]], list[str]]:
    """Route -> addresses to ask for; and the routes for which the register has no sample."""
    found: dict[str, list[str]] = {path: [path] for path in MORE}
    left = []
    for route in iter_route_contexts(app.routes):
        path = str(route.path)
        if "GET" not in (getattr(route, "methods", None) or ()) or path.startswith(SKIPPED):
            continue
        names = re.findall(r"{(\w+)}", path)
        if path in register.addresses:
            found[path] = register.addresses[path]
        elif all(name in register.samples for name in names):
            found[path] = [_filled(path, names, register, turn) for turn in range(8 if names else 1)]
        else:
            left.append(path)
    return found, left


def _filled(path: str, names: list[str], register: Register, turn: int) -> str:
    for name in names:
        values = register.samples[name]
        path = path.replace(f"{{{name}}}", values[turn % len(values)])
    return path


def measure(clients: dict[str, TestClient], name: str, addresses: list[str]) -> Screen:
    """Ask in turn, as the first who may open it; the first answer warms nothing up that counts."""
    role, client = next(
        ((role, one) for role, one in clients.items() if _status(one, addresses[0]) == 200),
        ("officer", clients["officer"]),
    )
    return _timed(name, role, lambda turn: client.get(addresses[turn % len(addresses)], follow_redirects=False))


def look_up(client: TestClient, text: str) -> Screen:
    """Look a subject up."""
    form, here = {"text": text, "purpose": "case", "why": "测量"}, {"Sec-Fetch-Site": "same-origin"}
    return _timed(f"/subjects {text}", "officer", lambda _: client.post("/subjects", data=form, headers=here))


def _timed(name: str, role: str, ask: Callable[[int], Response]) -> Screen:
    taken, errors, status = [], 0, ask(0).status_code
    for turn in range(SAMPLES):
        began = time.perf_counter()
        answer = ask(turn)
        taken.append((time.perf_counter() - began) * 1000)
        errors += answer.status_code >= 500
    ordered = sorted(taken)
    p95 = ordered[int(len(ordered) * 0.95) - 1]
    return Screen(name, role, status, statistics.median(taken), p95, ordered[-1], errors)


def _status(client: TestClient, path: str) -> int:
    return client.get(path, follow_redirects=False).status_code


def bare_ms(database: str) -> float:
    """One page of the list by the driver alone."""
    with psycopg.connect(plain(database), autocommit=True) as connection:
        taken = []
        for _ in range(50):
            began = time.perf_counter()
            connection.execute(BARE).fetchall()
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def run(database: str, matters: int, messages: int, people: int, think: float) -> dict[str, object]:
    """Fill one database, ask for every screen, then let the people in."""
    began = time.monotonic()
    register = fill(database, matters, messages)
    filled = time.monotonic() - began
    app, store = application(database), open_store(database, MEMBER, FIELDS)
    spare_what_stays()  # as the web process does when it starts
    try:
        sign_in(store)
        clients = {
            role: TestClient(app, "http://127.0.0.1:8701", raise_server_exceptions=False, cookies=dict([cookie(role)]))
            for role in ROLES
        }
        wanted, left = screens(app, register)
        asked = [measure(clients, name, addresses) for name, addresses in wanted.items()]
        asked += [look_up(clients["officer"], text) for text in LOOK_UPS]
        floor = measure(clients, NOTHING, [NOTHING])
        bare = bare_ms(database)
    finally:
        store.close()
    open_ones = {one.path for one in asked if (one.role, one.status) == ("officer", 200)}
    addresses = [one for name, group in wanted.items() if name in open_ones for one in group]
    together = crowd(database, addresses, people, think) if people else None
    return result(register, asked, left, floor, bare, filled, together)


def result(
    register: Register,
    asked: list[Screen],
    left: list[str],
    floor: Screen,
    bare: float,
    filled: float,
    together: Crowd | None,
) -> dict[str, object]:
    """What is told of one size."""
    slowest = sorted((one for one in asked if one.status == 200), key=lambda one: -one.p95)
    found: dict[str, object] = {
        "matters": register.matters,
        "messages": register.messages,
        "filled_s": round(filled, 1),
        "screens": len(slowest),
        "not_measured": sorted([*left, *(one.path for one in asked if one.status != 200)]),
        "worst_p95_ms": round(slowest[0].p95, 1),
        "over_limit": [one.path for one in slowest if one.p95 > LIMIT_MS],
        "errors": sum(one.errors for one in asked),
        "empty_page_ms": round(floor.p50, 1),
        "bare_query_ms": round(bare, 2),
        "times": [[one.path, round(one.p50, 1), round(one.p95, 1), round(one.worst, 1)] for one in slowest],
        "load": load(),
    }
    if together is not None:
        found["crowd"] = together.told() | {"within_limit": together.p95_ms <= CROWD_LIMIT_MS}
    return found


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    parser.add_argument("--sizes", default="10000,100000", help="matters, default 10000,100000")
    parser.add_argument("--messages", type=int, default=10, help="messages per matter, default 10")
    parser.add_argument("--people", type=int, default=50, help="at once, at the largest size; 0: nobody")
    parser.add_argument("--think", type=float, default=3.0, help="seconds between two pages of one person")
    options = parser.parse_args()
    found, runs = surroundings(), []
    sizes = [int(each) for each in options.sizes.split(",")]
    with servers(broker=False) as running:
        for size in sizes:
            people = options.people if size == max(sizes) else 0
            runs.append(run(running.database(f"console_{size}"), size, options.messages, people, options.think))
    last = runs[-1]
    for one in runs:
        times = one["times"]
        assert isinstance(times, list)
        print(table([["screen", "p50 ms", "p95 ms", "max ms"], *([str(cell) for cell in row] for row in times)]))
        print({name: value for name, value in one.items() if name != "times"}, flush=True)
    if options.json:
        told = {name: last[name] for name in ("worst_p95_ms", "screens", "matters", "errors")}
        print(json.dumps(found | told | {"runs": runs}, ensure_ascii=False))
    missed = last["errors"] or last["over_limit"] or last.get("crowd", {}).get("errors")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
