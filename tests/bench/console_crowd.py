"""Many people at one real server: each opens a page, reads a while, opens the next."""

from __future__ import annotations

import http.client
import multiprocessing
import random
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import quote

import uvicorn

from deploy.processes import free_port
from hub.cli.server import spare_what_stays
from tests.bench.console_office import application, cookie
from tests.bench.node import pss_kib

PATIENCE = 60.0
PAGES = 12
"""Pages each person opens."""


@dataclass
class Crowd:
    """What the people met."""

    people: int
    think_s: float
    taken: list[float] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    """Answers other than 200: status and address; 0 is a connection that broke."""
    memory_mib: float = 0.0

    @property
    def p95_ms(self) -> float:
        """Of all answers, as seen by the people."""
        return sorted(self.taken)[int(len(self.taken) * 0.95) - 1] if self.taken else 0.0

    def told(self) -> dict[str, object]:
        """For the report."""
        return {
            "people": self.people,
            "think_s": self.think_s,
            "pages": len(self.taken),
            "errors": len(self.odd),
            "odd": sorted(set(self.odd)),
            "p50_ms": round(sorted(self.taken)[len(self.taken) // 2], 1) if self.taken else None,
            "p95_ms": round(self.p95_ms, 1),
            "memory_mib": round(self.memory_mib, 1),
        }


def crowd(database: str, addresses: list[str], people: int, think: float) -> Crowd:
    """Everybody at once, each with a sequence of pages of his own."""
    port = free_port()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(database, port), daemon=True)
    server.start()
    found = Crowd(people, think)
    try:
        _wait(port)
        threads = [
            threading.Thread(target=_person, args=(found, port, addresses, think, number)) for number in range(people)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        found.memory_mib = pss_kib(server.pid or 0) / 1024
    finally:
        server.terminate()
        server.join(20)
    return found


def _serve(database: str, port: int) -> None:
    app = application(database)
    spare_what_stays()
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


def _wait(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            _ask(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "/account")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not answer in time")


def _ask(connection: http.client.HTTPConnection, path: str) -> int:
    connection.request("GET", quote(path, safe="/?&=%"), headers={"Cookie": "=".join(cookie("officer"))})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _person(found: Crowd, port: int, addresses: list[str], think: float, number: int) -> None:
    dice = random.Random(number)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    time.sleep(dice.uniform(0, think))
    for _ in range(PAGES):
        began, address = time.perf_counter(), dice.choice(addresses)
        try:
            status = _ask(connection, address)
        except (OSError, http.client.HTTPException):
            connection.close()
            status = 0
        found.taken.append((time.perf_counter() - began) * 1000)
        if status != 200:
            found.odd.append(f"{status} {address}")
        time.sleep(dice.uniform(0.5, 1.5) * think)
