"""The clock reminds the duty-holder 催办; it has no legal effect (DOMAIN section 3.1)."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.reminder import Reminder

KIND = Kind("reminder", 1, Reminder, opens=False, audience="one")
