"""The months before the demonstration is first opened: made-up business, so that every list shows something.

Played by the engine of ``hub simulate`` over the members' own databases, before their processes start; at the end a
matter stands in every state that a family knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hub.core.ids import BEIJING


@dataclass(frozen=True, slots=True)
class Lived:
    """From when to when business went on, and which business."""

    since: datetime
    until: datetime
    seed: int

    def play(self, homes: Sequence[Path], say: Callable[[str], None]) -> datetime:
        """Play it into the nodes, none of which runs; gives the moment at which their clocks go on."""
        from hub.cli.simulation.workshop import live_in
        from hub.settings import load_settings

        say("补写此前几个月的往来（虚构业务）……")
        return live_in([load_settings(home) for home in homes], self.seed, self.since, self.until, say)


LIVED = Lived(datetime(2026, 3, 16, 8, tzinfo=BEIJING), datetime(2026, 6, 10, 9, 30, tzinfo=BEIJING), 7)
"""Holidays lie in it (三月三, 清明, 劳动节), and a Wednesday with duties overdue, due today and due soon ends it."""


def clock_of(path: Path) -> timedelta:
    """How far an earlier start set the clocks ahead of the machine's."""
    return timedelta(seconds=float(path.read_text("ascii")))
