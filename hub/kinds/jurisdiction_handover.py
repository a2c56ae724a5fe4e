"""File, items and persons go to the side that has jurisdiction; the other side confirms."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.jurisdiction_handover import JurisdictionHandover

KIND = Kind("jurisdiction_handover", 1, JurisdictionHandover, opens=False, audience="one")
