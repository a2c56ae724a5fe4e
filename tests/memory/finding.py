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
        self.keys: list[SubjectKey] = []
        self.gone: dict[str, bool] = {}

    @write
    def take(self, limit: int) -> list[Message]:
        waiting = [row for row in self.messages.rows.values() if row.hash not in self.taken][:limit]
        for row in waiting:
            self.journal.put(self.taken, row.hash, True)
        return waiting

    @write
    def add(self, words: Sequence[Words], keys: Sequence[SubjectKey]) -> None:
        for one in words:
            if one.message not in self.words:
                self.journal.put(self.words, one.message, one)
        for key in keys:
            self.journal.append(self.keys, key)

    def of(self, message: str) -> list[SubjectKey]:
        return [key for key in self.keys if key.message == message and message not in self.gone]


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
