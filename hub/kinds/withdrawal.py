"""The opener takes a request, transfer or notice back."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.withdrawal import Withdrawal

KIND = Kind("withdrawal", 1, Withdrawal, opens=False, audience="any")
