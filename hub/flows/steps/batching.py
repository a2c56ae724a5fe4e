"""What one batch of deliveries gathers before it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hub.core.audit import Leaf
from hub.core.streams import Head, StreamId
from hub.core.trust import Trust
from hub.flows.ports import Keys
from hub.flows.rows import Parked, Quarantined
from hub.flows.steps.admission import Judged


@dataclass
class Batch:
    """What one call gathers before it writes; everything here is local to the call."""

    trust: Trust
    member: str
    now: datetime
    keys: Keys
    heads: dict[StreamId, Head] = field(default_factory=dict)
    changed: set[StreamId] = field(default_factory=set)
    taken: dict[tuple[StreamId, int], str] = field(default_factory=dict)
    parked: dict[tuple[StreamId, int], Parked] = field(default_factory=dict)
    park: dict[str, Parked] = field(default_factory=dict)
    """Rows to add; those of ``unpark`` are dropped first, for one may come back waiting for something else."""
    unpark: list[str] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    hashes: set[str] = field(default_factory=set)
    quarantine: list[Quarantined] = field(default_factory=list)
    again: set[str] = field(default_factory=set)
    leaves: list[Leaf] = field(default_factory=list)
