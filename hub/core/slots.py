"""The slots of the board of what is due 时限看板."""

from __future__ import annotations

from enum import StrEnum


class Slot(StrEnum):
    """Where an open duty stands on the board; each stands in one only, the first that fits."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    """Within three working days of the duty-holder."""
    WEEK = "week"
    """Later, but before this calendar week ends."""
    LATER = "later"
