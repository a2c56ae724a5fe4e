"""Who asks: bearer tokens for programs, server-side sessions for people, and what each role may do.

Tokens, links and sessions are kept as SHA-256 only. A session cookie is scoped to the node by its name, for several
nodes may share one host.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import Response

from hub.core.errors import NotAllowed, NotSignedIn
from hub.core.ids import sha256
from hub.core.policy import ROLES, TITLES, Permit, may, needs_factor
from hub.flows.ports.access import SignedIn
from hub.flows.rows import User
from hub.flows.signing_in import leave
from hub.web.deps import Node, WebNode
from hub.web.door import LOOPBACK
from hub.web.sight import check_address

OWN_PAGES = ("/account", "/sign-out")
"""What one sees before the password is set that an administrator asked for, or the second factor the office wants."""
REFRESH = timedelta(minutes=1)
"""Using a session is written down once in so long."""

bearer = HTTPBearer(
    auto_error=False, scheme_name="bearer", description="访问令牌 / bearer token of a user of this node"
)


def api_user(node: Node, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)] = None) -> User:
    """The user of the bearer token."""
    user = node.views.user_of_token(sha256(credentials.credentials.encode())) if credentials else None
    if user is None:
        raise NotSignedIn("缺少访问令牌，或令牌无效", field="Authorization")
    return user


def signed_in(request: Request, node: Node) -> SignedIn:
    """The running session of the cookie with its user; using it keeps it from idling out."""
    now, session = node.now(), session_of(request, node)
    found = node.views.signed_in(session, now) if session else None
    if found is None:
        raise NotSignedIn("尚未登录，或登录已超过有效时间")
    idle = min(now + node.limits.idle, found.session.expires)
    if idle - found.session.idle >= REFRESH:
        node.act(lambda uow: uow.users.touch(session, idle))
    return found


def page_user(request: Request, node: Node, found: Annotated[SignedIn, Depends(signed_in)]) -> User:
    """The user of the session cookie; who must set up a password or a second factor first is led there alone."""
    request.state.person = found.user
    wanted = "/account/password" if found.due else "/account/factor" if lacks_factor(node, found) else ""
    request.state.held = bool(wanted)
    if wanted and not request.url.path.startswith(OWN_PAGES):
        raise HTTPException(303, headers={"Location": wanted})
    return found.user


def lacks_factor(node: WebNode, found: SignedIn) -> bool:
    """Whether the person must set up a second factor before anything else."""
    return not found.factor and needs_factor(found.user.role, node.factor_for)


def permitted(user: User, permit: Permit) -> User:
    """The user; raises ``NotAllowed`` unless the role has the permit."""
    if not may(user.role, permit):
        raise NotAllowed(
            f"“{ROLES.get(user.role, user.role)}”没有“{TITLES[permit]}”的权限",
            advice="请由本单位有此权限的人员办理，或联系本单位安全管理员。",
        )
    return user


def person_may(permit: Permit) -> Callable[..., User]:
    """Dependency of a page: the signed-in person, if the role has the permit and what the address names is in sight."""

    def check(request: Request, node: Node, user: Annotated[User, Depends(page_user)]) -> User:
        return check_address(node, permitted(user, permit), request.path_params)

    return _declared(check, permit)


def program_may(permit: Permit) -> Callable[..., User]:
    """Dependency of an API call: the bearer, if the role has the permit and what the address names is in sight."""

    def check(request: Request, node: Node, user: Annotated[User, Depends(api_user)]) -> User:
        return check_address(node, permitted(user, permit), request.path_params)

    return _declared(check, permit)


def _declared(check: Callable[..., User], permit: Permit) -> Callable[..., User]:
    """The dependency, with its permit to be read from the route: a test walks all of them."""
    check.permit = permit  # type: ignore[attr-defined]
    return check


def sign_out(request: Request, node: WebNode, user: User, response: Response) -> None:
    """End the session on the server, then in the browser."""
    now, session = node.now(), session_of(request, node)
    node.act(lambda uow: leave(uow, session, user, now=now, salt=node.salt))
    response.delete_cookie(cookie_name(request, node), path="/", secure=is_secure(request), httponly=True)


def session_of(request: Request, node: WebNode) -> str:
    """Hash of the session cookie; empty if there is none."""
    cookie = request.cookies.get(cookie_name(request, node))
    return sha256(cookie.encode()) if cookie else ""


def cookie_name(request: Request, node: WebNode) -> str:
    """Ports do not part cookies, so the node's id does."""
    return f"{'__Host-' if is_secure(request) else ''}hub-{node.member}"


def is_secure(request: Request) -> bool:
    """Whether the browser may send the cookie over TLS alone: everywhere but on the machine itself."""
    return request.url.scheme == "https" or request.url.hostname not in LOOPBACK


Reader = Annotated[User, Depends(program_may(Permit.READ))]
"""A program that may see matters and documents."""
Sender = Annotated[User, Depends(program_may(Permit.SEND))]
Exporter = Annotated[User, Depends(program_may(Permit.EXPORT))]
"""A program that may take documents out of the system."""
Anybody = Annotated[User, Depends(page_user)]
"""Whoever is signed in, an administrator too: for pages that show no case content, such as one's own account."""
Person = Annotated[User, Depends(person_may(Permit.READ))]
"""A person who may see matters and documents; what belongs to other units is :mod:`hub.web.sight`'s business."""
Decider = Annotated[User, Depends(person_may(Permit.SEND))]
