"""The doors of the console: one-time link, password, code. Each that opens leaves a fresh session cookie.

Hashing takes its time, so it stands between two transactions: the try is counted before and judged after.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request
from starlette.responses import Response

from hub.core.demo_people import demo_people
from hub.core.errors import NotFound, NotSignedIn
from hub.core.ids import sha256
from hub.flows import signing_in as flow
from hub.flows.ports import UnitOfWork
from hub.flows.ports.people import Session
from hub.flows.rows import User
from hub.flows.signing_in import Door
from hub.web.auth import cookie_name, is_secure, session_of
from hub.web.deps import WebNode
from hub.web.door import LOOPBACK

WRONG = "用户名、口令或验证码不正确"


def by_link(request: Request, node: WebNode, link: str, response: Response) -> Session:
    """Burn the one-time link and start a session; one transaction with its leaf."""
    now, (cookie, door) = node.now(), _door(request, node)
    found = node.act(
        lambda uow: flow.by_link(uow, sha256(link.encode()), door, demo=node.demo, now=now, salt=node.salt)
    )
    if found is None:
        raise NotSignedIn("登录链接无效、已使用或已过期", advice="每个链接只能使用一次；请向管理员索取新的登录链接。")
    _set_cookie(request, node, cookie, found, response)
    return found


def by_password(request: Request, node: WebNode, name: str, password: str, response: Response) -> Session:
    """Start a session, or half of one where a code must follow; raises ``NotSignedIn``, ``NotAllowed`` when locked."""
    now, (cookie, door) = node.now(), _door(request, node)
    stored = node.act(lambda uow: flow.begin_try(uow, name, door.source, now))
    right = node.passwords.fits(password, stored)
    found = node.act(lambda uow: flow.by_password(uow, name, door, right=right, now=now, salt=node.salt))
    if found is None:
        raise NotSignedIn(WRONG, field="name", advice="请核对后重新输入；连续多次输入有误，账户会被锁定。")
    _set_cookie(request, node, cookie, found, response)
    return found


def by_code(request: Request, node: WebNode, code: str, response: Response) -> Session:
    """The code after the password."""
    now, half, (cookie, door) = node.now(), session_of(request, node), _door(request, node)
    name = node.act(lambda uow: flow.half_user(uow, half, now))
    if name is None:
        raise NotSignedIn("输入验证码的时间已过", advice="请重新登录。")
    node.act(lambda uow: flow.begin_try(uow, name, door.source, now))
    found = node.act(lambda uow: flow.by_code(uow, half, code, door, now=now, salt=node.salt))
    if found is None:
        raise NotSignedIn(WRONG, field="code", advice="请核对手机时间，输入当前显示的 6 位数字；每个验证码只能用一次。")
    _set_cookie(request, node, cookie, found, response)
    return found


def offered(request: Request, node: WebNode) -> list[User]:
    """Whom the sign-in page offers: nobody outside demo mode, from another machine, or behind a password."""
    if not node.demo or source_of(request) not in LOOPBACK:
        return []
    open_ones = {
        one.user.name: one.user
        for one in node.views.accounts(node.now())
        if one.user.active and not one.password and not one.factor
    }
    people = demo_people(node.member.partition("-")[2])
    return [open_ones[one.name] for one in people if one.name in open_ones]


def by_demo(request: Request, node: WebNode, name: str, response: Response) -> Session:
    """Start a session as one of the demonstration's people; raises ``NotFound`` where the page offers none."""
    if not offered(request, node):
        raise NotFound("没有这个地址")
    now, (cookie, door) = node.now(), _door(request, node)
    found = node.act(lambda uow: flow.by_demo(uow, name, door, now=now, salt=node.salt))
    if found is None:
        raise NotSignedIn("没有这名演示人员，或已设口令", field="person", advice="请在登录页选择，或用口令登录。")
    _set_cookie(request, node, cookie, found, response)
    return found


def begin_again(
    request: Request, node: WebNode, user: str, response: Response, change: Callable[[UnitOfWork], None]
) -> None:
    """Run ``change``, which ends every session of the user, and begin a fresh one in the same transaction."""
    now, (cookie, door) = node.now(), _door(request, node)
    session = Session(door.hash, user, now, now + door.idle, now + door.whole, door.source)

    def renewed(uow: UnitOfWork) -> None:
        change(uow)
        uow.users.add_session(session)

    node.act(renewed)
    _set_cookie(request, node, cookie, session, response)


def source_of(request: Request) -> str:
    """Network address of the browser, as the server or a trusted proxy names it."""
    return request.client.host if request.client is not None else ""


def _door(request: Request, node: WebNode) -> tuple[str, Door]:
    cookie = node.salt().hex() + node.salt().hex()
    return cookie, Door(sha256(cookie.encode()), source_of(request), node.limits.idle, node.limits.session)


def _set_cookie(request: Request, node: WebNode, cookie: str, session: Session, response: Response) -> None:
    response.set_cookie(
        cookie_name(request, node),
        cookie,
        max_age=int((session.expires - session.started).total_seconds()),
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
        path="/",
    )
