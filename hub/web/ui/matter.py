"""One matter: a head that stays in sight, a rail with every clock, and one tab for each question people bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.core.families import FAMILIES
from hub.core.ids import BEIJING
from hub.core.trust import Trust
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Assignment, Event
from hub.flows.ports.relations import Relation
from hub.flows.ports.views import MatterView
from hub.flows.rows import User
from hub.web import casefile, journal
from hub.web.addresses import Cursor, MatterId
from hub.web.auth import Person
from hub.web.clocks import Clocks, calendar_title, clocks_of, deadline_of
from hub.web.compliance import demands_of
from hub.web.deps import Node, WebNode
from hub.web.office import names_of
from hub.web.sight import visible
from hub.web.ui import threads
from hub.web.ui.acts import ways_of
from hub.web.ui.assignments import panel
from hub.web.ui.disputes import dispute_of
from hub.web.ui.fields import Field, fields_of
from hub.web.ui.render import page
from hub.web.ui.timeline import timeline

router = APIRouter()

TABS = {
    "basic": "基本信息",
    "parties": "当事人",
    "evidence": "证据材料",
    "letters": "往来文书",
    "timeline": "流转时间轴",
    "links": "关联事项",
    "log": "操作日志",
}
LOGGED = 50
"""Lines of the log at once."""


@router.get("/matters/{matter}")
def show_matter(
    request: Request, node: Node, user: Person, matter: MatterId, tab: str = "basic", cursor: Cursor = None
) -> Response:
    """Head and rail are the same on every tab; the tab stands in the address."""
    view, trust, now = node.views.matter(matter), node.views.trust(), node.now()
    node.note("look-up", matter, user.name)
    chosen = tab if tab in TABS else "basic"
    clocks = clocks_of(view, trust, now)
    entries = threads.entries(view.thread)
    return page(
        request,
        node,
        user,
        "matter.html",
        view=view,
        title=view.row.title if view.row is not None else view.thread[-1].row.title,
        tabs=[(f"/matters/{view.id}?tab={name}", title, None) for name, title in TABS.items()],
        tab=chosen,
        path=threads.path(view),
        clocks=clocks,
        calendar=lambda due: calendar_title(trust, due.calendar.id),
        others=_other_calendars(view, trust),
        seizures=casefile.seizures_of(view.thread, now.astimezone(BEIJING).date()),
        ways=ways_of(user, view, trust),
        waits=_waits(view),
        opening=entries[0],
        newest=entries[-1],
        inner=panel(node, user, matter),
        **_of_tab(chosen, node, user, view, trust, clocks, entries, cursor),
    )


def _waits(view: MatterView) -> str | None:
    """``us`` or ``them``: whose move it is; None: nobody's, or we only look on."""
    family = FAMILIES.get(view.row.family) if view.row is not None else None
    if family is None or view.row is None or view.side is None or view.row.other == view.row.opener:
        return None
    mover = family.waits_for(view.row.state)
    return None if mover is None else ("us" if mover == view.side else "them")


def _of_tab(
    tab: str,
    node: WebNode,
    user: User,
    view: MatterView,
    trust: Trust,
    clocks: Clocks,
    entries: list[threads.Entry],
    cursor: str | None,
) -> dict[str, Any]:
    """What one tab shows and the others need not ask for."""
    shown: dict[str, Any]
    match tab:
        case "parties":
            shown = {"parties": [(_lines(one), one) for one in casefile.parties_of(view.thread)]}
        case "evidence":
            lists = [(_lines(one), one) for one in casefile.lists_of(view.thread)]
            shown = {"attached": casefile.attachments_of(view.thread), "lists": lists}
        case "letters":
            shown = {"thread": entries}
        case "timeline":
            shown = {"moments": timeline(view, entries, clocks, _inside(node, view.id), node.now())}
        case "links":
            links = node.views.relations(view.id)
            seen = visible(node, user, {one.matter for one in links})
            shown = {"relations": _by_target(tuple(one for one in links if one.matter in seen))}
        case "log":
            found = journal.of_matter(node, view, cursor, LOGGED)
            more = f"/matters/{view.id}?tab=log&cursor={found.next}" if found.next else None
            shown = {"log": journal.lines_of_matter(node, view, found, node.act(names_of)), "log_more": more}
        case _:
            shown = {"demands": demands_of(view), "dispute": dispute_of(view, trust)}
    return shown


def _lines(piece: casefile.Named) -> tuple[Field, ...]:
    """A piece of a body in the words of its form; what the form does not know stays unshown."""
    value = [piece.value] if isinstance(piece.value, dict) else piece.value
    lines = fields_of(piece.kind, piece.version, {piece.field: value}) or ()
    return lines[0].below[0].below if isinstance(piece.value, dict) and lines else lines


def _inside(node: WebNode, matter: str) -> list[tuple[Assignment, str, Sequence[Event]]]:
    """What this office handed to its units, with the unit's name and what happened to it."""

    def read(uow: UnitOfWork) -> list[tuple[Assignment, str, Sequence[Event]]]:
        names = {unit.code: unit.name for unit in uow.units.all()}
        return [(one, names.get(one.unit, one.unit), uow.events.of(one.id)) for one in uow.units.of_matter(matter)]

    return node.act(read)


def _by_target(relations: tuple[Relation, ...]) -> list[Relation]:
    """Each link once, though several documents of the thread may name it."""
    return list({(one.relation, one.outward, one.matter): one for one in relations}.values())


def _other_calendars(view: MatterView, trust: Trust) -> list[dict[str, Any]]:
    """What other calendars would say: two cities ask why their dates differ, and here they read it."""
    own = view.row.calendar if view.row is not None else None
    found = []
    for calendar in sorted(trust.calendars):
        due = deadline_of(view, trust, calendar) if own not in (None, calendar) else None
        if due is not None:
            found.append({"title": calendar_title(trust, calendar), "due": due})
    return found
