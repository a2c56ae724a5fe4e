"""Starting, watching and ending the processes of a private server: unprivileged, on loopback, by process id."""

from __future__ import annotations

import hashlib
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_POLL = 0.05
_PORTS = range(15000, 32000)


class ServiceFailed(Exception):
    """The server did not start or did not stop; the text holds the end of its log."""


def free_port() -> int:
    """A port nobody uses now, below the range of outgoing connections: so it is still free at the next start."""
    return next(port for port in random.SystemRandom().sample(_PORTS, len(_PORTS)) if port_is_free(port))


def port_is_free(port: int) -> bool:
    """True when a server could listen on that port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """True as soon as ``condition`` holds, False when it did not within ``seconds``."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(_POLL)
    return True


def alive(pid: int) -> bool:
    """True while the process runs; a zombie has ended."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.strip().startswith("Z")


def descendants(pid: int) -> list[int]:
    """All children of a process, and theirs."""
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=False).stdout
    parents = [(int(child), int(parent)) for child, parent in (line.split() for line in table.splitlines())]
    found = [pid]
    for each in found:
        found.extend(child for child, parent in parents if parent == each)
    return found[1:]


def command_of(pid: int) -> str:
    """The command line of a process, empty when it has ended."""
    return subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout


def send(pid: int, number: signal.Signals) -> None:
    """Signal one process; that it has ended already is no error."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def unprivileged_user(preferred: str) -> str | None:
    """Whom to run a server as: ``None`` (this user) unless we are root, then ``preferred`` or nobody."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(preferred).pw_name
    except KeyError:
        return "nobody"


def private_folder(path: Path, user: str | None) -> Path:
    """A folder that belongs to ``user`` and that ``user`` can reach.

    Below a closed home another user reaches nothing: then the folder lies in /var/tmp, with a pointer at ``path``.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the pointer this function makes
    path.parent.mkdir(parents=True, exist_ok=True)
    place = path
    if user and not all(parent.stat().st_mode & 0o001 for parent in path.parents):
        place = Path("/var/tmp") / f"antipyramid-{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"  # noqa: S108 - made 0700 below
        if not path.is_symlink():
            shutil.rmtree(place, ignore_errors=True)
            path.symlink_to(place)
    place.mkdir(mode=0o700, exist_ok=True)
    if user and place.owner() == pwd.getpwuid(os.geteuid()).pw_name:
        shutil.chown(place, user)
    elif user and place.owner() != user:
        raise ServiceFailed(f"{place} 属于 / belongs to {place.owner()}")
    return place


def write_owned(path: Path, text: str, user: str | None, mode: int = 0o600) -> None:
    """Write a small file that only ``user`` may read."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    path.chmod(mode)
    if user:
        shutil.chown(path, user)


def spawn(
    command: Sequence[str | Path], *, user: str | None, folder: Path, log: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own: Ctrl-C in the terminal must not reach it before we end it in order."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            start_new_session=True,
            umask=0o077,
        )


def end(process: subprocess.Popen[bytes], gentle: signal.Signals, seconds: float) -> None:
    """Ask a process to stop, insist after ``seconds``, and see its children gone as well."""
    family = descendants(process.pid)
    send(process.pid, gentle)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finish(family)


def kill(process: subprocess.Popen[bytes]) -> None:
    """What a power cut does: the process and its children end at once, mid-work."""
    family = descendants(process.pid)
    process.kill()
    process.wait()
    finish(family, patience=0)


def finish(family: Sequence[int], patience: float = 5) -> None:
    """See that every listed process ends: on its own within ``patience``, else by force."""
    if wait_until(lambda: not any(map(alive, family)), patience):
        return
    for pid in family:
        send(pid, signal.SIGKILL)
    if not wait_until(lambda: not any(map(alive, family)), 10):
        raise ServiceFailed(f"processes {family} do not end")


def tail(log: Path, lines: int = 25) -> str:
    """The end of a log for an error message."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
