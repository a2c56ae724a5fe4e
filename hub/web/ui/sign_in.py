"""Signing in by password and code, or by a one-time link, and out; and the first three administrators.

Opening a link burns nothing: mail scanners and previews open links too.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import NotFound, Refused
from hub.core.ids import sha256
from hub.core.policy import ADMINISTRATORS, ROLES
from hub.flows import accounts
from hub.flows.accounts import By, Entry
from hub.flows.ports.people import Session
from hub.web import auth, signing_in
from hub.web.auth import Anybody
from hub.web.deps import Node, WebNode
from hub.web.door import LOOPBACK
from hub.web.problems import problem_of
from hub.web.ui.forms import Form, form_of
from hub.web.ui.navigation import landing
from hub.web.ui.render import page

router = APIRouter()

OwnForm = Depends(form_of)
Link = Annotated[str, Path(min_length=1, max_length=200)]


@router.get("/sign-in")
def show_password(request: Request, node: Node) -> Response:
    """Name and password."""
    return _ask(request, node, "password")


@router.post("/sign-in")
def use_password(request: Request, node: Node, form: Form) -> Response:
    """Start the session, or ask for the code; a refusal says how long to wait."""
    name = form.get("name", "")
    response = RedirectResponse("/", status_code=303)
    try:
        found = signing_in.by_password(request, node, name[:64], form.get("password", "")[:1000], response)
    except Refused as error:
        return _again(request, node, "password", name, error)
    return _go_on(response, node, found)


@router.get("/sign-in/code")
def show_code(request: Request, node: Node) -> Response:
    """The code of the second factor."""
    return _ask(request, node, "code")


@router.post("/sign-in/code")
def use_code(request: Request, node: Node, form: Form) -> Response:
    """Start the session."""
    response = RedirectResponse("/", status_code=303)
    try:
        found = signing_in.by_code(request, node, form.get("code", "").replace(" ", "")[:20], response)
    except Refused as error:
        return _again(request, node, "code", "", error)
    return _go_on(response, node, found)


@router.post("/sign-in/demo")
def use_demo(request: Request, node: Node, form: Form) -> Response:
    """Start a session as one of the demonstration's people; there is no such address outside demo mode."""
    response = RedirectResponse("/", status_code=303)
    return _go_on(response, node, signing_in.by_demo(request, node, form.get("person", "")[:64], response))


@router.get("/sign-in/{_link}")
def show_sign_in(request: Request, node: Node) -> Response:
    """One button; the link works once, when it is pressed."""
    return _ask(request, node, "link")


@router.post("/sign-in/{link}", dependencies=[OwnForm])
def use_sign_in(request: Request, node: Node, link: Link) -> Response:
    """Burn the link, start the session."""
    response = RedirectResponse("/", status_code=303)
    return _go_on(response, node, signing_in.by_link(request, node, link, response))


@router.post("/sign-out", dependencies=[OwnForm])
def use_sign_out(request: Request, node: Node, user: Anybody) -> Response:
    """End the session."""
    response = page(request, node, None, "signed_out.html")
    auth.sign_out(request, node, user, response)
    return response


@router.get("/setup")
def show_setup(request: Request, node: Node) -> Response:
    """Three administrators, while nobody has an account; only from the machine itself."""
    _while_empty(request, node)
    return _setup(request, node, {}, None, [])


@router.post("/setup")
def use_setup(request: Request, node: Node, form: Form) -> Response:
    """Make them, and show their one-time links this once."""
    _while_empty(request, node)
    links = [node.salt().hex() + node.salt().hex() for _ in ADMINISTRATORS]
    people = [Entry(form.get(f"{role}_name", ""), form.get(f"{role}_title", ""), role) for role in ADMINISTRATORS]
    by = By(None, "setup", node.now(), node.salt)
    code, hashes = sha256(form.get("code", "").encode()), [sha256(link.encode()) for link in links]
    try:
        node.act(lambda uow: accounts.set_up(uow, people, hashes, code, by))
    except Refused as error:
        response = _setup(request, node, form, error, [])
        response.status_code = problem_of(error).status
        return response
    made = [(ROLES[one.role], one.name, address_of(request, link)) for one, link in zip(people, links, strict=True)]
    return _setup(request, node, {}, None, made)


def address_of(request: Request, link: str) -> str:
    """A one-time link as it is handed to a person."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}/sign-in/{link}"


def _go_on(response: RedirectResponse, node: WebNode, found: Session) -> Response:
    role = node.views.accounts(node.now(), found.user)[0].user.role
    response.headers["location"] = landing(role) if found.complete else "/sign-in/code"
    return response


def _ask(request: Request, node: WebNode, step: str, name: str = "", error: Refused | None = None) -> Response:
    people = signing_in.offered(request, node) if step == "password" else []
    return page(request, node, None, "sign_in.html", step=step, name=name[:64], error=error, people=people)


def _again(request: Request, node: WebNode, step: str, name: str, error: Refused) -> Response:
    response = _ask(request, node, step, name, error)
    response.status_code = problem_of(error).status
    return response


def _while_empty(request: Request, node: WebNode) -> None:
    if signing_in.source_of(request) not in LOOPBACK or node.views.accounts(node.now()):
        raise NotFound("没有这个地址")


def _setup(
    request: Request, node: WebNode, values: dict[str, str], error: Refused | None, made: list[tuple[str, str, str]]
) -> Response:
    roles = [(role, ROLES[role]) for role in ADMINISTRATORS]
    return page(request, node, None, "setup.html", roles=roles, values=values, error=error, made=made)
