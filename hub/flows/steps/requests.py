"""What a person asks to send, and what was recorded of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.flows.rows import Part, PartMeta

MAX_AT_ONCE = 1024 * 1024
"""Bytes of files handed over in one go: with a form, in an API body, to a seal system. Larger ones come in pieces."""
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
    parts: tuple[Part | PartMeta, ...] = ()
    """Small attachments with their bytes; larger ones by what is kept of them here already."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Ids of what was recorded."""

    document: str
    matter: str
    audiences: tuple[str, ...]
    act: str
