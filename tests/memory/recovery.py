"""Whom a restored node waits for, in memory."""

from __future__ import annotations

from collections.abc import Collection

from hub.core.ids import ALL
from tests.memory.journal import Concern, Journal, write


class MemoryRecovery(Concern):
    name = "recovery"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.members: dict[str, bool] = {}

    def waits_for(self) -> frozenset[str]:
        return frozenset(self.members)

    @write
    def hold(self, members: Collection[str]) -> None:
        for member in list(self.members):
            self.journal.drop(self.members, member)
        for member in members:
            self.journal.put(self.members, member, True)

    @write
    def heard(self, member: str) -> None:
        for heard in (member, ALL) if member in self.members else ():
            if heard in self.members:
                self.journal.drop(self.members, heard)
