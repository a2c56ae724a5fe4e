"""Papers, numbers, units and leads in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from hub.flows.ports.office_rows import (
    Assignment,
    AssignmentFilter,
    Event,
    Lead,
    LeadFilter,
    LeadTransfer,
    Number,
    Paper,
    PaperFilter,
    Series,
    Template,
    Unit,
)
from hub.flows.ports.uploads import Upload
from tests.memory.journal import Concern, Count, Journal, write


class HasId(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=HasId)


def newest(rows: Iterable[R], keep: Callable[[R], bool], before: str | None, limit: int) -> list[R]:
    found = [row for row in rows if keep(row) and (before is None or row.id < before)]
    return sorted(found, key=lambda row: row.id, reverse=True)[:limit]


def within(text: str | None, *values: str | None) -> bool:
    return text is None or any(text.lower() in (value or "").lower() for value in values)


class MemoryPapers(Concern):
    name = "papers"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[str, Paper] = {}
        self.named: dict[str, Template] = {}

    def get(self, paper: str) -> Paper | None:
        return self.rows.get(paper)

    @write
    def put(self, paper: Paper) -> None:
        self.journal.put(self.rows, paper.id, paper)

    def page(self, wanted: PaperFilter, before: str | None, limit: int) -> list[Paper]:
        exact = [name for name in ("state", "kind", "matter", "author") if getattr(wanted, name) is not None]

        def keep(row: Paper) -> bool:
            same = all(getattr(row, name) == getattr(wanted, name) for name in exact)
            return same and within(wanted.text, row.title)

        return newest(self.rows.values(), keep, before, limit)

    def template(self, name: str) -> Template | None:
        return self.named.get(name)

    @write
    def put_template(self, template: Template) -> None:
        self.journal.put(self.named, template.name, template)

    @write
    def drop_template(self, name: str) -> None:
        if name in self.named:
            self.journal.drop(self.named, name)

    def templates(self) -> list[Template]:
        return sorted(self.named.values(), key=lambda one: one.name)


class MemoryUploads(Concern):
    name = "uploads"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[tuple[str, str], Upload] = {}

    def get(self, paper: str, digest: str) -> Upload | None:
        return self.rows.get((paper, digest))

    def of(self, paper: str) -> list[Upload]:
        return [row for key, row in sorted(self.rows.items()) if key[0] == paper]

    @write
    def put(self, upload: Upload) -> None:
        self.journal.put(self.rows, (upload.paper, upload.digest), upload)

    @write
    def drop(self, paper: str, digest: str) -> None:
        if (paper, digest) in self.rows:
            self.journal.drop(self.rows, (paper, digest))

    def before(self, at: datetime) -> list[Upload]:
        return sorted((row for row in self.rows.values() if row.at < at), key=lambda row: row.at)


class MemoryEvents(Concern):
    name = "events"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: list[Event] = []
        self.silent: dict[str, bool] = {}
        self._next = Count()

    @write
    def add(self, events: Sequence[Event]) -> None:
        for event in events:
            self.journal.append(self.rows, replace(event, id=self._next()))

    def of(self, subject: str) -> list[Event]:
        found = [event for event in self.rows if event.subject == subject]
        return [replace(event, comment="") for event in found] if subject in self.silent else found


class MemoryNumbers(Concern):
    name = "numbers"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[tuple[str, str, int, int], Number] = {}
        self.runs: dict[str, Series] = {}

    def series(self, code: str) -> Series | None:
        return self.runs.get(code)

    @write
    def put_series(self, series: Series) -> None:
        self.journal.put(self.runs, series.code, series)

    def all_series(self) -> list[Series]:
        return [run for _, run in sorted(self.runs.items())]

    def get(self, issuer: str, code: str, year: int, seq: int) -> Number | None:
        return self.rows.get((issuer, code, year, seq))

    @write
    def take(self, number: Number) -> bool:
        key = (number.issuer, number.code, number.year, number.seq)
        if key in self.rows:
            return False
        self.journal.put(self.rows, key, number)
        return True

    @write
    def put(self, number: Number) -> None:
        self.journal.put(self.rows, (number.issuer, number.code, number.year, number.seq), number)

    def last(self, issuer: str, code: str, year: int) -> int:
        return max((key[3] for key in self.rows if key[:3] == (issuer, code, year)), default=0)

    def of(self, subject: str) -> list[Number]:
        return [row for _, row in sorted(self.rows.items()) if row.subject == subject]

    def page(self, code: str | None, year: int, below: int | None, limit: int) -> list[Number]:
        found = [
            row
            for row in self.rows.values()
            if row.year == year and (code is None or row.code == code) and (below is None or row.seq < below)
        ]
        return sorted(found, key=lambda row: (-row.seq, row.code, row.issuer))[:limit]


class MemoryUnits(Concern):
    name = "units"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[str, Unit] = {}
        self.given: dict[str, Assignment] = {}

    def get(self, code: str) -> Unit | None:
        return self.rows.get(code)

    @write
    def put(self, unit: Unit) -> None:
        self.journal.put(self.rows, unit.code, unit)

    def all(self) -> list[Unit]:
        return [unit for _, unit in sorted(self.rows.items())]

    def assignment(self, assignment: str) -> Assignment | None:
        return self.given.get(assignment)

    @write
    def put_assignment(self, assignment: Assignment) -> None:
        self.journal.put(self.given, assignment.id, assignment)

    def of_matter(self, matter: str) -> list[Assignment]:
        return [row for _, row in sorted(self.given.items()) if row.matter == matter]

    def assignments(self, wanted: AssignmentFilter, before: str | None, limit: int) -> list[Assignment]:
        def keep(row: Assignment) -> bool:
            late = wanted.overdue is None or (row.state == "open" and row.due_on < wanted.overdue)
            return late and wanted.unit in (None, row.unit) and wanted.state in (None, row.state)

        return newest(self.given.values(), keep, before, limit)

    def between(self, since: datetime, until: datetime) -> list[Assignment]:
        return [row for _, row in sorted(self.given.items()) if since <= row.at < until]

    def matters_of_unit(self, unit: str) -> set[str]:
        return {row.matter for row in self.given.values() if row.unit == unit and row.state != "returned"}


class MemoryLeads(Concern):
    name = "leads"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[str, Lead] = {}
        self.gone: dict[str, LeadTransfer] = {}

    def get(self, lead: str) -> Lead | None:
        return self.rows.get(lead)

    def by_number(self, number: str) -> Lead | None:
        return next((row for row in self.rows.values() if row.number == number), None)

    @write
    def put(self, lead: Lead) -> None:
        self.journal.put(self.rows, lead.id, lead)

    def page(self, wanted: LeadFilter, before: str | None, limit: int) -> list[Lead]:
        def keep(row: Lead) -> bool:
            forwarded, settled = row.forwarded_at is not None, row.outcome is not None
            flags = wanted.forwarded in (None, forwarded) and wanted.settled in (None, settled)
            late = wanted.overdue is None or (not forwarded and not settled and row.due_on < wanted.overdue)
            ours = late and wanted.unit in (None, row.unit)
            return flags and ours and within(wanted.text, row.summary, row.number, row.platform_no)

        return newest(self.rows.values(), keep, before, limit)

    @write
    def add_transfer(self, transfer: LeadTransfer) -> None:
        assert transfer.matter not in self.gone, "a matter opens once"
        self.journal.put(self.gone, transfer.matter, transfer)

    def transfers(self, numbers: Collection[str]) -> list[LeadTransfer]:
        found = [row for row in self.gone.values() if row.number in numbers]
        return sorted(found, key=lambda row: (row.at, row.matter))
