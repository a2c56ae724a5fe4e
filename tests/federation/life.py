"""A matter between real nodes, act by act."""

from __future__ import annotations

from typing import Any

import pytest

from hub.core.errors import Refused
from hub.flows.rows import MatterRow
from hub.flows.send import Recorded, Request
from tests.simulator.bodies import body, with_sheet
from tests.simulator.world import World


class Life:
    """A matter between two nodes, act by act."""

    def __init__(self) -> None:
        self.world = World(1, size=5)
        self.matter = ""

    def do(self, who: str, kind: str, act: str, *, sheet: str = "", **how: Any) -> Recorded:
        """One decision, carried out at every node it concerns."""
        changes = how.pop("changes", {})
        content, parts = with_sheet(kind, act, sheet, of=who, **changes) if sheet else (body(kind, act, **changes), ())
        if self.matter and "to" not in how:
            how["matter"] = self.matter
        done = self.world.nodes[who].send(Request(kind, content, parts=parts, **how))
        self.matter = self.matter or done.matter
        self.world.settle()
        return done

    def row(self, at: str) -> MatterRow:
        return self.world.nodes[at].store.rows.matters.rows[self.matter]

    def both(self, *members: str) -> tuple[str, str, object]:
        """What all of them see alike: state, clock, last day."""
        seen = {(row.state, row.clock, row.due_effective) for row in map(self.row, members)}
        assert len(seen) == 1, seen
        return seen.pop()

    def refused(self, who: str, kind: str, act: str, word: str, field: str, **how: Any) -> None:
        """Refused with field and reason, and nothing written."""
        rows = self.world.nodes[who].store.rows
        before = (rows.outbox.count(), len(rows.ledger.leaves), len(rows.parts.rows))
        with pytest.raises(Refused) as refused:
            self.do(who, kind, act, **how)
        said = refused.value
        assert (word in said.detail, said.field) == (True, field), (said.detail, said.field)
        assert (rows.outbox.count(), len(rows.ledger.leaves), len(rows.parts.rows)) == before
