"""The command line of the nodes, run many times at the price of one import.

``hub`` takes a second to import what it needs, and founding eight nodes calls it twenty-four times. A fork server
imports it once; each command is then a process of its own, forked from there, and runs the very function that
``.venv/bin/hub`` runs. The nodes themselves are started from ``.venv/bin/hub``.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

_MODULES = (
    "hub.cli.program",
    "hub.app",
    "hub.cli.bundle",
    "hub.store.views",
    "hub.transport.spool",
    "alembic.command",
)
_DIED = 70
"""Exit code of a command that left none."""


class Commands:
    """Runs ``hub`` commands; safe to use from several threads."""

    def __init__(self) -> None:
        """The server starts with the first command, or with :meth:`warm`."""
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(_MODULES))
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Let the server import everything, so that the first command does not wait."""
        self.run(["--help"], {})

    def run(self, arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str, str]:
        """Run ``hub`` with these arguments; gives exit code, stdout and stderr."""
        with tempfile.TemporaryDirectory() as folder:
            process = self._context.Process(target=_hub, args=(tuple(arguments), dict(environment), folder))
            with self._lock:
                process.start()
            process.join()
            # Two threads may ask multiprocessing for the same exit code, and one of them is told nonsense: so a file.
            code, out, error = (_text(Path(folder, name)) for name in ("code", "out", "err"))
            return int(code or _DIED), out, error


def _hub(arguments: tuple[str, ...], environment: dict[str, str], folder: str) -> None:
    """In the forked process: become ``hub``."""
    for name, stream in (("out", 1), ("err", 2)):
        file = os.open(Path(folder, name), os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(file, stream)
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    from hub.cli.program import main

    code = main(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    Path(folder, "code").write_text(str(code), "ascii")
    os._exit(code)


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.exists() else ""
