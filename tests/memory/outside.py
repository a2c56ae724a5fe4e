"""Offices outside the federation, and what stored documents name, in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from hub.core.sealing import fields_of
from hub.flows.ports.outside import OutsideOffice
from hub.flows.ports.relations import Link
from hub.flows.rows import Message, MessageStatus
from hub.kinds.links import PART, links_of
from tests.memory.journal import Concern, Journal, write
from tests.memory.sending import MemoryMessages


class MemoryOutside(Concern):
    name = "outside"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[str, OutsideOffice] = {}

    def get(self, office: str) -> OutsideOffice | None:
        return self.rows.get(office)

    @write
    def put(self, office: OutsideOffice) -> None:
        self.journal.put(self.rows, office.id, office)

    def all(self) -> list[OutsideOffice]:
        return [row for _, row in sorted(self.rows.items())]


class MemoryLinks(Concern):
    """Read from the documents themselves each time."""

    name = "links"

    def __init__(self, journal: Journal, messages: MemoryMessages) -> None:
        super().__init__(journal)
        self._messages = messages

    def naming(self, relation: str, others: Collection[str]) -> list[Link]:
        found = {
            Link(row.matter, named, other, row.document)
            for row in self._messages.rows.values()
            if row.status is MessageStatus.STORED
            for named, other in _named(row)
            if named == relation and other in others and other != row.matter
        }
        return sorted(found, key=lambda one: (one.document, one.matter, one.other))


def _named(row: Message) -> Iterator[tuple[str, str]]:
    yield from ((PART, part.sha256) for part in row.parts)
    yield from links_of(row.kind, fields_of(row.raw, row.opened) or {})
