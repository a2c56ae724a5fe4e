"""An entry leaves the list; every copy follows."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.blacklist_removal import BlacklistRemoval

KIND = Kind("blacklist_removal", 1, BlacklistRemoval, opens=False, audience="all")
