"""The receiver tells what it did with a document that was taken back or corrected."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.compliance import Compliance

KIND = Kind("compliance", 1, Compliance, opens=False, audience="one")
