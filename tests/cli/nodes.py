"""Nodes of the test federation made by the real commands, with SQLite and a spool directory of their own.

Their clock stands at 16:30 on Monday 2026-04-13 when they are made and goes on from there, whatever the machine's is.
"""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from deploy.processes import wait_until
from hub.cli.program import main
from hub.core.ids import BEIJING
from hub.keystore.ring import FileRing
from hub.settings import load_settings
from hub.store.session import SqlStore, open_store
from tests.builders import NOW, federation, write_key_files
from tests.ports import free_port

PATIENCE = 100.0
"""Seconds to wait for what must come; a busy machine needs ten for what a quiet one does in one."""

_NUMBERS = count(500)


@dataclass(frozen=True)
class Result:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def hub(*arguments: object) -> Result:
    """The command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(each) for each in arguments])
    return Result(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class TestNode:
    """A node by its home."""

    __test__ = False
    home: Path
    member: str
    port: int

    def store(self) -> SqlStore:
        """Its database, opened as its own processes do."""
        settings = load_settings(self.home)
        return open_store(settings.database, self.member, FileRing(settings.ring))

    def hub(self, *arguments: object) -> Result:
        return hub("--home", self.home, *arguments)

    def ok(self, *arguments: object) -> Any:
        """The JSON answer of a command that must succeed."""
        done = self.hub(*arguments, "--json")
        assert (done.code, done.err) == (0, ""), done
        return done.json

    def send(self, kind: str, to: str, *more: object) -> dict[str, Any]:
        """Send the example of a kind, each time under a new 文号."""
        file = self.home / f"{kind}.json"
        body = json.loads(hub("send", "--example", kind).out)
        if "doc_no" in body:
            body["doc_no"] = body["doc_no"].partition("〔")[0] + f"〔2026〕{next(_NUMBERS)}号"
        file.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
        return self.ok("send", kind, "--to", to, file, *more)  # type: ignore[no-any-return]

    def steps(self, document: str) -> dict[str, str]:
        """Member -> the last rung its copy has reached."""
        copies = self.ok("show", document)["copies"]
        return {one["member"]: one["rungs"][-1]["step"] for copy in copies for one in copy["progress"]}

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """``hub run`` or ``hub work`` as a process of its own, with its log in ``log``; ended by its id."""
        with (self.home / "log").open("ab") as log:
            process = start(self.home, *arguments, stderr=log)
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                try:
                    process.wait(PATIENCE)
                finally:
                    process.kill()  # Nothing happens to one that has ended; one that would not end fails the test.

    @property
    def log(self) -> str:
        return (self.home / "log").read_text("utf-8")

    def wait_for_log(self, text: str) -> None:
        until(lambda: text in self.log)


def start(home: Path, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "hub", "--home", str(home), *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT, **options)


ROOT = Path(__file__).resolve().parent.parent.parent


def until(condition: Any) -> None:
    assert wait_until(condition, PATIENCE)


def write_files(folder: Path) -> None:
    """The three signed files of the default federation."""
    made = federation()
    for name, raw in (("root", made.root_raw), ("roster", made.roster_raw), ("agreement", made.agreement_raw)):
        (folder / f"{name}.json").write_bytes(raw)


def write_key(home: Path, member: str, generation: int = 0) -> None:
    """The member's keys of the test federation as key files."""
    home.mkdir(parents=True, exist_ok=True)
    write_key_files(home, member, generation)


def init_arguments(folder: Path, member: str) -> list[object]:
    """What ``hub node init`` needs besides ``--demo``."""
    files = [("--root-file", "root"), ("--roster", "roster"), ("--agreement", "agreement")]
    named = [part for option, name in files for part in (option, folder / f"{name}.json")]
    return ["node", "init", "--root", federation().fingerprint, "--member", member, *named]


def make_node(folder: Path, member: str, database: str = "") -> TestNode:
    """A node under ``folder``; all nodes there share its spool directory; ``database``: another than a file."""
    write_files(folder)
    home, port = folder / member, free_port()
    write_key(home, member)
    kept = ("--database", database) if database else ()
    done = hub("--home", home, *init_arguments(folder, member), "--port", port, "--demo", *kept)
    assert done.code == 0, done
    stand_at(home)
    return TestNode(home, member, port)


def today() -> str:
    """The day by the machine's clock, for nodes outside demo mode: they know no other."""
    return str(datetime.now(BEIJING).date())  # noqa: TID251


def stand_at(home: Path) -> None:
    """Let the node's clock begin at 16:30 on that Monday."""
    ahead = (NOW - datetime.now(UTC)).total_seconds()  # noqa: TID251 - the one place that knows both clocks
    (home / "ahead").write_text(str(ahead), "ascii")
    settings = home / "hub.toml"
    settings.write_text(settings.read_text("utf-8").replace('clock = ""', f'clock = "{home / "ahead"}"'), "utf-8")
