"""One office asks another to investigate; the other must accept or return it in time (程序规定 art. 45)."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.assistance_request import AssistanceRequest

KIND = Kind("assistance_request", 1, AssistanceRequest, opens=True, audience="one")
