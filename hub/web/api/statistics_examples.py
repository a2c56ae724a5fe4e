"""Examples of the answers with figures."""

from __future__ import annotations

from typing import Any

from hub.core.measures import MEASURES, NOT_COUNTED, SOURCE
from hub.web.addresses import MATTER
from hub.web.api.examples import AT, page

__all__ = ["FIGURE_MATTER", "RECONCILIATION", "STATISTICS", "page"]

FIGURE: dict[str, Any] = {
    "indicator": "I04",
    "measure": "on_time",
    "title": MEASURES["I04.on_time"].title,
    "unit": "percent",
    "scope": "inside",
    "member": "450500-mr",
    "peer": None,
    "value": 75.0,
    "numerator": 3,
    "denominator": 4,
    "open": 1,
    "source": SOURCE,
    "definition": MEASURES["I04.on_time"].definition,
}
STATISTICS: dict[str, Any] = {
    "since": "2026-04-01",
    "until": "2026-04-30",
    "at": AT,
    "agreement": 1,
    "waiting": 0,
    "figures": [FIGURE],
    "not_counted": NOT_COUNTED,
    "blind": [{"kind": "case_notice", "sender_system": "ps", "receiver_system": "ps", "see": "none"}],
}
FIGURE_MATTER: dict[str, Any] = {
    "matter": MATTER,
    "title": "【演示】关于协助调查某公司的函",
    "state": "已反馈待确认",
    "peer": "440800-mr",
    "day": "2026-05-08",
    "numerator": 1,
    "denominator": 1,
    "open": 0,
}
PARTS: dict[str, Any] = {"numerator": 3, "denominator": None, "open": 0}
RECONCILIATION: dict[str, Any] = {
    "since": "2026-04-01",
    "until": "2026-04-30",
    "at": AT,
    "members": [
        {
            "member": "450500-mr",
            "report": "on_time",
            "issued": AT,
            "matter": MATTER,
            "lines": [
                {
                    "measure": "I03.received",
                    "title": MEASURES["I03.received"].title,
                    "scope": "inside",
                    "own": PARTS,
                    "reported": {**PARTS, "numerator": 4},
                    "difference": -1,
                    "reasons": ["报表截止 2026-05-06 09:00，此后到达或仍在途的文书不计"],
                }
            ],
        }
    ],
}
