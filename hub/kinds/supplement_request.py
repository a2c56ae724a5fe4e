"""The requester says what the final feedback lacks; the matter goes back to the addressee under its own limit."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.supplement_request import SupplementRequest

KIND = Kind("supplement_request", 1, SupplementRequest, opens=False, audience="one")
