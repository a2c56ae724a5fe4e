"""Item-wise answer to an assistance request, interim or final."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.assistance_feedback import AssistanceFeedback

KIND = Kind("assistance_feedback", 1, AssistanceFeedback, opens=False, audience="one")
