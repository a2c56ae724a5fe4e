"""The superior's designation is put on record with its scan; the hub designates nobody (DOMAIN section 3.1)."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.jurisdiction_designation import JurisdictionDesignation

KIND = Kind("jurisdiction_designation", 1, JurisdictionDesignation, opens=False, audience="one")
