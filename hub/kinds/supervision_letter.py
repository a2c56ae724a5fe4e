"""A person asks the duty-holder for what is late; coordination, no assignment and no designation."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.supervision_letter import SupervisionLetter

KIND = Kind("supervision_letter", 1, SupervisionLetter, opens=True, audience="one")
