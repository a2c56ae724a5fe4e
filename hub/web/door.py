"""By which names a node is asked for, and that nobody from elsewhere asks without TLS.

A name is checked because a page of another site can make a browser ask this machine under that site's own name (DNS
rebinding), and then its script passes for ours; and because links are built from it (RELIABILITY B64).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from hub.web.problems import Problem, http_problem

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
HSTS = "max-age=31536000"
"""A browser that was here once over TLS comes no other way for a year (RFC 6797)."""

Door = Callable[[Scope], Problem | None]


def door_of(hosts: frozenset[str], *, behind_proxy: bool) -> Door:
    """The check of every request's head; no ``hosts``: any name will do."""

    def check(scope: Scope) -> Problem | None:
        if not _asked_by(scope, hosts):
            return replace(http_problem(400), detail="网址中的主机名不是本节点的", advice="请用本节点登记的网址访问。")
        if behind_proxy and scope["scheme"] != "https":
            return replace(
                http_problem(403),
                code="not-encrypted",
                title="须经加密连接访问",
                detail="请求没有经过加密连接（TLS）",
                advice="请用 https 开头的网址；由代理提供 TLS 的，请代理写明 X-Forwarded-Proto: https。",
            )
        return None

    return check


def plain_port(hosts: frozenset[str], port: int) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The application of a port without TLS: it knows one answer, the same address on ``port`` with TLS."""

    async def lead(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        host = _host(scope)
        answer: Response
        if host is None or not _asked_by(scope, hosts):
            answer = Response("网址中的主机名不是本节点的", 400, media_type="text/plain")
        elif scope["method"] not in ("GET", "HEAD"):
            answer = Response("须经加密连接访问", 403, media_type="text/plain")
        else:
            path = (scope.get("raw_path") or b"/").decode("ascii", "replace").lstrip("/")
            query = scope.get("query_string", b"").decode("ascii", "replace")
            name = f"[{host}]" if ":" in host else host
            place = name if port == 443 else f"{name}:{port}"
            answer = RedirectResponse(f"https://{place}/{path}{'?' if query else ''}{query}", 308)
        await answer(scope, receive, send)

    return lead


def _asked_by(scope: Scope, hosts: frozenset[str]) -> bool:
    """Whether exactly one Host field names this node."""
    if len(Headers(scope=scope).getlist("host")) != 1:
        return False
    host = _host(scope)
    if host is None:
        return False
    return not hosts or host in LOOPBACK or host in hosts or f"*.{host.partition('.')[2]}" in hosts


def _host(scope: Scope) -> str | None:
    """The name without its port; None for what is no name."""
    try:
        parts = urlsplit(f"//{Headers(scope=scope).get('host', '')}")
        parts.port  # noqa: B018 - a port that is no number raises here
    except ValueError:
        return None
    return parts.hostname if not (parts.path or parts.query or parts.fragment or "@" in parts.netloc) else None
