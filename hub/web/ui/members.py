"""成员和节点: who belongs, how each is reached, and the signed files all work by: roster, agreement, calendars."""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from hub.core.calendar import WorkingCalendar
from hub.core.ids import BEIJING, parse_time
from hub.core.policy import Permit
from hub.flows.ports.views import MemberView
from hub.flows.rows import User
from hub.web import rulebook, words
from hub.web.addresses import Text
from hub.web.auth import person_may
from hub.web.condition import condition, faded_receipts
from hub.web.deps import Node, WebNode
from hub.web.ui.render import page

router = APIRouter()

Onlooker = Annotated[User, Depends(person_may(Permit.HEADERS))]
TABS = {
    "offices": "成员单位",
    "node": "本节点状况",
    "trust": "名册和协议",
    "rules": "办理时限",
    "rights": "发文权限",
    "calendars": "工作日日历",
}
Year = Annotated[int | None, Query(ge=2000, le=2999)]


@dataclass(frozen=True, slots=True)
class Square:
    """One day of a month's sheet; ``word``: 休, 班 or empty."""

    day: date
    working: bool
    word: str
    why: str


@router.get("/members")
def show_members(
    request: Request,
    node: Node,
    user: Onlooker,
    tab: str = "offices",
    text: Text = None,
    id: str = "",  # noqa: A002 - the word in the address
    year: Year = None,
) -> Response:
    """One tab for each question; none of them shows a matter."""
    chosen = tab if tab in TABS else "offices"
    shown: dict[str, Any] = {}
    if chosen == "offices":
        shown = {"members": _found(node.views.members(now=node.now()), text), "text": text or ""}
    elif chosen == "node":
        shown = {"findings": condition(node, faded_receipts(node)), "health": node.views.health()}
    elif chosen == "trust":
        shown = _trust(node)
    elif chosen == "rules":
        rules = node.views.trust().agreement.rules
        shown = {"rules": rules, "limit": rulebook.limit, "extension": rulebook.extension}
    elif chosen == "rights":
        shown = _rights(node)
    else:
        shown = _calendar(node, id, year)
    tabs = [(f"/members?tab={name}", title, None) for name, title in TABS.items()]
    return page(request, node, user, "members.html", tabs=tabs, tab=chosen, **shown)


def _found(members: Sequence[MemberView], text: str | None) -> list[MemberView]:
    """By a part of the name, the short name or the id."""
    wanted = (text or "").strip().lower()
    return [one for one in members if wanted in f"{one.name} {one.short_name} {one.id}".lower()]


def _trust(node: WebNode) -> dict[str, Any]:
    trust, now = node.views.trust(), node.now()
    return {
        "roster": trust.roster,
        "issued": parse_time(trust.roster.issued),
        "expires": parse_time(trust.roster.expires),
        "left": trust.days_left(now),
        "root": trust.root,
        "agreement": trust.agreement,
        "agreed": parse_time(trust.agreement.issued),
        "today": now.astimezone(BEIJING).date().isoformat(),
        "stamped": [words.kind(kind) for kind in trust.agreement.stamped],
    }


def _rights(node: WebNode) -> dict[str, Any]:
    heads, cells = rulebook.matrix(node.views.trust().agreement.rights)
    return {"heads": heads, "cells": cells, "systems": rulebook.SYSTEMS}


def _calendar(node: WebNode, wanted: str, year: int | None) -> dict[str, Any]:
    """One calendar and year as twelve months, ours and this year by default."""
    trust = node.views.trust()
    own = trust.member(node.member).calendar
    chosen = wanted if wanted in trust.calendars else own
    found = trust.calendars[chosen]
    shown = year or node.now().astimezone(BEIJING).year
    months = [_month(found, shown, month) for month in range(1, 13)]
    return {
        "calendars": [(one.id, one.title) for one in trust.agreement.calendars],
        "chosen": chosen,
        "own_calendar": own,
        "year": shown,
        "years": sorted({*found.years, shown, shown + 1}),
        "settled": shown in found.years,
        "months": months,
        "specials": list(rulebook.specials(found, shown)),
        "working_days": sum(one.working for weeks in months for week in weeks for one in week if one is not None),
        "hours": [(opens.strftime("%H:%M"), closes.strftime("%H:%M")) for opens, closes in found.hours],
    }


def _month(found: WorkingCalendar, year: int, month: int) -> list[list[Square | None]]:
    """Weeks from Monday on; None pads the first and the last."""
    return [
        [_square(found, date(year, month, day)) if day else None for day in week]
        for week in gregorian.Calendar().monthdayscalendar(year, month)
    ]


def _square(found: WorkingCalendar, day: date) -> Square:
    working = found.is_working(day)
    special = working == (day.weekday() >= 5)
    word = ("班" if working else "休") if special else ""
    return Square(day, working, word, found.why(day))
