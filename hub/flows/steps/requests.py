"""What a person asks to send, and what was recorded of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.flows.rows import Part

MAX_PARTS = 1024 * 1024
"""All attachments of one document together, bytes; larger ones wait for sealed, resumable parts."""
MAX_ADDRESSEES = 50


@dataclass(frozen=True, slots=True)
class Request:
    """What a user asks to send. ``to`` may be empty inside a matter: the other side is meant."""

    kind: str
    body: dict[str, object]
    to: tuple[str, ...] = ()
    matter: str | None = None
    replaces: str | None = None
    mark: str = "addressee-only"
    urgency: str = "normal"
    requested: str | None = None
    expires: datetime | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """Ids of what was recorded."""

    document: str
    matter: str
    audiences: tuple[str, ...]
    act: str
