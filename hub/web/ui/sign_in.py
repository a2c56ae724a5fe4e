"""Signing in by a one-time link, and out. Opening the link burns nothing: mail scanners and previews open links too."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from hub.web import auth, signing_in
from hub.web.auth import Anybody
from hub.web.deps import Node
from hub.web.ui.forms import form_of
from hub.web.ui.render import page

router = APIRouter()

OwnForm = Depends(form_of)
Link = Annotated[str, Path(min_length=1, max_length=200)]


@router.get("/sign-in/{_link}")
def show_sign_in(request: Request, node: Node) -> Response:
    """One button; the link works once, when it is pressed."""
    return page(request, node, None, "sign_in.html")


@router.post("/sign-in/{link}", dependencies=[OwnForm])
def use_sign_in(request: Request, node: Node, link: Link) -> Response:
    """Burn the link, start the session."""
    response = RedirectResponse("/", status_code=303)
    signing_in.by_link(request, node, link, response)
    return response


@router.post("/sign-out", dependencies=[OwnForm])
def use_sign_out(request: Request, node: Node, user: Anybody) -> Response:
    """End the session."""
    response = page(request, node, None, "signed_out.html")
    auth.sign_out(request, node, user, response)
    return response
