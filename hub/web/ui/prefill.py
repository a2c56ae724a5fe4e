"""What a form begins with: dates, numbers and names that the matter already holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from hub.core.trust import Trust
from hub.flows.ports.views import MatterView
from hub.kinds.registry import LATEST
from hub.web.ui.boxes import Box, drawn
from hub.web.ui.plain import Plain

_ANSWERS_OPENING = frozenset({"answer", "extension_notice", "progress_report", "withdrawal"})
_ANSWERS_LATEST = frozenset({"supplement_request", "confirmation"})
_LONGEST_TITLE = 150


def boxes_of(plain: Plain, view: MatterView) -> tuple[Box, ...]:
    """The fields of this form in this matter; those for the items of the request stand after what must be filled in."""
    kind = LATEST[plain.kind]
    boxes = [drawn(box, kind.name, kind.version) for box in plain.boxes]
    asked = [item for item in _opening(view).get("items", ()) if isinstance(item, dict)]
    found = [_of_item(box, item, plain) for item in asked for box in plain.per_item]
    place = next((at for at, box in enumerate(boxes) if not box.needed), len(boxes))
    return (*boxes[:place], *found, *boxes[place:]) if found else tuple(boxes)


def values_of(boxes: tuple[Box, ...], view: MatterView, trust: Trust, today: date) -> dict[str, str]:
    """What the fields hold before anybody writes."""
    row, opening = view.row, _opening(view)
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


def ground_of(plain: Plain, view: MatterView) -> dict[str, Any]:
    """What a body holds beside the fields: title, the number of the letter it answers, what it carries on."""
    title = view.row.title if view.row is not None else view.thread[0].row.title
    ground: dict[str, Any] = {"title": plain.heading.format(title[:_LONGEST_TITLE]) or plain.title, **dict(plain.fixed)}
    number = _answered(plain.kind, view)
    if number:
        ground["original_doc_no"] = number
    for name in plain.carries:
        value = next((one.body[name] for one in view.thread if one.body and one.body.get(name)), None)
        ground.update({name: value} if value else {})
    return ground


def _of_item(box: Box, item: dict[str, Any], plain: Plain) -> Box:
    listed, _, field = box.name.partition("/")
    number = item.get("no", 0)
    what = str(item.get("matter", ""))
    short = what if len(what) <= 24 else what[:24] + "…"
    choices = drawn(Box(field), plain.kind, LATEST[plain.kind].version).choices if box.sort == "choice" else ()
    return replace(
        box, name=f"{listed}/{number}/{field}", title=f"第 {number} 项“{short}”：{box.title}", choices=choices
    )


def _opening(view: MatterView) -> dict[str, Any]:
    document = view.row.document if view.row is not None else None
    return next((dict(one.body) for one in view.thread if one.row.document == document and one.body), {})


def _answered(kind: str, view: MatterView) -> str:
    """文号 of the letter this one answers, where that letter has one."""
    if kind in _ANSWERS_OPENING:
        return str(_opening(view).get("doc_no", ""))
    return next(_feedback_numbers(view), "") if kind in _ANSWERS_LATEST else ""


def _feedback_numbers(view: MatterView) -> Iterator[str]:
    for one in reversed(view.thread):
        if one.row.act in ("feedback-final", "result") and one.body and one.body.get("doc_no"):
            yield str(one.body["doc_no"])
