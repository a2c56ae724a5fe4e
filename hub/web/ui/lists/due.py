"""时限看板: open duties by the day they end, as columns and as an equal table; on both calendars' last days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hub.core.slots import Slot
from hub.core.trust import Trust
from hub.flows.ports.duties import SIDES, Duty, DutyFilter
from hub.flows.rows import User
from hub.web.addresses import Cursor, Day
from hub.web.auth import Person
from hub.web.clocks import rule_of
from hub.web.deps import Node, WebNode
from hub.web.sight import unit_of
from hub.web.ui.lists.turning import ROWS, Trail, turn
from hub.web.ui.render import page
from schemas.catalogue import TITLES

router = APIRouter()

SLOTS = {
    Slot.OVERDUE: "已超期",
    Slot.TODAY: "今日到期",
    Slot.SOON: "3 个工作日内",
    Slot.WEEK: "本周",
    Slot.LATER: "之后",
}
NEAR = "near"
SIDES_TITLES = {"ours": "本单位应办", "theirs": "等待他单位"}
PER_COLUMN = 12
_TONES = {Slot.OVERDUE: "red", Slot.TODAY: "amber", Slot.SOON: "amber", Slot.WEEK: "blue", Slot.LATER: "grey"}


@router.get("/due")
def show_due(
    request: Request,
    node: Node,
    user: Person,
    side: str = "ours",
    slot: str = "",
    form: str = "",
    kind: str = "",
    unit: Annotated[str, Query(max_length=20)] = "",
    day: Day = None,
    cursor: Cursor = None,
    trail: Trail = "",
) -> Response:
    """Counts are of all open duties of the side; a day or a slot shows its list."""
    chosen = {
        "side": side if side in SIDES else "ours",
        "slot": slot if slot in {*Slot, NEAR} else "",
        "form": "table" if form == "table" or slot in {*Slot, NEAR} or day else "",
        "kind": kind if kind in TITLES else "",
        "unit": unit if user.unit is None else "",
        "day": day.isoformat() if day else "",
    }
    with node.views.moment():
        return _shown(request, node, user, chosen, day, cursor, trail)


def _shown(
    request: Request,
    node: WebNode,
    user: User,
    chosen: dict[str, str],
    day: date | None,
    cursor: str | None,
    trail: str,
) -> Response:
    values = {
        "chosen": chosen,
        "slots": SLOTS,
        "tones": _TONES,
        "sides": SIDES_TITLES,
        "kinds": [("", "全部"), *TITLES.items()],
        "units": _units(node, user),
        "title_of": _title(chosen, day),
        "counts": node.views.duty_counts(now=node.now(), unit=_unit(user, chosen)),
        "extension": extensions(node),
        "link": lambda **changes: _link({**chosen, **changes}),
    }
    template, more = (_table if chosen["form"] else _board)(node, user, chosen, day, cursor, trail)
    return page(request, node, user, template, **values, **more)


def extensions(node: WebNode) -> Callable[[Duty], str]:
    """Whether the last day of a duty may still be moved, in words."""
    trust = node.views.trust()
    return lambda duty: _extension(trust, duty)


def _extension(trust: Trust, duty: Duty) -> str:
    rule = rule_of(duty.row, trust)
    if rule is None or not rule.extensions:
        return "不可延期"
    if duty.slot is Slot.OVERDUE:
        return "已届满，不可再延"
    left = len(rule.extensions) - duty.row.extended
    return f"可延期（还有 {left} 次）" if left > 0 else "已延期，不可再延"


def _board(
    node: WebNode, user: User, chosen: Mapping[str, str], _day: date | None, _cursor: str | None, _trail: str
) -> tuple[str, dict[str, object]]:
    now = node.now()
    columns = {slot: node.views.duties(_filter(user, chosen, slot), None, PER_COLUMN, now=now).rows for slot in SLOTS}
    return "lists/due.html", {"columns": columns}


def _table(
    node: WebNode, user: User, chosen: Mapping[str, str], day: date | None, cursor: str | None, trail: str
) -> tuple[str, dict[str, object]]:
    slot = Slot(chosen["slot"]) if chosen["slot"] in set(Slot) else None
    wanted = _filter(user, chosen, slot, day)
    found = node.views.duties(wanted, cursor, ROWS, now=node.now())
    return "lists/due_table.html", {"found": found, "turn": turn("/due", chosen, cursor, trail, found.next)}


def _filter(user: User, chosen: Mapping[str, str], slot: Slot | None, day: date | None = None) -> DutyFilter:
    return DutyFilter(
        chosen["side"],
        slot,
        unit=_unit(user, chosen),
        near=chosen["slot"] == NEAR,
        day=day,
        kind=chosen["kind"] or None,
    )


def _unit(user: User, chosen: Mapping[str, str]) -> str | None:
    return unit_of(user) or chosen["unit"] or None


def _units(node: WebNode, user: User) -> list[tuple[str, str]]:
    if user.unit is not None:
        return []
    return [("", "全部"), *((one.code, one.name) for one in node.views.units())]


def _title(chosen: Mapping[str, str], day: date | None) -> str:
    if day is not None:
        return f"{day.isoformat()} 到期"
    if chosen["slot"] == NEAR:
        return "即将到期（今日和 3 个工作日内）"
    return SLOTS[Slot(chosen["slot"])] if chosen["slot"] else "全部未办结时限"


def _link(chosen: Mapping[str, str]) -> str:
    query = {name: value for name, value in chosen.items() if value and (name, value) != ("side", "ours")}
    return f"/due?{urlencode(query)}" if query else "/due"
