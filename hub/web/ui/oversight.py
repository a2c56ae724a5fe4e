"""Where the figures stood before; bookmarks still lead to them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from hub.core.policy import Permit
from hub.flows.rows import User
from hub.web.auth import person_may

router = APIRouter()

Reckoner = Annotated[User, Depends(person_may(Permit.FIGURES))]


@router.get("/counts")
def old_figures(_user: Reckoner) -> Response:
    """To the statistics."""
    return RedirectResponse("/statistics", 308)
