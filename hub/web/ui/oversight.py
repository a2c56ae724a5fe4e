"""Members, refused deliveries, and the list of the API's operations."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from hub.core.policy import Permit
from hub.flows.rows import Quarantined, User
from hub.web.addresses import Cursor
from hub.web.auth import Person, person_may
from hub.web.deps import Node
from hub.web.problems import STATUS
from hub.web.ui.render import page

router = APIRouter()

Onlooker = Annotated[User, Depends(person_may(Permit.HEADERS))]
Reckoner = Annotated[User, Depends(person_may(Permit.FIGURES))]

ROWS = 20
_REASONS = {error.code: (error.title, error.advice) for error in STATUS}


@router.get("/members")
def list_members(request: Request, node: Node, user: Onlooker) -> Response:
    """The roster, with what is still on its way to each."""
    return page(request, node, user, "members.html", members=node.views.members(now=node.now()))


@router.get("/quarantine")
def list_quarantine(request: Request, node: Node, user: Onlooker, cursor: Cursor = None) -> Response:
    """What was received and refused, with the reason."""
    found = node.views.quarantine(cursor, ROWS)
    rows = [(row, *_told(row)) for row in found.rows]
    more = f"/quarantine?cursor={found.next}" if found.next else None
    return page(request, node, user, "quarantine.html", rows=rows, more=more, first=cursor is None)


@router.get("/quarantine/{item}")
def show_quarantined(
    request: Request, node: Node, user: Person, item: Annotated[int, Path(ge=1, lt=2**53)]
) -> Response:
    """One refused delivery; its bytes as text, for whoever must find out what happened."""
    row = node.views.one_quarantined(item)
    node.note("look-up", row.sha256, user.name, quarantine=item)
    title, advice = _told(row)
    text = row.raw[:4096].decode("utf-8", "replace")
    return page(request, node, user, "quarantined.html", row=row, title=title, advice=advice, text=text)


@router.get("/counts")
def old_address(_user: Reckoner) -> Response:
    """Where the figures stood before; bookmarks still lead to them."""
    return RedirectResponse("/statistics", 308)


@router.get("/api-list")
def list_operations(request: Request, node: Node, user: Person) -> Response:
    """What programs may ask, in one table."""
    paths = request.app.openapi()["paths"]
    rows = [
        (method.upper(), path, operation["summary"])
        for path, item in paths.items()
        for method, operation in item.items()
    ]
    return page(request, node, user, "operations.html", rows=rows)


def _told(row: Quarantined) -> tuple[str, str]:
    return _REASONS.get(row.code, ("来件不符合规则", "请与发件单位联系。"))
