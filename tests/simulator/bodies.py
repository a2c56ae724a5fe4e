"""A valid body for every kind and act, from the published examples."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from hub.core.ids import sha256
from hub.flows.rows import Part
from schemas.catalogue import ACTS

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples"
PREFERRED = {("case_notice", "publish"): "valid-2", ("assistance_request", "request"): "valid-2"}
"""Examples other than the first of their act."""
SHEET = Part(sha256(b"%PDF-1.7 sheet"), "application/pdf", b"%PDF-1.7 sheet")


def body(kind: str, act: str, **changes: Any) -> dict[str, Any]:
    """The example of this kind and act, without attachments; ``changes`` replace whole fields."""
    return {**json.loads(_text(kind, act)), **changes}


def with_sheet(
    kind: str, act: str, role: str = "sealed_copy", *, of: str = "", **changes: Any
) -> tuple[dict[str, Any], tuple[Part, ...]]:
    """The same with one stamped sheet attached, for kinds that may not go without: a file ``of`` one office."""
    content = SHEET.content + of.encode()
    part = Part(sha256(content), SHEET.media_type, content)
    sheet = {
        "name": "盖章件.pdf",
        "part": part.sha256,
        "size": len(content),
        "media_type": part.media_type,
        "role": role,
    }
    return body(kind, act, attachments=[sheet], **changes), (part,)


@cache
def _text(kind: str, act: str) -> str:
    wanted = PREFERRED.get((kind, act))
    for path in sorted((EXAMPLES / kind).glob("valid-*.json")):
        found = json.loads(path.read_bytes())
        if found.get("act", ACTS[kind][0]) == act and wanted in (None, path.stem):
            found.pop("attachments", None)
            return json.dumps(found)
    raise AssertionError(f"no valid example of {kind}/{act}")
