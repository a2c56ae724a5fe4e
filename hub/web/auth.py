"""Who asks: bearer tokens for programs, server-side sessions for people, and what each role may do.

Tokens, links and sessions are kept as SHA-256 only. A session cookie is scoped to the node by its name, for several
nodes may share one host.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import Response

from hub.core.audit import leaf
from hub.core.errors import NotAllowed, NotSignedIn
from hub.core.ids import sha256
from hub.core.policy import ROLES, TITLES, Permit, may
from hub.flows.ports import UnitOfWork
from hub.flows.rows import User
from hub.web.deps import Node, WebNode

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

bearer = HTTPBearer(
    auto_error=False, scheme_name="bearer", description="访问令牌 / bearer token of a user of this node"
)


def api_user(node: Node, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)] = None) -> User:
    """The user of the bearer token."""
    user = node.views.user_of_token(sha256(credentials.credentials.encode())) if credentials else None
    if user is None:
        raise NotSignedIn("缺少访问令牌，或令牌无效", field="Authorization")
    return user


def page_user(request: Request, node: Node) -> User:
    """The user of the session cookie."""
    session = request.cookies.get(cookie_name(request, node))
    user = node.views.user_of_session(sha256(session.encode()), node.now()) if session else None
    if user is None:
        raise NotSignedIn("尚未登录，或登录已超过有效时间")
    return user


def permitted(user: User, permit: Permit) -> User:
    """The user; raises ``NotAllowed`` unless the role has the permit."""
    if not may(user.role, permit):
        raise NotAllowed(
            f"“{ROLES.get(user.role, user.role)}”没有“{TITLES[permit]}”的权限",
            advice="请由本单位有此权限的人员办理，或联系本单位安全管理员。",
        )
    return user


def person_may(permit: Permit) -> Callable[[User], User]:
    """Dependency of a page: the signed-in person, if the role has the permit."""

    def check(user: Annotated[User, Depends(page_user)]) -> User:
        return permitted(user, permit)

    return _declared(check, permit)


def program_may(permit: Permit) -> Callable[[User], User]:
    """Dependency of an API call: the bearer, if the role has the permit."""

    def check(user: Annotated[User, Depends(api_user)]) -> User:
        return permitted(user, permit)

    return _declared(check, permit)


def _declared(check: Callable[[User], User], permit: Permit) -> Callable[[User], User]:
    """The dependency, with its permit to be read from the route: a test walks all of them."""
    check.permit = permit  # type: ignore[attr-defined]
    return check


def same_origin(request: Request) -> None:
    """Refuse a form that another site made the browser send (ASVS 3.5); a browser always says where it comes from."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site not in (None, "same-origin", "none"):
        raise NotAllowed("请求来自其他网站，已拒绝", advice="请在本系统页面内操作。")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise NotAllowed("请求来自其他网站，已拒绝", advice="请在本系统页面内操作。")
    if site is None and origin is None:
        raise NotAllowed("无法确认请求来自本系统页面", advice="请使用受支持的浏览器。")


def sign_in(request: Request, node: WebNode, link: str, response: Response) -> User:
    """Burn the one-time link and start a session; one transaction with its leaf."""
    now, session = node.now(), node.salt().hex() + node.salt().hex()

    def flow(uow: UnitOfWork) -> User | None:
        name = uow.users.use_link(sha256(link.encode()), now)
        user = next((one for one in uow.users.all() if one.name == name and one.active), None)
        if user is not None:
            uow.users.add_session(sha256(session.encode()), user.name, now + node.limits.session)
            uow.ledger.add([leaf("sign-in", user.name, user.name, now, node.salt(), role=user.role)])
        return user

    user = node.act(flow)
    if user is None:
        raise NotSignedIn("登录链接无效、已使用或已过期", advice="每个链接只能使用一次；请向管理员索取新的登录链接。")
    response.set_cookie(
        cookie_name(request, node),
        session,
        max_age=int(node.limits.session.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=_secure(request),
        path="/",
    )
    return user


def sign_out(request: Request, node: WebNode, user: User, response: Response) -> None:
    """End the session on the server, then in the browser."""
    now, session = node.now(), request.cookies.get(cookie_name(request, node), "")

    def flow(uow: UnitOfWork) -> None:
        uow.users.end_session(sha256(session.encode()))
        uow.ledger.add([leaf("sign-out", user.name, user.name, now, node.salt())])

    node.act(flow)
    response.delete_cookie(cookie_name(request, node), path="/", secure=_secure(request), httponly=True)


def cookie_name(request: Request, node: WebNode) -> str:
    """Ports do not part cookies, so the node's id does."""
    return f"{'__Host-' if _secure(request) else ''}hub-{node.member}"


def _secure(request: Request) -> bool:
    return request.url.hostname not in _LOOPBACK


Reader = Annotated[User, Depends(program_may(Permit.READ))]
"""A program that may see matters and documents."""
Sender = Annotated[User, Depends(program_may(Permit.SEND))]
SignedIn = Annotated[User, Depends(page_user)]
"""Whoever is signed in, an administrator too: for pages that show no case content, such as one's own account."""
Person = Annotated[User, Depends(person_may(Permit.READ))]
"""A person who may see matters and documents; what belongs to other units is :mod:`hub.web.sight`'s business."""
Decider = Annotated[User, Depends(person_may(Permit.SEND))]
