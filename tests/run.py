"""Every check, with nothing to install first but Python.

python3 tests/run.py                     all checks, as CI runs them
python3 tests/run.py --fast              without the slow tests
python3 tests/run.py -k "deadline"       only the tests that match
python3 tests/run.py bench NAME [--json] one measurement of tests/bench
python3 tests/run.py mutants [MODULE …]  the checks of the verifying modules taken away one by one (minutes, not in CI)
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from deploy import bootstrap, services, system_packages  # noqa: E402 - the checkout's root has to be on the path first

SCRATCH = ROOT / ".tests"
REPORT = SCRATCH / "pytest.xml"
MEMORY, ROOM = Path("/dev/shm"), 8 * 2**30
CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "--output-format=concise", "."],
    "types": ["mypy"],
    "imports": ["lint-imports"],
    "dependencies": ["deptry", "."],
}


class Outcome(NamedTuple):
    """What one step adds to the closing line."""

    passed: int
    failed: int
    skipped: int = 0


def main() -> int:
    """Run what the command line asks for; 0 when nothing failed."""
    asked, rest = _command_line()
    # A time limit's SIGTERM unwinds like Ctrl-C does, so that the servers are ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    python = bootstrap.ensure("dev")
    if asked.bench:
        _system_packages()
        return _bench(python, asked.bench, [*rest, *(["--json"] if asked.json else [])])
    if asked.mutants is not None:
        return subprocess.run([python, "-m", "tests.mutants", *asked.mutants, *rest], cwd=ROOT, check=False).returncode
    steps: dict[str, tuple[Outcome, float]] = {}
    if not asked.k:
        for name, command in CHECKS.items():
            steps[name] = _timed(name, lambda command=command: _check(python, command))
    steps["tests"] = _timed("tests", lambda: _tests(python, asked.k, fast=asked.fast, extra=rest))
    return _summary(steps)


def _command_line() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", metavar="bench NAME | mutants", help="run this instead of the checks")
    parser.add_argument("-k", metavar="EXPR", help="only tests whose names match, and no other check")
    parser.add_argument("--fast", action="store_true", help="leave out the tests marked slow")
    parser.add_argument("--json", action="store_true", help="with bench: print the figures as JSON")
    asked, rest = parser.parse_known_args()
    word, *named = asked.what or [None]
    if word not in (None, "bench", "mutants") or (word == "bench" and len(named) != 1):
        parser.error("bench NAME, or mutants [MODULE …]")
    asked.bench = named[0] if word == "bench" else None
    asked.mutants = named if word == "mutants" else None
    return asked, rest


def _timed(name: str, step: object) -> tuple[Outcome, float]:
    print(f"\n=== {name} " + "=" * (74 - len(name)), flush=True)
    start = time.monotonic()
    assert callable(step)
    outcome = step()
    return outcome, time.monotonic() - start


def _check(python: Path, command: list[str]) -> Outcome:
    tool = python.parent / command[0]
    done = subprocess.run([tool, *command[1:]], cwd=ROOT, check=False, stdin=subprocess.DEVNULL)
    return Outcome(0, 1) if done.returncode else Outcome(1, 0)


def _tests(python: Path, expression: str | None, *, fast: bool, extra: list[str]) -> Outcome:
    _system_packages()
    SCRATCH.mkdir(exist_ok=True)
    REPORT.unlink(missing_ok=True)
    place = _place()
    # Each worker goes through its half of the modules, and who has done takes over half of what the other has left.
    options = ["-n", "2", "--dist", "worksteal", f"--junitxml={REPORT}", *(["-k", expression] if expression else [])]
    options += ["-m", "not slow"] if fast else []
    with ExitStack() as running:
        environment = os.environ | _services(running, place) | ({} if place == SCRATCH else {"TMPDIR": str(place)})
        done = subprocess.run(
            [python, "-m", "pytest", *options, *extra], cwd=ROOT, env=environment, check=False, stdin=subprocess.DEVNULL
        )
    if place != SCRATCH and done.returncode == 0:
        shutil.rmtree(place)
    return _counted(done.returncode)


def _place() -> Path:
    """Where the tests' databases and files lie: in memory if there is plenty, for every commit waits for the disk.

    Always the same place for a checkout: the next run finds there, and ends, what a killed one left running.
    """
    try:
        mount = os.statvfs(MEMORY)
    except OSError:
        return SCRATCH
    if mount.f_flag & os.ST_NOEXEC or mount.f_bavail * mount.f_frsize < ROOM:
        return SCRATCH
    place = MEMORY / f"hub-{os.getuid()}-{hashlib.sha256(bytes(ROOT)).hexdigest()[:8]}"
    place.mkdir(exist_ok=True)
    place.chmod(0o755)  # the servers' own users must be able to pass
    return place


def _services(running: ExitStack, place: Path) -> dict[str, str]:
    """Start one database cluster and one broker for the whole run; the tests say what a missing one means."""
    environment = {}
    wanted = {"HUB_TEST_POSTGRES": services.PrivatePostgres, "HUB_TEST_RABBITMQ": services.PrivateRabbit}
    for variable, kind in wanted.items():
        if variable in os.environ:
            continue
        try:
            server = kind(place / kind.__name__)
            server.wipe()
            environment[variable] = running.enter_context(server).url
        except (services.ServiceMissing, services.ServiceFailed) as problem:
            print(problem, flush=True)
            environment[variable] = ""
    return environment


def _counted(code: int) -> Outcome:
    if not REPORT.exists():
        return Outcome(0, 1)
    suites = list(ET.parse(REPORT).getroot().iter("testsuite"))
    total, failures, errors, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites) for name in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    # An interrupted run, or one that found no test, counts as a failure even when no single test failed.
    return Outcome(total - failed - skipped, failed or int(code != 0), skipped)


def _summary(steps: dict[str, tuple[Outcome, float]]) -> int:
    print("\n=== summary " + "=" * 67)
    for name, (outcome, seconds) in steps.items():
        print(f"{'FAILED' if outcome.failed else 'ok':7} {name:14} {seconds:7.1f} s")
    passed, failed, skipped = (sum(getattr(outcome, each) for outcome, _ in steps.values()) for each in Outcome._fields)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed else 0


def _bench(python: Path, name: str, options: list[str]) -> int:
    return subprocess.run([python, "-m", f"tests.bench.{name}", *options], cwd=ROOT, check=False).returncode


def _system_packages() -> None:
    """A browser and a Chinese font for the tests of screens; the servers are looked for when they are started."""
    missing = []
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        missing.append("chromium")
    fonts = shutil.which("fc-list") and subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout
    if not fonts:
        missing += ["fontconfig", "fonts-noto-cjk"]
    if missing and not system_packages.install(missing, "浏览器与中文字体 / browser and Chinese font"):
        print(system_packages.advice(missing, "浏览器与中文字体 / browser and Chinese font"), flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
