"""Position, proposal and agreement in the talks over jurisdiction."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.jurisdiction_opinion import JurisdictionOpinion

KIND = Kind("jurisdiction_opinion", 1, JurisdictionOpinion, opens=False, audience="one")
