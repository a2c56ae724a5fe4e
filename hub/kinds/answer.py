"""The addressee signs for, accepts or returns what it was sent; signing for starts legal clocks (DESIGN D4)."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.answer import Answer

KIND = Kind("answer", 1, Answer, opens=False, audience="one")
