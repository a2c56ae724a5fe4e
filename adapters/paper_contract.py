"""What the public API gives of working papers 文稿, as an adapter reads it; rules as in :mod:`adapters.contract`."""

from __future__ import annotations

from typing import Any, TypedDict


class PaperLine(TypedDict):
    """One paper in a list; ``state`` is one of drafting, in_review, approved, issued, returned, discarded."""

    id: str
    kind: str
    title: str
    matter: str | None
    to: list[str]
    state: str
    author: str
    editor: str
    version: int
    document: str | None
    updated_at: str


class PaperEvent(TypedDict):
    """One line of a paper's history."""

    act: str
    who: str
    at: str
    comment: str


class Paper(PaperLine):
    """A paper with its body, perhaps incomplete; ``version`` goes back with the next change."""

    body: dict[str, Any]
    mark: str
    urgency: str
    requested: str | None
    reviewer: str | None
    approver: str | None
    history: list[PaperEvent]
