"""The list of the API's operations, and where the figures stood before."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from hub.core.policy import Permit
from hub.flows.rows import User
from hub.web.auth import Person, person_may
from hub.web.deps import Node
from hub.web.ui.render import page

router = APIRouter()

Reckoner = Annotated[User, Depends(person_may(Permit.FIGURES))]


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
