"""What was received and refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hub.flows.rows import Quarantined
from hub.store.bulk import Upsert
from hub.store.mapping import Mapping
from hub.store.tables import quarantine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.store.work import Work

_ROWS = Mapping(Quarantined, quarantine)
_ADD = Upsert(quarantine, _ROWS.names, ["sha256"], "times = quarantine.times + excluded.times")


class SqlQuarantine:
    """Port ``Quarantine``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, items: Sequence[Quarantined]) -> None:
        """Keep what is new, count what came before."""
        alike: dict[str, Quarantined] = {}
        for item in items:
            known = alike.get(item.sha256)
            alike[item.sha256] = replace(known, times=known.times + item.times) if known else item
        _ADD.run(self._work, _ROWS.all_values(alike.values()))
