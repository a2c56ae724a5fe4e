"""The worker's loop: step while there is work, sleep until the bell, and outlast whatever is away (DESIGN D1).

It never ends because database or broker do not answer. Anything unexpected ends the process (crash-only): what was not
committed is done again by the next one.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.cli.bell import Bell, watch_database, watch_spool
from hub.cli.rhythm import Rhythm
from hub.core.errors import Unavailable

if TYPE_CHECKING:
    from hub.settings import Settings
    from hub.worker import Worker

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
LAST_WORD = 2.0
"""Seconds the pipe has, when the process is to end, to confirm what it was handed last; else that goes once more."""
COLLECT_AFTER = 20_000
"""New values of a kind that could stand in a circle, before circles are looked for. A batch of 500 messages holds that
many until it is written, none in a circle: Python's own 700 cost intake 70 of 400 µs a message."""


@dataclass(frozen=True, slots=True)
class Pause:
    """How long to leave something alone that does not answer."""

    seconds: float = FIRST_PAUSE

    def longer(self) -> Pause:
        """The pause after the next failure in a row."""
        return Pause(min(self.seconds * 2, LONGEST_PAUSE))


def perform(build: Callable[[], Worker], bell: Bell, log: Any) -> None:
    """Work until the bell says stop."""
    worker: Worker | None = None
    pause: Pause | None = None
    rhythm = Rhythm()
    while not bell.stopping:
        try:
            worker = worker or build()
            sleep = rhythm.turn(worker)
        except Unavailable as error:
            pause = pause.longer() if pause else Pause()
            log.warning("unavailable", code=error.code, reason=error.detail, again_in=pause.seconds)
            bell.rest(pause.seconds)
            continue
        if pause is not None:
            log.info("available again")
            pause = None
        if sleep:
            bell.wait(sleep)
    if worker is not None:
        with suppress(Unavailable):
            worker.settle_once(LAST_WORD)
        worker.transport.close()
        with suppress(Unavailable):
            worker.finish()


def work(settings: Settings, arrows: Collection[str], bell: Bell) -> None:
    """The worker process from its first to its last line; the signals must lead to ``bell`` already."""
    from hub.app import build, build_worker
    from hub.logs import logger
    from hub.worker import ARROWS

    log = logger("work")
    gc.set_threshold(COLLECT_AFTER)
    node = build(settings)
    node.store.rings = set(arrows) != set(ARROWS)
    watch_database(settings.database, bell)
    scheme, _, folder = settings.transport.partition(":")
    if scheme == "spool" and "intake" in arrows:
        watch_spool(Path(folder) / settings.member / "new", bell)

    def make() -> Worker:
        worker = build_worker(node, bell.ring)
        worker.arrows = arrows
        return worker

    log.info("working", arrows=list(arrows))
    perform(make, bell, log)
    node.store.close()
    log.info("stopped")


def stop_on_signals(bell: Bell) -> None:
    """Ctrl-C and SIGTERM end the loop after the transaction under way."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, bell.stop)
