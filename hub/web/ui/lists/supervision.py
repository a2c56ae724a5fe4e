"""督办: our own overdue duties, what the joint-meeting office may propose, and the letters already on their way.

Nobody is supervised by a program: the lists say what a person may decide on (DESIGN D8).
"""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.core.ids import BEIJING
from hub.core.policy import Permit, may
from hub.core.slots import Slot
from hub.flows.ports.duties import Duty, DutyFilter
from hub.flows.ports.views import MatterFilter
from hub.flows.rows import MatterRow
from hub.web.addresses import Cursor
from hub.web.auth import Person
from hub.web.deps import Node
from hub.web.sight import unit_of
from hub.web.ui.lists.due import extensions
from hub.web.ui.lists.turning import ROWS, Trail, turn
from hub.web.ui.render import page

router = APIRouter()

_TABS = {"own": "本单位督办", "proposed": "拟督办", "letters": "督办（提示）函办理情况"}


@router.get("/supervision")
def show_supervision(
    request: Request, node: Node, user: Person, tab: str = "", cursor: Cursor = None, trail: Trail = ""
) -> Response:
    """Three lists; the middle one is the joint-meeting office's alone."""
    now = node.now()
    joint = node.views.trust().joint_meeting(now.astimezone(BEIJING).date()) == node.member
    tabs = {name: title for name, title in _TABS.items() if joint or name != "proposed"}
    # That office has no duties of its own to be late with.
    tab = tab if tab in tabs else "proposed" if joint else "own"
    unit = unit_of(user)
    node.note("look-up", "supervision", user.name, list=tab)
    duties: tuple[Duty, ...] = ()
    matters: tuple[MatterRow, ...] = ()
    if tab == "letters":
        found = node.views.matters(MatterFilter(family="supervision", unit=unit), cursor, ROWS, now=now)
        matters, following = found.rows, found.next
    else:
        side = None if tab == "proposed" else "ours"
        wanted = DutyFilter(side, Slot.OVERDUE, proposed=tab == "proposed", unit=unit)
        listed = node.views.duties(wanted, cursor, ROWS, now=now)
        duties, following = listed.rows, listed.next
    return page(
        request,
        node,
        user,
        "lists/supervision.html",
        tab=tab,
        tabs=[(f"/supervision?{urlencode({'tab': name})}", title, None) for name, title in tabs.items()],
        here_tab=f"/supervision?{urlencode({'tab': tab})}",
        duties=duties,
        matters=matters,
        joint=joint,
        may_draft=may(user.role, Permit.DRAFT),
        letter=letter,
        extension=extensions(node),
        turn=turn("/supervision", {"tab": tab}, cursor, trail, following),
    )


def letter(duty: Duty) -> str:
    """Address that begins a 督办函 to the holder of this duty, about its matter."""
    return f"/papers/new?{urlencode({'kind': 'supervision_letter', 'to': duty.holder, 'about': duty.row.id})}"
