"""A filed case goes to the competent organ with file and items; it is not transferred on (程序规定 art. 14)."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.case_transfer import CaseTransfer

KIND = Kind("case_transfer", 1, CaseTransfer, opens=True, audience="one")
