"""What became of a transferred lead."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.transfer_result import TransferResult

KIND = Kind("transfer_result", 1, TransferResult, opens=False, audience="one")
