"""What a demonstration that was killed outright left running: found by id and command line, and ended."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from deploy import processes
from deploy.demo.layout import Memory


def end_leftovers(base: Path) -> None:
    """End nodes and servers of an earlier start under ``base``; whoever else has such an id by now is left alone."""
    memory = Memory.read(base / "memory.json")
    for member, pid in memory.pids.items():
        if str(base / member) in processes.command_of(pid):
            processes.send(pid, signal.SIGTERM)
            end_group(pid, patience=15)
    if memory.pids:
        memory.pids = {}
        memory.write()
    for server in ("rabbit", "postgres"):
        _end_server((base / server).resolve())


def end_group(group: int, patience: float = 5.0) -> None:
    """See every process of a group gone; what lingers is killed."""
    end = time.monotonic() + patience
    while _lives(group):
        if time.monotonic() > end:
            os.killpg(group, signal.SIGKILL)
        time.sleep(0.02)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _end_server(folder: Path) -> None:
    file = folder / "state.json"
    if not file.exists():
        return
    state = json.loads(file.read_text("utf-8"))
    marks = (str(folder), f"-port {state.get('epmd')}")
    for pid in map(int, state.get("pids", "").split()):
        if any(mark in processes.command_of(pid) for mark in marks):
            family = [pid, *processes.descendants(pid)]
            processes.send(pid, signal.SIGTERM)
            processes.finish(family, patience=20)
