"""A valid body for every kind and act, from the published examples."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples"
SOURCES = {
    ("case_notice", "publish"): "valid-2",
    ("assistance_request", "request"): "valid-2",
    ("answer", "sign-for"): "valid-1",
    ("answer", "return"): "valid-2",
    ("answer", "accept"): "valid-3",
    ("assistance_feedback", "feedback-final"): "valid-1",
    ("assistance_feedback", "feedback-interim"): "valid-2",
    ("lead_transfer", "transfer"): "valid-2",
    ("transfer_result", "result"): "valid-1",
    ("confirmation", "confirm"): "valid-1",
    ("withdrawal", "withdraw"): "valid-1",
    ("blacklist_entry", "list"): "valid-1",
    ("blacklist_removal", "remove"): "valid-1",
    ("reminder", "remind"): "valid-1",
}


def body(kind: str, act: str, **changes: Any) -> dict[str, Any]:
    """The example of this kind and act, without attachments; ``changes`` replace whole fields."""
    return {**json.loads(_text(kind, SOURCES[kind, act])), **changes}


@cache
def _text(kind: str, name: str) -> str:
    found = json.loads((EXAMPLES / kind / f"{name}.json").read_bytes())
    found.pop("attachments", None)
    return json.dumps(found)
