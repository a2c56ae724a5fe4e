"""One's own account: password, second factor, and where one is signed in."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import InvalidInput, NotAllowed, Refused
from hub.core.policy import ADMINISTRATORS, LEVELS, needs_factor
from hub.core.proofs import factor_uri, new_secret, weakness
from hub.flows import accounts
from hub.flows.accounts import By
from hub.flows.rows import User
from hub.web import signing_in, words
from hub.web.auth import Anybody, session_of
from hub.web.confirming import FIELD, asks_again, confirm_again
from hub.web.deps import Node, WebNode
from hub.web.problems import problem_of
from hub.web.signing_in import source_of
from hub.web.ui.forms import Form
from hub.web.ui.render import page

router = APIRouter()


@router.get("/account")
def show_account(request: Request, node: Node, user: Anybody) -> Response:
    """Who one is here, how one proves it, and where one is signed in."""
    now = node.now()
    return page(
        request,
        node,
        user,
        "account.html",
        account=node.views.accounts(now, user.name)[0],
        level="" if user.role in ADMINISTRATORS else LEVELS.get(user.level, user.level),
        sessions=node.views.sessions_of(user.name, now),
        current=session_of(request, node),
        told=_TOLD.get(request.query_params.get("done", ""), ""),
    )


@router.get("/account/password")
def show_password(request: Request, node: Node, user: Anybody) -> Response:
    """Old password, new one twice."""
    return _password(request, node, user, None)


@router.post("/account/password")
def use_password(request: Request, node: Node, user: Anybody, form: Form) -> Response:
    """Change it; every other sign-in of the user ends in the same transaction."""
    new = form.get("new", "")
    try:
        stored = _new_password(node, user, form.get(FIELD, ""), new, form.get("again", ""), source_of(request))
    except Refused as error:
        return _password(request, node, user, error)
    response = RedirectResponse("/account?done=password", status_code=303)
    by = _self(node, user)
    signing_in.begin_again(
        request, node, user.name, response, lambda uow: accounts.change_password(uow, user, stored, by)
    )
    return response


@router.get("/account/factor")
def show_factor(request: Request, node: Node, user: Anybody) -> Response:
    """What the second factor is, or the key to be entered, once it was asked for."""
    return _factor(request, node, user, None)


@router.post("/account/factor")
def begin_factor(request: Request, node: Node, user: Anybody, form: Form) -> Response:
    """Make a key, after proving oneself again: whoever finds an open screen must not enrol his own telephone."""
    try:
        confirm_again(node, user, form.get(FIELD, ""), "factor", source_of(request))
    except NotAllowed as error:
        return _factor(request, node, user, error)
    secret, by = new_secret(node.salt() + node.salt()), _self(node, user)
    node.act(lambda uow: accounts.show_factor(uow, user, secret, by))
    return RedirectResponse("/account/factor", status_code=303)


@router.post("/account/factor/code")
def use_factor(request: Request, node: Node, user: Anybody, form: Form) -> Response:
    """The first code enrols it."""
    code, by = form.get("code", "").replace(" ", ""), _self(node, user)
    response = RedirectResponse("/account?done=factor", status_code=303)
    try:
        signing_in.begin_again(
            request, node, user.name, response, lambda uow: accounts.enrol_factor(uow, user, code, by)
        )
    except InvalidInput as error:
        return _factor(request, node, user, error)
    return response


@router.post("/account/sessions")
def end_others(request: Request, node: Node, user: Anybody, form: Form) -> Response:  # noqa: ARG001 - read strictly
    """End the other sign-ins."""
    own, by = session_of(request, node), _self(node, user)
    node.act(lambda uow: accounts.end_others(uow, user, own, by))
    return RedirectResponse("/account?done=sessions", status_code=303)


def _new_password(node: WebNode, user: User, old: str, new: str, again: str, source: str) -> str:
    """The hash to be stored; raises ``Refused`` naming the field."""
    found = node.act(lambda uow: uow.users.credentials(user.name))
    if new != again:
        raise InvalidInput("两次输入的新口令不一致", field="again")
    reason = weakness(new, user.name)
    if reason is not None:
        raise InvalidInput(reason, field="new")
    if found.password is not None:
        confirm_again(node, user, old, "password", source)
    if any(node.passwords.fits(new, one) for one in (found.password, found.former) if one is not None):
        raise InvalidInput("新口令不能与最近用过的相同", field="new")
    return node.passwords.hash(new)


def _password(request: Request, node: WebNode, user: User, error: Refused | None) -> Response:
    account = node.views.accounts(node.now(), user.name)[0]
    return _answer(page(request, node, user, "password.html", account=account, error=error), error)


def _factor(request: Request, node: WebNode, user: User, error: Refused | None) -> Response:
    found = node.act(lambda uow: uow.users.credentials(user.name))
    office = words.member(node.views.trust(), node.member, short=True)
    uri = factor_uri(found.pending, user.name, office) if found.pending is not None else ""
    secret = " ".join(found.pending[at : at + 4] for at in range(0, 32, 4)) if found.pending is not None else ""
    values: dict[str, object] = {
        "secret": secret,
        "uri": uri,
        "picture": node.draw_code(uri) if uri and node.draw_code else "",
        "enrolled": found.secret is not None,
        "asks": asks_again(node, user),
        "wanted": found.secret is None and needs_factor(user.role, node.factor_for),
    }
    return _answer(page(request, node, user, "factor.html", error=error, **values), error)


def _answer(response: Response, error: Refused | None) -> Response:
    response.status_code = 200 if error is None else problem_of(error).status
    return response


def _self(node: WebNode, user: User) -> By:
    return By(user, user.name, node.now(), node.salt)


_TOLD = {
    "password": "口令已修改，其他登录均已退出。",
    "factor": "第二因子已启用，下次登录须输入验证码。",
    "sessions": "其他登录均已退出。",
}
