"""The bell: how much waits, asked again once a minute where script runs, and as a page of its own."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from hub.web.auth import Anybody
from hub.web.deps import Node
from hub.web.notices import notices
from hub.web.ui.render import page

router = APIRouter()


@router.get("/notices")
def show_notices(request: Request, node: Node, user: Anybody) -> Response:
    """Everything that waits for this person, each line opening its list."""
    return page(request, node, user, "notices.html", notices=notices(node.views, node.now(), user))


@router.get("/notices/bell")
def bell(node: Node, user: Anybody) -> Response:
    """A fragment: the number of things that wait, said in words for those who do not see it."""
    found = notices(node.views, node.now(), user)
    total = sum(one.number for one in found)
    if not total:
        return HTMLResponse("")
    shown = "99+" if total > 99 else str(total)
    urgent = " urgent" if found[0].tone == "red" else ""
    return HTMLResponse(
        f'<span class="bell-number{urgent}">{shown}</span><span class="visually-hidden">{total} 件待处理</span>'
    )
