"""The index and saved views in memory."""

from __future__ import annotations

from collections.abc import Sequence

from hub.flows.ports.saved import SavedView
from hub.flows.ports.subjects import SubjectKey, Words
from hub.flows.rows import Message
from tests.memory.journal import Concern, Journal, write
from tests.memory.sending import MemoryMessages


class MemorySubjects(Concern):
    name = "subjects"

    def __init__(self, journal: Journal, messages: MemoryMessages) -> None:
        super().__init__(journal)
        self.messages = messages
        self.taken: dict[str, bool] = {}
        self.words: dict[str, Words] = {}
        self.keys: dict[str, tuple[SubjectKey, ...]] = {}
        self.gone: dict[str, bool] = {}

    @write
    def take(self, limit: int, rules: int) -> list[Message]:
        rows = self.messages.rows.values()
        waiting = [row for row in rows if row.hash not in self.taken][:limit]
        older = {one.message for one in self.words.values() if one.rules < rules}
        waiting = waiting or [row for row in rows if row.hash in older][:limit]
        for row in waiting:
            self.journal.put(self.taken, row.hash, True)
        return waiting

    @write
    def add(self, words: Sequence[Words], keys: Sequence[SubjectKey]) -> None:
        told = {one.message for one in (*words, *keys)}
        for one in words:
            self.journal.put(self.words, one.message, one)
        for message in told:
            old, new = self.keys.get(message, ()), [key for key in keys if key.message == message]
            kept = [key for key in old if key in new]
            self.journal.put(self.keys, message, (*kept, *(key for key in new if key not in kept)))

    def of(self, message: str) -> list[SubjectKey]:
        return [] if message in self.gone else list(self.keys.get(message, ()))


class MemorySavedViews(Concern):
    name = "saved"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[tuple[str, str, str], SavedView] = {}

    def of(self, user: str, screen: str) -> list[SavedView]:
        found = [one for one in self.rows.values() if (one.user, one.screen) == (user, screen)]
        return sorted(found, key=lambda one: one.name)

    @write
    def put(self, view: SavedView) -> None:
        self.journal.put(self.rows, (view.user, view.screen, view.name), view)

    @write
    def drop(self, user: str, screen: str, name: str) -> None:
        if (user, screen, name) in self.rows:
            self.journal.drop(self.rows, (user, screen, name))
