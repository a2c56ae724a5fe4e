"""One office asks another to investigate; the other must accept or return it in time (程序规定 art. 45)."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.assistance_request import AssistanceRequest

RULES = {
    ("mr", "mr"): "ASSIST_MR",
    ("mr", "ps"): "ASSIST_CROSS",
    ("ps", "mr"): "ASSIST_CROSS",
    ("ps", "ps"): "ASSIST_CROSS",
}
"""Art. 45 binds market-regulation bodies only; towards and among others the limit is agreed (DOMAIN CM5)."""

KIND = Kind("assistance_request", 1, AssistanceRequest, opens=True, audience="one", rules=RULES)
