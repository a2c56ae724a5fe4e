"""Accounts of the office: the system administrator makes and disables them, the security administrator grants roles."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import NotFound, Refused
from hub.core.ids import sha256
from hub.core.policy import ADMINISTRATORS, LEVELS, ORDINARY, ROLES, Permit
from hub.flows import accounts
from hub.flows.accounts import By, Entry
from hub.flows.ports import UnitOfWork
from hub.flows.ports.access import Account
from hub.flows.rows import User
from hub.web.auth import person_may
from hub.web.confirming import FIELD, asks_again, confirm_again
from hub.web.deps import Node, WebNode
from hub.web.problems import problem_of
from hub.web.signing_in import source_of
from hub.web.ui.forms import Form
from hub.web.ui.render import page
from hub.web.ui.sign_in import address_of

router = APIRouter()

Looker = Annotated[User, Depends(person_may(Permit.USERS))]
Maker = Annotated[User, Depends(person_may(Permit.ACCOUNTS))]
Granter = Annotated[User, Depends(person_may(Permit.SECURITY))]
Name = Annotated[str, Path(max_length=64)]
STATES = {"active": "启用", "inactive": "停用", "locked": "锁定", "newcomer": "待授权"}


@router.get("/users")
def list_users(request: Request, node: Node, user: Looker, text: str = "", role: str = "", state: str = "") -> Response:
    """Everybody with an account; the filters stand in the address."""
    chosen = {"text": text[:64], "role": role, "state": state if state in STATES else ""}
    found = [one for one in node.views.accounts(node.now()) if _fits(one, **chosen)]
    return page(
        request,
        node,
        user,
        "users.html",
        found=found,
        chosen=chosen,
        roles=ROLES,
        states=STATES,
        levels=LEVELS,
        administrators=ADMINISTRATORS,
        units=_units(node),
        told=_TOLD.get(request.query_params.get("done", ""), ""),
    )


@router.get("/users/new")
def show_new(request: Request, node: Node, user: Maker) -> Response:
    """Name and title; the role is granted by somebody else."""
    return page(request, node, user, "user_new.html", values={}, error=None)


@router.post("/users/new")
def use_new(request: Request, node: Node, user: Maker, form: Form) -> Response:
    """Make the account."""
    entry, by = Entry(form.get("name", ""), form.get("title", "")), _by(node, user)
    try:
        node.act(lambda uow: accounts.create(uow, entry, by))
    except Refused as error:
        response = page(request, node, user, "user_new.html", values=form, error=error)
        response.status_code = problem_of(error).status
        return response
    return RedirectResponse(f"/users/{entry.name}?done=new", status_code=303)


@router.get("/users/{name}")
def show_user(request: Request, node: Node, user: Looker, name: Name) -> Response:
    """One account with what the viewer may change of it."""
    return _show(request, node, user, name, told=_TOLD.get(request.query_params.get("done", ""), ""))


@router.post("/users/{name}/active")
def use_active(request: Request, node: Node, user: Maker, name: Name, form: Form) -> Response:
    """Disable, with the proof again, or enable."""
    active = form.get("active") == "1"
    change = partial(accounts.set_active, name=name, active=active)
    return _do(request, node, user, name, form, "active", lambda uow, by: change(uow, by=by), hurts=not active)


@router.post("/users/{name}/link")
def use_link(request: Request, node: Node, user: Maker, name: Name, form: Form) -> Response:  # noqa: ARG001
    """A first sign-in link, shown this once."""
    link, by = node.salt().hex() + node.salt().hex(), _by(node, user)
    expires = by.now + accounts.FIRST_LINK
    try:
        node.act(lambda uow: accounts.give_link(uow, name, sha256(link.encode()), expires, by))
    except Refused as error:
        return _show(request, node, user, name, error=error)
    return _show(request, node, user, name, link=address_of(request, link))


@router.post("/users/{name}/role")
def use_role(request: Request, node: Node, user: Granter, name: Name, form: Form) -> Response:
    """Role, level and unit; the user is signed out everywhere at once."""
    entry = Entry(name, "", form.get("role", ""), form.get("level", "handler"), form.get("unit") or None)
    return _do(request, node, user, name, form, "role", lambda uow, by: accounts.grant(uow, entry, by), hurts=True)


@router.post("/users/{name}/unlock")
def use_unlock(request: Request, node: Node, user: Granter, name: Name, form: Form) -> Response:
    """Let the user try again."""
    return _do(request, node, user, name, form, "unlock", lambda uow, by: accounts.unlock(uow, name, by))


@router.post("/users/{name}/sessions")
def use_sessions(request: Request, node: Node, user: Granter, name: Name, form: Form) -> Response:
    """Sign the user out everywhere."""
    return _do(request, node, user, name, form, "sessions", lambda uow, by: accounts.end_sessions(uow, name, by))


@router.post("/users/{name}/factor")
def use_factor(request: Request, node: Node, user: Granter, name: Name, form: Form) -> Response:
    """Take away the second factor of who lost the telephone."""
    return _do(
        request, node, user, name, form, "factor", lambda uow, by: accounts.drop_factor(uow, name, by), hurts=True
    )


@router.post("/users/{name}/reset")
def use_reset(request: Request, node: Node, user: Granter, name: Name, form: Form) -> Response:
    """Take away password and second factor; the link for a new password is shown this once."""
    link = node.salt().hex() + node.salt().hex()
    try:
        _confirmed(request, node, user, form, "reset")
        by = _by(node, user)
        node.act(lambda uow: accounts.reset(uow, name, sha256(link.encode()), by))
    except Refused as error:
        return _show(request, node, user, name, error=error)
    return _show(request, node, user, name, link=address_of(request, link))


def _do(
    request: Request,
    node: WebNode,
    user: User,
    name: str,
    form: dict[str, str],
    act: str,
    change: Callable[[UnitOfWork, By], object],
    *,
    hurts: bool = False,
) -> Response:
    """One change, and back to the account; what hurts asks for the proof again."""
    try:
        if hurts:
            _confirmed(request, node, user, form, act)
        by = _by(node, user)
        node.act(lambda uow: change(uow, by))
    except Refused as error:
        return _show(request, node, user, name, error=error)
    return RedirectResponse(f"/users/{name}?done={act}", status_code=303)


def _show(
    request: Request,
    node: WebNode,
    user: User,
    name: str,
    *,
    error: Refused | None = None,
    link: str = "",
    told: str = "",
) -> Response:
    found = node.views.accounts(node.now(), name)
    if not found:
        raise NotFound(f"没有用户 {name[:64]}", field="name")
    values: dict[str, Any] = {"account": found[0], "error": error, "link": link, "told": told, "levels": LEVELS}
    values |= {"roles": {role: ROLES[role] for role in ORDINARY}, "all_roles": ROLES, "units": _units(node)}
    values |= {"administrator": found[0].user.role in ADMINISTRATORS, "myself": name == user.name}
    response = page(request, node, user, "user.html", asks=asks_again(node, user), **values)
    response.status_code = 200 if error is None else problem_of(error).status
    return response


def _confirmed(request: Request, node: WebNode, user: User, form: dict[str, str], act: str) -> None:
    confirm_again(node, user, form.get(FIELD, ""), f"user-{act}", source_of(request))


def _fits(one: Account, text: str, role: str, state: str) -> bool:
    states = {
        "": True,
        "active": one.user.active,
        "inactive": not one.user.active,
        "locked": one.locked is not None,
        "newcomer": one.user.role == accounts.NEWCOMER,
    }
    named = text.casefold() in one.user.name.casefold() or text.casefold() in one.user.title.casefold()
    return named and role in ("", one.user.role) and states[state]


def _units(node: WebNode) -> dict[str, str]:
    return node.act(lambda uow: {one.code: one.name for one in uow.units.all() if one.active})


def _by(node: WebNode, user: User) -> By:
    return By(user, user.name, node.now(), node.salt)


_TOLD = {
    "new": "用户已建立；请安全管理员授权，并把登录链接交给本人。",
    "active": "启用状态已变更。",
    "role": "角色已变更，该用户已退出登录。",
    "unlock": "已解锁。",
    "sessions": "该用户的登录均已退出。",
    "factor": "第二因子已收回，该用户已退出登录；下次用口令登录后可重新启用。",
}
