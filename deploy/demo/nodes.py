"""One node as a process tree of its own: started, asked, stopped and killed from outside, like any other program's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.client import HubClient
from deploy.demo.commands import Commands
from deploy.demo.layout import HUB, ROOT
from deploy.demo.leftovers import end_group
from deploy.demo.offices import Office
from deploy.demo.waiting import StepFailed

_LAST_WAIT = 15.0


@dataclass
class Node:
    """An office's node. ``token`` is its program user's; ``clock`` the file its clock is set by, or None."""

    office: Office
    home: Path
    port: int
    commands: Commands = field(repr=False)
    clock: Path | None = None
    token: str = ""
    process: subprocess.Popen[bytes] | None = None
    overrides: dict[str, str] = field(default_factory=dict, repr=False)
    """What the environment says instead of ``hub.toml``: servers may have got other ports since."""
    _client: HubClient | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the process says."""
        return self.home / "node.log"

    @property
    def api(self) -> HubClient:
        """The node as its own business system sees it."""
        if self._client is None:
            self._client = HubClient(self.url, self.token)
        return self._client

    def start(self) -> None:
        """Start the process and return at once; a session of its own keeps the terminal's Ctrl-C away from it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [HUB, "--home", self.home, "run"],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def check_alive(self) -> None:
        """Raise when the process has ended by itself."""
        if self.process is None or self.process.poll() is not None:
            raise StepFailed(f"{self.office.short}的节点意外结束：{last_lines(self.log)}")

    def is_ready(self) -> bool:
        """Whether it takes requests; raises when it has ended."""
        self.check_alive()
        return self.api.ready()

    def ask_to_stop(self) -> None:
        """The orderly end: what is under way is finished."""
        self._signal(signal.SIGTERM)

    def wait_stopped(self) -> None:
        """See it gone, by force if it must be."""
        process = self.process
        if process is None:
            return
        end = time.monotonic() + _LAST_WAIT
        while process.poll() is None and time.monotonic() < end:
            try:
                process.wait(1)
            except subprocess.TimeoutExpired:
                self.ask_to_stop()  # The first signal may have met a node that was only starting.
        if process.poll() is None:
            self._signal(signal.SIGKILL)
            process.wait()
        end_group(process.pid)
        self._forget()

    def kill(self) -> None:
        """What a power cut does: both processes end at once, in the middle of whatever they do."""
        if self.process is None:
            return
        self._signal(signal.SIGKILL)
        self.process.wait()
        end_group(self.process.pid)
        self._forget()

    def hub(self, *arguments: str | Path) -> str:
        """Run a command of the node and give what it printed."""
        words = [str(part) for part in arguments]
        code, out, error = self.commands.run(["--home", str(self.home), *words], self.environment())
        if code:
            raise StepFailed(f"{self.office.short} hub {' '.join(words)}：{(error or out).strip()[-500:]}")
        return out

    def hub_json(self, *arguments: str | Path) -> Any:
        """The same for a command that prints JSON on its last line."""
        return json.loads(self.hub(*arguments, "--json").strip().splitlines()[-1])

    def environment(self) -> dict[str, str]:
        """Overrides of ``hub.toml``: a port that was taken since, the clock of the day."""
        given = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        given |= self.overrides | {"HUB_PORT": str(self.port)}
        if self.clock is not None:
            given["HUB_CLOCK"] = str(self.clock)
        return given

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number) if number is signal.SIGKILL else self.process.send_signal(number)

    def _forget(self) -> None:
        self.process = None
        if self._client is not None:
            self._client.close()
            self._client = None


def last_lines(log: Path, count: int = 3) -> str:
    """The end of a log, for an error message."""
    return " / ".join(log.read_text("utf-8", "replace").splitlines()[-count:]) if log.exists() else "（没有日志）"
