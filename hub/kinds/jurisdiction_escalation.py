"""The dispute is laid before the common superior; the other side is told (程序规定 arts 13, 14)."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.jurisdiction_escalation import JurisdictionEscalation

KIND = Kind("jurisdiction_escalation", 1, JurisdictionEscalation, opens=False, audience="one")
