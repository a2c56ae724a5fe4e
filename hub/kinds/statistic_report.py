"""A member's signed counts of one period, for the joint-meeting office."""

from __future__ import annotations

from hub.kinds.kind import Kind
from schemas.statistic_report import StatisticReport

KIND = Kind("statistic_report", 1, StatisticReport, opens=True, audience="one", replaces=True)
