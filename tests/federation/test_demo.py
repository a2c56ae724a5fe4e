"""The demonstration as a newcomer runs it: separate processes, public interfaces, one line of JSON at the end."""

from __future__ import annotations

import fcntl
import json
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from adapters.client import HubClient
from deploy import processes
from deploy.demo import notices
from deploy.demo.offices import OFFICES, YULIN
from hub.core.families import FAMILIES
from hub.core.lifecycle import VOID

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 900
"""Seconds for what takes one minute on a quiet machine: on a busy one it has taken more than five."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * PATIENCE + 60)]


def demo(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "deploy/demo.py", "--folder", str(folder), *options],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def left_running(folder: Path) -> list[str]:
    table = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in table.splitlines() if f"--home {folder}/" in line]


def holds(folder: Path, *options: str) -> None:
    """The day went well, and its figures fit together."""
    done = demo(folder, "--check", *options)
    found = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, found["ok"]) == (0, True), done.stdout[-3000:] + done.stderr[-3000:]
    assert found["nodes"] == 8
    assert found["sent"] == found["delivered"] == found["receipts"] > 40
    assert (found["quarantined"], found["gaps"]) == (1, 0)
    assert found["seconds"] > 0
    assert left_running(folder) == []


def test_the_scripted_day_holds_with_nothing_but_python(tmp_path: Path) -> None:
    holds(tmp_path)


def test_the_scripted_day_holds_over_rabbitmq_and_postgresql(tmp_path: Path, rabbit: str, postgres_url: str) -> None:
    """``rabbit`` and ``postgres_url`` say whether these programs can be had; the demonstration starts its own."""
    holds(tmp_path, "--with", "rabbitmq")


def test_a_day_that_cannot_be_played_says_so_in_its_last_line(tmp_path: Path) -> None:
    with _held(tmp_path):
        done = demo(tmp_path, "--check")
    found = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode != 0
    assert found["ok"] is False
    assert str(tmp_path) in found["reason"]


def test_the_tour_fits_on_a_page_and_shows_both_due_dates(tmp_path: Path) -> None:
    done = demo(tmp_path, "--tour", "--yes")
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert len(lines) < 85
    assert "北海 5 月 9 日（周六）；按湛江的日历会是 5 月 7 日（周四）" in done.stdout
    assert "催办" in done.stdout
    assert len(re.findall(r"打开：http://127\.0\.0\.1:\d+/", done.stdout)) >= 8
    assert left_running(tmp_path) == []


def test_a_killed_demonstration_goes_on_where_it_stopped_and_ends_without_an_orphan(tmp_path: Path) -> None:
    with _started(tmp_path) as process:
        before = _memory(tmp_path)
        with _client(before) as api:
            sent = api.send(
                "case_notice", notices.case_notice("C002", "玉市监传〔2026〕3号", YULIN.region), to=["all"], key="a"
            )
        process.kill()
    with _started(tmp_path) as process:
        after = _memory(tmp_path)
        assert after["ports"] == before["ports"]
        with _client(after) as api:
            assert api.document(sent["document"])["copies"][0]["audience"] == "all"
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    assert left_running(tmp_path) == []
    assert _unseen(tmp_path) == set(), "a matter stands open in every state somewhere"


def _unseen(folder: Path) -> set[tuple[str, str]]:
    """(family, state) that no office shows; a void matter is one that never came to be."""
    seen: set[tuple[str, str]] = set()
    for database in folder.glob("*/hub.db"):
        with closing(sqlite3.connect(database)) as connection:
            seen |= set(connection.execute("SELECT DISTINCT family, state FROM matters"))
    return {(one.name, state) for one in FAMILIES.values() for state in one.states if state != VOID} - seen


@contextmanager
def _started(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    log = folder / "demo.log"
    log.unlink(missing_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "deploy/demo.py", "--folder", str(folder)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(lambda: process.poll() is not None or "已就绪" in log.read_text("utf-8"), log)
        assert process.poll() is None, log.read_text("utf-8")
        shown = log.read_text("utf-8")
        assert all(office.name in shown for office in OFFICES)
        assert len(re.findall(r"http://127\.0\.0\.1:\d+/sign-in/[0-9a-f]{64}", shown)) == len(OFFICES)
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(condition: Callable[[], bool], log: Path) -> None:
    assert processes.wait_until(condition, PATIENCE), log.read_text("utf-8")


def _memory(folder: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((folder / "memory.json").read_text("utf-8"))
    return found


def _client(memory: dict[str, dict[str, str]]) -> HubClient:
    return HubClient(f"http://127.0.0.1:{memory['ports'][YULIN.id]}", memory["tokens"][YULIN.id])


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Another demonstration has the folder."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
