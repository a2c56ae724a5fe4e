"""Ports onto what an office keeps of its own work; they belong to the same transaction as all others.

Lists come newest first and go on below the id ``before`` (ids are UUIDv7: their order is that of recording).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

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


class Papers(Protocol):
    """Working papers, and the office's templates."""

    def get(self, paper: str) -> Paper | None:
        """One paper, row-locked until commit: two people never decide on it at once."""
        ...

    def put(self, paper: Paper) -> None:
        """Insert or replace by id."""
        ...

    def page(self, wanted: PaperFilter, before: str | None, limit: int) -> list[Paper]: ...
    def template(self, name: str) -> Template | None: ...
    def put_template(self, template: Template) -> None:
        """Insert or replace by name."""
        ...

    def drop_template(self, name: str) -> None:
        """Delete it; none of that name is no error."""
        ...

    def templates(self) -> list[Template]:
        """All of them, by name."""
        ...


class Events(Protocol):
    """Who did what with a paper, an assignment or a lead; append-only."""

    def add(self, events: Sequence[Event]) -> None: ...
    def of(self, subject: str) -> list[Event]:
        """In the order of recording."""
        ...


class Numbers(Protocol):
    """Numbers taken and voided 发文字号、收文号, and the series they are assigned from."""

    def series(self, code: str) -> Series | None:
        """Row-locked until commit: two people never get the same next number."""
        ...

    def put_series(self, series: Series) -> None:
        """Insert or replace by code word."""
        ...

    def all_series(self) -> list[Series]: ...
    def get(self, issuer: str, code: str, year: int, seq: int) -> Number | None: ...
    def take(self, number: Number) -> bool:
        """Insert unless somebody has it; tells whether it was inserted."""
        ...

    def put(self, number: Number) -> None:
        """Insert or replace by (issuer, code, year, seq)."""
        ...

    def last(self, issuer: str, code: str, year: int) -> int:
        """The highest number taken or voided; 0 if none."""
        ...

    def of(self, subject: str) -> list[Number]:
        """What this document, paper or matter has."""
        ...

    def page(self, code: str | None, year: int, below: int | None, limit: int) -> list[Number]:
        """Numbers of one year and code word, the highest first, going on below ``below``."""
        ...


class Units(Protocol):
    """Units and what was handed to them."""

    def get(self, code: str) -> Unit | None: ...
    def put(self, unit: Unit) -> None:
        """Insert or replace by code."""
        ...

    def all(self) -> list[Unit]:
        """All of them, by code."""
        ...

    def assignment(self, assignment: str) -> Assignment | None:
        """Row-locked until commit."""
        ...

    def put_assignment(self, assignment: Assignment) -> None:
        """Insert or replace by id."""
        ...

    def of_matter(self, matter: str) -> list[Assignment]:
        """Oldest first."""
        ...

    def assignments(self, wanted: AssignmentFilter, before: str | None, limit: int) -> list[Assignment]: ...
    def between(self, since: datetime, until: datetime) -> list[Assignment]:
        """Those made in [since, until), oldest first."""
        ...

    def matters_of_unit(self, unit: str) -> set[str]:
        """Matters the unit has or had in hand; one it returned without work is no longer among them."""
        ...


class Leads(Protocol):
    """The register of leads 线索台账."""

    def get(self, lead: str) -> Lead | None:
        """Row-locked until commit."""
        ...

    def by_number(self, number: str) -> Lead | None: ...
    def put(self, lead: Lead) -> None:
        """Insert or replace by id."""
        ...

    def page(self, wanted: LeadFilter, before: str | None, limit: int) -> list[Lead]: ...
    def add_transfer(self, transfer: LeadTransfer) -> None: ...
    def transfers(self, numbers: Collection[str]) -> list[LeadTransfer]:
        """Transfers of any of these numbers, oldest first."""
        ...
