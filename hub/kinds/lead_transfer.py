"""A lead goes to the office competent for it; the reporter stays masked (投诉举报处理办法 art. 37)."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.lead_transfer import LeadTransfer

RULES = {("mr", "mr"): "LEAD_CHECK", ("ps", "mr"): "LEAD_CHECK"}
"""程序规定 art. 18 binds the receiving market-regulation body, transfers from other departments included."""

KIND = Kind("lead_transfer", 1, LeadTransfer, opens=True, audience="one", rules=RULES)
