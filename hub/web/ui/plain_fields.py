"""The fields of a form in one matter, what they begin with, and what its body holds beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hub.core.trust import Trust
from hub.flows.ports.views import MatterView
from hub.flows.prefill import opening_of, starting_body
from hub.web.ui.boxes import Box, drawn
from hub.web.ui.plain import Plain

_GROUND = ("title", "original_doc_no", "document")
"""What a form takes from the flow's own starting body; all else of it stands in the fields."""


def boxes_of(plain: Plain, view: MatterView) -> tuple[Box, ...]:
    """The fields of this form in this matter; those for the items of the request stand after what must be filled in."""
    boxes = [drawn(box, plain.kind) for box in plain.boxes]
    asked = [item for item in opening_of(view).get("items", ()) if isinstance(item, dict)]
    found = [_of_item(box, item, plain) for item in asked for box in plain.per_item]
    place = next((at for at, box in enumerate(boxes) if not box.needed), len(boxes))
    return (*boxes[:place], *found, *boxes[place:]) if found else tuple(boxes)


def values_of(boxes: tuple[Box, ...], view: MatterView, trust: Trust, today: date) -> dict[str, str]:
    """What the fields hold before anybody writes."""
    row, opening = view.row, opening_of(view)
    proposal = next((one.body for one in reversed(view.thread) if one.row.act == "propose" and one.body), {})
    known = {
        "": "",
        "zero": "0",
        "today": today.isoformat(),
        "due": row.due_effective.isoformat() if row is not None and row.due_effective else "",
        "superior": (trust.common_superior(row.opener, row.other) or "") if row is not None else "",
        "case_name": str(opening.get("case_name", "")),
        "facts": str(opening.get("facts", "")),
        "competent": str(proposal.get("competent", "")),
        "handover_by": str(proposal.get("handover_by", "")),
    }
    level = {"classification": "internal"}
    return {box.name: level.get(box.name, known[box.fill]) for box in boxes}


def ground_of(plain: Plain, view: MatterView, today: date) -> dict[str, Any]:
    """What a body holds beside the fields: title, the letter it answers or follows, what it carries on."""
    start = starting_body(plain.kind, plain.act, view, today)
    ground: dict[str, Any] = {**{name: start[name] for name in _GROUND if name in start}, **dict(plain.fixed)}
    for name in plain.carries:
        value = next((one.body[name] for one in view.thread if one.body and one.body.get(name)), None)
        ground.update({name: value} if value else {})
    return ground


def _of_item(box: Box, item: dict[str, Any], plain: Plain) -> Box:
    listed, _, field = box.name.partition("/")
    number = item.get("no", 0)
    what = str(item.get("matter", ""))
    short = what if len(what) <= 24 else what[:24] + "…"
    choices = drawn(Box(field), plain.kind).choices if box.sort == "choice" else ()
    return replace(
        box, name=f"{listed}/{number}/{field}", title=f"第 {number} 项“{short}”：{box.title}", choices=choices
    )
