"""The requester confirms the feedback and closes the matter."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.confirmation import Confirmation

KIND = Kind("confirmation", 1, Confirmation, opens=False, audience="one")
