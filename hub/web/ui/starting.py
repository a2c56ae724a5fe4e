"""文书模板: the office's named starting bodies, made of papers, renamed and deleted here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import Refused
from hub.core.policy import Permit
from hub.flows import templates
from hub.flows.ports import UnitOfWork
from hub.flows.rows import User
from hub.web.auth import person_may
from hub.web.deps import Node, WebNode
from hub.web.office import names_of, office_only
from hub.web.problems import problem_of
from hub.web.ui.forms import Form
from hub.web.ui.render import page

router = APIRouter()

Keeper = Annotated[User, Depends(person_may(Permit.OFFICE))]
Drafter = Annotated[User, Depends(person_may(Permit.DRAFT))]


@router.get("/templates")
def list_templates(request: Request, node: Node, user: Drafter) -> Response:
    """All of them by name, each with the way to begin a paper from it."""
    return _page(request, node, user)


@router.post("/templates")
def keep(request: Request, node: Node, user: Drafter, form: Form) -> Response:
    """Make one of a working paper (``paper``), under ``name``."""

    def flow(uow: UnitOfWork) -> None:
        paper, name = form.get("paper", ""), form.get("name", "")
        templates.from_paper(uow, paper, name, who=user.name, now=node.now(), salt=node.salt)

    return _done(request, node, user, "kept", form, lambda: node.act(flow))


@router.post("/templates/rename")
def rename(request: Request, node: Node, user: Keeper, form: Form) -> Response:
    """Another name; one that is taken is refused."""

    def flow(uow: UnitOfWork) -> None:
        name, new = form.get("name", ""), form.get("new", "")
        templates.rename(uow, name, new, who=user.name, now=node.now(), salt=node.salt)

    return _done(request, node, user, "renamed", form, lambda: node.act(flow))


@router.post("/templates/delete")
def delete(request: Request, node: Node, user: Keeper, form: Form) -> Response:
    """Papers begun from it stay as they are."""

    def flow(uow: UnitOfWork) -> None:
        templates.drop(uow, form.get("name", ""), who=user.name, now=node.now(), salt=node.salt)

    return _done(request, node, user, "deleted", form, lambda: node.act(flow))


def _done(
    request: Request, node: WebNode, user: User, done: str, form: dict[str, str], act: Callable[[], None]
) -> Response:
    try:
        office_only(user)
        act()
    except Refused as error:
        return _page(request, node, user, form, error)
    return RedirectResponse(f"/templates?done={done}", status_code=303)


def _page(
    request: Request,
    node: WebNode,
    user: User,
    form: dict[str, str] | None = None,
    error: Refused | None = None,
) -> Response:
    rows, names = node.act(lambda uow: (uow.papers.templates(), names_of(uow)))
    response = page(request, node, user, "office/templates.html", rows=rows, names=names, form=form or {}, error=error)
    response.status_code = 200 if error is None else problem_of(error).status
    return response
