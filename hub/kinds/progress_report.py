"""What the duty-holder did about a supervised matter."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.progress_report import ProgressReport

KIND = Kind("progress_report", 1, ProgressReport, opens=False, audience="one")
