"""What is held, in memory: read from the messages and deliveries themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hub.flows.rows import DeliveryStatus, Message, MessageStatus
from tests.memory.finding import MemorySubjects
from tests.memory.journal import Concern, Journal, write
from tests.memory.progress import MemoryDeliveries
from tests.memory.sending import MemoryMessages


class MemoryHeld(Concern):
    name = "held"

    def __init__(
        self, journal: Journal, messages: MemoryMessages, deliveries: MemoryDeliveries, subjects: MemorySubjects
    ) -> None:
        super().__init__(journal)
        self.messages = messages
        self.deliveries = deliveries
        self.subjects = subjects

    def walk(self, after: int, rows: int, limit: int) -> tuple[list[str], int | None]:
        every = self.messages.rows.values()
        near = [row for row in every if after < row.id <= after + rows]
        held = [row for row in near if row.status is MessageStatus.HELD and row.erased is None][:limit]
        if len(held) == limit:
            return [row.hash for row in held], held[-1].id
        newest = max((row.id for row in every), default=0)
        return [row.hash for row in held], after + rows if after + rows < newest else None

    @write
    def judge(self, messages: Sequence[Message]) -> None:
        for new in messages:
            told = {name: getattr(new, name) for name in ("title", "status", "code", "stored_at", "receipt_frame")}
            self.journal.put(self.messages.rows, new.hash, replace(self.messages.rows[new.hash], **told))
            if new.hash in self.subjects.taken:
                self.journal.drop(self.subjects.taken, new.hash)

    def answers(self, member: str, limit: int) -> list[str]:
        rows = sorted(self.deliveries.rows.values(), key=lambda row: row.id)
        return [row.message for row in rows if (row.member, row.status) == (member, DeliveryStatus.HELD)][:limit]
