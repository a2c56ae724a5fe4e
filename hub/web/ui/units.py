"""承办单位: the sections and county bureaus that do the work, as the office registers them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import NotFound, Refused
from hub.core.policy import Permit
from hub.flows.offices import KINDS
from hub.flows.ports.office_rows import Unit
from hub.flows.rows import User
from hub.web.auth import person_may
from hub.web.deps import Node, WebNode
from hub.web.office import keep_unit, office_only, switched
from hub.web.problems import problem_of
from hub.web.ui.forms import Form
from hub.web.ui.render import page

router = APIRouter()

Keeper = Annotated[User, Depends(person_may(Permit.OFFICE))]
UnitCode = Annotated[str, Path(max_length=20)]

_EMPTY = {"code": "", "name": "", "kind": "county", "region": "", "accounts": ""}


@router.get("/units")
def list_units(request: Request, node: Node, user: Keeper) -> Response:
    """All of them, those in use first, with the way to what each has in hand."""
    found = node.act(lambda uow: uow.units.all())
    rows = sorted(found, key=lambda one: (not one.active, one.kind, one.code))
    return page(request, node, user, "office/units.html", rows=rows, kinds=KINDS)


@router.get("/units/new")
def new_unit(request: Request, node: Node, user: Keeper) -> Response:
    """An empty form."""
    return _form(request, node, user, _EMPTY, new=True)


@router.post("/units/new")
def add_unit(request: Request, node: Node, user: Keeper, form: Form) -> Response:
    """Register it; a code that is in use is refused."""
    return _kept(request, node, user, {**_EMPTY, **form}, new=True)


@router.get("/units/{code}")
def show_unit(request: Request, node: Node, user: Keeper, code: UnitCode) -> Response:
    """The form with what is known."""
    unit = node.act(lambda uow: uow.units.get(code))
    if unit is None:
        raise NotFound(f"没有承办单位 {code}", field="code")
    values = {"code": unit.code, "name": unit.name, "kind": unit.kind, "region": unit.region or ""}
    return _form(request, node, user, {**values, "accounts": "1" if unit.accounts else ""}, new=False, unit=unit)


@router.post("/units/{code}")
def change_unit(request: Request, node: Node, user: Keeper, code: UnitCode, form: Form) -> Response:
    """Change name, kind, region or accounts; the code stays, for assignments bear it."""
    return _kept(request, node, user, {**_EMPTY, **form, "code": code}, new=False)


@router.post("/units/{code}/active")
def switch_unit(node: Node, user: Keeper, code: UnitCode, form: Form) -> Response:
    """停用、启用."""
    unit = switched(node, office_only(user), code, active=form.get("active") == "1")
    return RedirectResponse(f"/units?done={'on' if unit.active else 'off'}", status_code=303)


def _kept(request: Request, node: WebNode, user: User, values: dict[str, str], *, new: bool) -> Response:
    known = node.act(lambda uow: uow.units.get(values["code"]))
    unit = Unit(
        values["code"],
        values["name"],
        values["kind"],
        values["region"] or None,
        accounts=bool(values["accounts"]),
        active=known.active if known else True,
    )
    try:
        keep_unit(node, office_only(user), unit, new=new)
    except Refused as error:
        return _form(request, node, user, values, new=new, unit=known, error=error)
    return RedirectResponse(f"/units?done={'new' if new else 'changed'}", status_code=303)


def _form(
    request: Request,
    node: WebNode,
    user: User,
    values: dict[str, str],
    *,
    new: bool,
    unit: Unit | None = None,
    error: Refused | None = None,
) -> Response:
    response = page(
        request, node, user, "office/unit.html", values=values, new=new, unit=unit, error=error, kinds=KINDS
    )
    response.status_code = 200 if error is None else problem_of(error).status
    return response
