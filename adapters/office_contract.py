"""What the API gives of an office's own work, as an adapter reads it: the same promises as :mod:`adapters.contract`."""

from __future__ import annotations

from typing import Any, TypedDict


class Assignment(TypedDict):
    """A matter handed to a unit of the office; ``due_on`` is its last inner day."""

    id: str
    matter: str
    unit: str
    manner: str
    note: str
    due_on: str
    state: str
    reason: str
    urged: int
    at: str
    ended_at: str | None


class Lead(TypedDict):
    """One lead of the register; ``clock`` tells how its two working days stand. Nobody who reported is in it."""

    id: str
    number: str
    platform_no: str | None
    source: str
    first_receiver: bool
    received_on: str
    due_on: str
    clock: str
    summary: str
    matter: str | None
    unit: str | None
    forwarded_at: str | None
    outcome: str | None
    outcome_on: str | None


class NumberLine(TypedDict):
    """One number 文号 or 收文号 of the office; ``subject``: the document that has it."""

    doc_no: str
    code: str
    year: int
    seq: int
    state: str
    subject: str | None
    reason: str


class Contacts(TypedDict):
    """The newest list of one member: who serves today; ``stale`` when it is half a year old."""

    member: str
    document: str
    issued: str
    stale: bool
    contacts: list[dict[str, Any]]
