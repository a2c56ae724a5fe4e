"""One matter on one page: state, every clock, who has followed what, related matters, and the thread."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.core.trust import Trust
from hub.flows.ports.relations import Relation
from hub.flows.ports.views import MatterView
from hub.web.addresses import MatterId
from hub.web.auth import Person
from hub.web.clocks import calendar_title, clocks_of, deadline_of
from hub.web.compliance import demands_of
from hub.web.deps import Node
from hub.web.ui import threads
from hub.web.ui.acts import elsewhere, offered
from hub.web.ui.disputes import dispute_of
from hub.web.ui.render import page

router = APIRouter()


@router.get("/matters/{matter}")
def show_matter(request: Request, node: Node, user: Person, matter: MatterId) -> Response:
    """State, clocks, thread with the evidence for each step."""
    view, trust, now = node.views.matter(matter), node.views.trust(), node.now()
    node.note("look-up", matter, user.name)
    clocks = clocks_of(view, trust, now)
    return page(
        request,
        node,
        user,
        "matter.html",
        view=view,
        title=view.row.title if view.row is not None else view.thread[-1].row.title,
        path=threads.path(view),
        clocks=clocks,
        calendar=lambda due: calendar_title(trust, due.calendar.id),
        others=_other_calendars(view, trust),
        demands=demands_of(view),
        relations=_by_target(node.views.relations(matter)),
        dispute=dispute_of(view, trust),
        thread=threads.entries(view.thread),
        acts=offered(view, trust),
        elsewhere=elsewhere(view, trust),
    )


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
