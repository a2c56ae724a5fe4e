"""Where one demonstration keeps its things, and what is remembered between starts."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.demo.offices import OFFICES
from deploy.demo.waiting import StepFailed

ROOT = Path(__file__).resolve().parent.parent.parent
HUB = ROOT / ".venv" / "bin" / "hub"
_OURS = frozenset({"bundles", "clock", "founded", "gap", "memory.json", "postgres", "rabbit", "root", "spool"})
"""What a demonstration makes besides the nodes' folders."""


def base_of(mode: str, rabbitmq: bool) -> Path:
    """The folder of a mode (``run``, ``check`` or ``tour``); none touches another's."""
    if mode == "run":
        return ROOT / ".demo" / "rabbitmq" if rabbitmq else ROOT / ".demo"
    return ROOT / ".demo" / (f"{mode}-rabbitmq" if rabbitmq else mode)


@dataclass
class Memory:
    """Ports, tokens and process ids: a second start uses the same ports, and finds what a killed demo left running."""

    path: Path
    ports: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Memory:
        """What an earlier start wrote, or nothing."""
        if not path.exists():
            return cls(path)
        return cls(path, **json.loads(path.read_text("utf-8")))

    def write(self) -> None:
        """Keep it; tokens are only for this user's eyes."""
        text = json.dumps({"ports": self.ports, "tokens": self.tokens, "pids": self.pids})
        aside = self.path.with_suffix(".new")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        aside.rename(self.path)


@contextmanager
def only_one(base: Path) -> Iterator[None]:
    """Two demonstrations over the same folder would end each other's nodes."""
    base.mkdir(parents=True, exist_ok=True)
    with (base / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StepFailed(f"另一个演示正在使用 {base}，请先结束它。") from error
        yield


def wipe(base: Path) -> None:
    """Forget everything of this demonstration, and nothing else that may lie in its folder."""
    members = {office.id for office in OFFICES}
    for entry in base.iterdir():
        if entry.name not in _OURS | members and not entry.name.endswith(".enrolment.json"):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def is_founded(base: Path) -> bool:
    """All nodes were made by an earlier start."""
    return (base / "founded").exists() and all((base / office.id / "hub.toml").exists() for office in OFFICES)
