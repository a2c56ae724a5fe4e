"""Where a simulation runs: in memory where the machine has room there, for a year of fsync on a disk takes long.

Nothing in the node is relaxed: it waits for every write as always, and memory answers at once. What is to be kept is
copied out when all is closed.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hub.app import build_clock
from hub.cli.simulation.federation import Federation
from hub.cli.simulation.founding import settings_of
from hub.cli.simulation.gallery import fill
from hub.cli.simulation.year import Year
from hub.core.errors import InvalidInput
from hub.settings import save_settings
from hub.store.moving import copy_database

if TYPE_CHECKING:
    from datetime import datetime

    from hub.settings import Settings

_MEMORY = Path("/dev") / "shm"
_ROOM = 1 << 30


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    with tempfile.TemporaryDirectory(prefix="hub-simulate-", dir=_MEMORY if roomy else None) as folder:
        yield Path(folder)


def check_empty(folder: Path) -> None:
    """Refuse a folder that holds something; raises ``InvalidInput``."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidInput(f"{folder} 不是空文件夹", field="keep", advice="请另写一个新的文件夹。")


def keep(homes: list[Settings], folder: Path, now: datetime) -> None:
    """Copy closed nodes out; their clocks go on where the simulation ended."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = folder / "clock"
    for settings in homes:
        shutil.copytree(settings.home, folder / settings.member)
        kept = settings_of((folder / settings.member).resolve(), (folder / "spool").resolve(), str(clock.resolve()))
        save_settings(kept)
    ahead = now - build_clock(homes[0])()
    clock.write_text(f"{ahead.total_seconds():.3f}", "ascii")


def live_in(homes: list[Settings], seed: int, since: datetime, until: datetime, say: Callable[[str], None]) -> datetime:
    """Play business into nodes that exist and do not run, and leave a matter in every state; gives the moment it ended.

    It is played in embedded databases and their content is moved when all is done: whatever fails before leaves the
    nodes as they were.
    """
    with workshop() as folder:
        copies = [_copied(settings, folder) for settings in homes]
        federation = Federation.open(copies, seed, since, folder)
        try:
            year = Year(federation, seed, until, say)
            year.play()
            fill(year.mail)
        finally:
            federation.close()
        for settings, copy in zip(homes, copies, strict=True):
            copy_database(copy.database, settings.database, replace=True)
    return federation.now


def _copied(settings: Settings, folder: Path) -> Settings:
    home = folder / settings.member
    home.mkdir()
    copy = replace(settings_of(home, folder / "spool"), key=settings.key, fields=str(settings.ring))
    copy_database(settings.database, copy.database)
    return copy
