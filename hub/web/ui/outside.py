"""系统外单位: offices that are no members, how paper reaches them, and what goes on with each."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import Refused
from hub.core.policy import Permit
from hub.flows import outside
from hub.flows.outside import CHANNELS, SYSTEMS
from hub.flows.ports import UnitOfWork
from hub.flows.ports.outside import OutsideOffice
from hub.flows.ports.views import MatterFilter
from hub.flows.rows import User
from hub.web.addresses import Cursor
from hub.web.auth import Person, person_may
from hub.web.deps import Node, WebNode
from hub.web.office import office_only
from hub.web.problems import problem_of
from hub.web.sight import unit_of
from hub.web.ui.forms import Form
from hub.web.ui.render import page

router = APIRouter()

Keeper = Annotated[User, Depends(person_may(Permit.OFFICE))]
OfficeId = Annotated[str, Path(pattern=r"^out-[0-9]{6}-[0-9]{1,4}$")]

ROWS = 20
_BLANK = {"region": "", "name": "", "system": "other", "address": "", "contact": "", "phone": "", "channel": "post"}


@router.get("/outside")
def list_offices(request: Request, node: Node, user: Person) -> Response:
    """All of them, those in use first."""
    found = node.act(lambda uow: uow.outside.all())
    rows = sorted(found, key=lambda one: (not one.active, one.id))
    return page(request, node, user, "office/outside.html", rows=rows, systems=SYSTEMS, channels=CHANNELS)


@router.get("/outside/new")
def new_office(request: Request, node: Node, user: Keeper) -> Response:
    """An empty form."""
    return _form(request, node, user, _BLANK, None)


@router.post("/outside/new")
def add_office(request: Request, node: Node, user: Keeper, form: Form) -> Response:
    """Register it under the next number of its region."""
    values: dict[str, Any] = {name: form.get(name, "") for name in _BLANK}

    def flow(uow: UnitOfWork) -> OutsideOffice:
        office = OutsideOffice(outside.next_id(uow, values["region"]), **values)
        return outside.keep(uow, office, who=user.name, now=node.now(), salt=node.salt)

    try:
        office_only(user)
        office = node.act(flow)
    except Refused as error:
        return _form(request, node, user, values, None, error)
    return RedirectResponse(f"/outside/{office.id}?done=new", status_code=303)


@router.get("/outside/{office}")
def show_office(request: Request, node: Node, user: Person, office: OfficeId, cursor: Cursor = None) -> Response:
    """Where it is, and the matters we have with it."""
    found = node.act(lambda uow: outside.known(uow, office))
    wanted = MatterFilter(counterpart=office, unit=unit_of(user))
    matters = node.views.matters(wanted, cursor, ROWS, now=node.now())
    return page(
        request,
        node,
        user,
        "office/outside_one.html",
        one=found,
        matters=matters,
        systems=SYSTEMS,
        channels=CHANNELS,
        first=cursor is None,
        more=f"/outside/{office}?cursor={matters.next}" if matters.next else None,
    )


@router.get("/outside/{office}/change")
def edit_office(request: Request, node: Node, user: Keeper, office: OfficeId) -> Response:
    """The form with what is known."""
    found = node.act(lambda uow: outside.known(uow, office))
    return _form(request, node, user, {name: getattr(found, name) for name in _BLANK}, found)


@router.post("/outside/{office}/change")
def change_office(request: Request, node: Node, user: Keeper, office: OfficeId, form: Form) -> Response:
    """Change all but region and number, which earlier letters bear."""
    values: dict[str, Any] = {name: form.get(name, "") for name in _BLANK}
    found = node.act(lambda uow: outside.known(uow, office))
    changed = replace(found, **{**values, "region": found.region})
    return _kept(request, node, user, changed, values, found, "changed")


@router.post("/outside/{office}/active")
def switch_office(request: Request, node: Node, user: Keeper, office: OfficeId, form: Form) -> Response:
    """停用、启用; running matters go on."""
    found = node.act(lambda uow: outside.known(uow, office))
    changed = replace(found, active=form.get("active") == "1")
    values = {name: getattr(found, name) for name in _BLANK}
    return _kept(request, node, user, changed, values, found, "on" if changed.active else "off")


def _kept(
    request: Request,
    node: WebNode,
    user: User,
    changed: OutsideOffice,
    values: dict[str, str],
    found: OutsideOffice,
    done: str,
) -> Response:
    try:
        office_only(user)
        node.act(lambda uow: outside.keep(uow, changed, who=user.name, now=node.now(), salt=node.salt))
    except Refused as error:
        return _form(request, node, user, values, found, error)
    return RedirectResponse(f"/outside/{found.id}?done={done}", status_code=303)


def _form(
    request: Request,
    node: WebNode,
    user: User,
    values: dict[str, str],
    found: OutsideOffice | None,
    error: Refused | None = None,
) -> Response:
    response = page(
        request,
        node,
        user,
        "office/outside_form.html",
        values=values,
        one=found,
        error=error,
        systems=SYSTEMS,
        channels=CHANNELS,
    )
    response.status_code = 200 if error is None else problem_of(error).status
    return response
