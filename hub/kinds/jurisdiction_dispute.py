"""One office disputes with another who is competent; seven working days of talks begin (程序规定 art. 13)."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.jurisdiction_dispute import JurisdictionDispute

KIND = Kind("jurisdiction_dispute", 1, JurisdictionDispute, opens=True, audience="one")
