"""Where the database's and the broker's programs are: named by the environment, Debian's places, then PATH."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from deploy import system_packages


class ServiceMissing(Exception):
    """The server's programs are not on this machine and could not be installed; the text says what to do."""


def _newest(pattern: str) -> list[Path]:
    def version(path: Path) -> list[int]:
        return [int(digits) for part in path.parts for digits in part.replace("-", ".").split(".") if digits.isdigit()]

    return sorted(Path("/usr/lib").glob(pattern), key=version, reverse=True)


def _find_postgres() -> Path | None:
    """The folder of PostgreSQL's programs: HUB_PG_BIN, then Debian's newest, then PATH."""
    given = os.environ.get("HUB_PG_BIN")
    on_path = shutil.which("initdb")
    places = (
        [Path(given)]
        if given
        else [*_newest("postgresql/*/bin"), *([Path(on_path).resolve().parent] if on_path else [])]
    )
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


def _find_rabbit() -> tuple[Path, Path] | None:
    """RabbitMQ's start script (the real one: Debian's wrapper insists on its own user and log) and Erlang's epmd."""
    given = [Path(os.environ["HUB_RABBIT_BIN"])] if "HUB_RABBIT_BIN" in os.environ else []
    on_path = shutil.which("rabbitmq-server")
    folders = [*given, Path("/usr/lib/rabbitmq/bin"), *([Path(on_path).resolve().parent] if on_path else [])]
    server = next((folder / "rabbitmq-server" for folder in folders if (folder / "rabbitmq-server").exists()), None)
    epmd = shutil.which("epmd") or next(map(str, _newest("erlang/erts-*/bin/epmd")), None)
    return (server, Path(epmd)) if server and epmd else None


def postgres() -> Path:
    """The folder of PostgreSQL's programs, installed now if that is possible."""
    found = _find_postgres() or (system_packages.install(["postgresql"], "PostgreSQL") and _find_postgres())
    if not found:
        raise ServiceMissing(system_packages.advice(["postgresql"], "PostgreSQL"))
    return found


def rabbit() -> tuple[Path, Path]:
    """RabbitMQ's start script and Erlang's port mapper, installed now if that is possible."""
    found = _find_rabbit() or (system_packages.install(["rabbitmq-server"], "RabbitMQ") and _find_rabbit())
    if not found:
        raise ServiceMissing(system_packages.advice(["rabbitmq-server"], "RabbitMQ"))
    return found
