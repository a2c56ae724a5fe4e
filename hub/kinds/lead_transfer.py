"""A lead goes to the office competent for it; the reporter stays masked (投诉举报处理办法 art. 37)."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.lead_transfer import LeadTransfer

KIND = Kind("lead_transfer", 1, LeadTransfer, opens=True, audience="one")
