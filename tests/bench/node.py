"""Start and memory of one node as it comes: SQLite, spool, web pages and worker by ``hub run``.

Start: from the command until ``/api/v1/health/ready`` answers 200. Memory: PSS of all its processes, after the start
and after a page of the list was asked for. Two sizes: an empty database, and one with many messages.
Floor: a bare Python that imports the web framework and answers one request.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from deploy.processes import descendants, end, free_port
from hub.app import new_id, salt
from hub.flows.ports import Incoming, Outgoing, Told
from hub.keystore.ring import save_ring
from hub.settings import RING_FILE, Settings, save_settings
from hub.store.session import open_store
from hub.worker import Worker
from tests.bench.letters import record
from tests.bench.machine import load, surroundings, table
from tests.bench.nodes import Spec, clock, make_node
from tests.builders import BEIHAI, YULIN, federation, keys_for, write_key_files
from tests.builders_fields import FIELDS, RING

PATIENCE = 60.0
FLOOR = """
import uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/api/v1/health/ready")
def ready() -> dict[str, str]:
    return {"status": "ready"}
uvicorn.run(app, host="127.0.0.1", port=%d, log_level="error")
"""


class Nowhere:
    """A pipe nobody is behind: filling a database needs none."""

    def publish(self, items: Sequence[Outgoing]) -> Told:
        return Told([])

    def receive(self, limit: int, wait: float) -> list[Incoming]:
        return []

    def ack(self, tags: Sequence[str]) -> None:
        pass

    def probe(self) -> str:
        return ""

    def close(self) -> None:
        pass


def make_home(home: Path, messages: int) -> int:
    """A node's home with ``messages`` sealed messages; returns its port."""
    write_key_files(home, YULIN)
    database = f"sqlite:///{home / 'hub.sqlite'}"
    make_node(Spec(YULIN, database, "", ()), federation())
    spool = home / "spool"
    spool.mkdir()
    port = free_port()
    save_ring(home / RING_FILE, RING)
    save_settings(Settings(home, YULIN, database, f"spool:{spool}", f"file:{home / 'node.key'}", port=port, demo=True))
    store = open_store(database, YULIN, FIELDS)
    worker = Worker(store, Nowhere(), keys_for(YULIN), clock, new_id, salt)
    record(store, BEIHAI, messages, at_once=500)
    while worker.seal_once():
        pass
    store.close()
    return port


def measure(command: list[str], environment: dict[str, str], port: int) -> tuple[float, float]:
    """Seconds until ready, and MiB of all processes then."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while not _ready(port):
            assert process.poll() is None, process.stderr.read().decode()[-2000:] if process.stderr else ""
            assert time.monotonic() - began < PATIENCE, "not ready in time"
            time.sleep(0.01)
        took = time.monotonic() - began
        time.sleep(1.0)  # the worker starts beside the pages
        memory = sum(pss_kib(pid) for pid in [process.pid, *descendants(process.pid)]) / 1024
    finally:
        end(process, signal.SIGTERM, 20)
    return took, memory


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def pss_kib(pid: int) -> int:
    """KiB of a process, shared pages counted by share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    parser.add_argument("--messages", type=int, default=20_000, help="size of the second database, default 20,000")
    parser.add_argument("--runs", type=int, default=3, help="starts per size, default 3")
    options = parser.parse_args()
    found = surroundings()
    rows: list[list[object]] = [["", "start s", "PSS MiB"]]
    port = free_port()
    cases = {"floor: bare FastAPI": ([sys.executable, "-c", FLOOR % port], {}, port)}
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        for size in (0, options.messages):
            home = Path(folder) / str(size)
            home.mkdir()
            port = make_home(home, size)
            cases[f"{size} messages"] = ([sys.executable, "-m", "hub", "run"], {"HUB_HOME": str(home)}, port)
        for name, (command, environment, at) in cases.items():
            taken = [measure(command, environment, at) for _ in range(options.runs)]
            seconds, memory = (round(statistics.median(column), 2) for column in zip(*taken, strict=True))
            found[name] = {"start_s": seconds, "pss_mib": memory}
            rows.append([name, f"{seconds:.2f}", f"{memory:.1f}"])
    found |= {"load_after": load()}
    if options.json:
        print(json.dumps(found))
    else:
        print(table(rows))
        print(f"{found['cores']} cores, load {found['load_before']} before, {found['load_after']} after")


if __name__ == "__main__":
    main()
