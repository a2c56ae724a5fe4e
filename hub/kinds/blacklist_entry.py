"""A company or platform enters the internal reference list, on a concluded document only (DOMAIN section 8)."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.blacklist_entry import BlacklistEntry

KIND = Kind("blacklist_entry", 1, BlacklistEntry, opens=True, audience="all", replaces=True)
