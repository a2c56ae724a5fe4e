"""The outermost layer: nothing oversized, slow or ambiguous gets to the application; every answer carries its headers.

The framework bounds neither bodies nor time. Bodies are counted as they arrive, whatever ``Content-Length`` claims; API
bodies must be declared JSON (a form on another site cannot do that) and pass the strict reader before the lenient one
of the framework.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.core import ijson
from hub.core.errors import HubError, NotAllowed
from hub.web.deps import Limits
from hub.web.door import HSTS, Door
from hub.web.problems import Problem, http_problem, problem_of

CSP = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No script runs but those a page of ours names with the nonce of this one answer (DESIGN D12)."""
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})

Refuse = Callable[[Scope, Problem], Response]


def is_api(path: str) -> bool:
    """Programs read here; everything else is for people."""
    return path.startswith("/api/") or path == "/api"


class Guard:
    """ASGI middleware; ``refuse`` draws the refusal for a program or a person, ``nonce`` a fresh word per answer.

    ``door`` says by which name and how the node may be asked for.
    """

    def __init__(self, app: ASGIApp, limits: Limits, refuse: Refuse, nonce: Callable[[], str], door: Door) -> None:
        """Wrap ``app``."""
        self._app = app
        self._door = door
        self._limits = limits
        self._refuse = refuse
        self._nonce = nonce

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the head, take in the body, pass on what is sound."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not is_api(scope["path"]):
            scope["query_string"] = _without_blanks(scope.get("query_string", b""))
        nonce = self._nonce()
        scope.setdefault("state", {})["nonce"] = nonce
        sender = _with_headers(send, nonce, secure=scope["scheme"] == "https")
        problem = _head_problem(scope, self._limits) or self._door(scope)
        body = b""
        if problem is None and scope["method"] not in _BODILESS:
            problem = _origin_problem(scope)
        if problem is None and scope["method"] not in _BODILESS:
            taken = await self._take(scope, receive)
            problem, body = (taken, b"") if isinstance(taken, Problem) else (None, taken)
        if problem is not None:
            await self._refuse(scope, problem)(scope, receive, sender)
            return
        await self._app(scope, receive if scope["method"] in _BODILESS else _replay(body, receive), sender)

    async def _take(self, scope: Scope, receive: Receive) -> bytes | Problem:
        """The whole body, or why not."""
        api = is_api(scope["path"])
        limit = _most(scope["path"], self._limits)
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isascii() or not declared.isdigit():
            return http_problem(400)
        if len(declared) > 15 or int(declared) > limit:
            return http_problem(413)
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                body = await _collect(receive, limit)
        except TimeoutError:
            return http_problem(408)
        return _json_problem(scope, body, limit) or body if api and isinstance(body, bytes) else body


def _without_blanks(query: bytes) -> bytes:
    """A browser sends the empty fields of a form above a list too; to a page they say nothing."""
    fields = (field.partition(b"=") for field in query.split(b"&"))
    return b"&".join(name + mark + value for name, mark, value in fields if value or not mark)


def _most(path: str, limits: Limits) -> int:
    """Bytes a body may have: uploads have a bound of their own, on their own addresses alone."""
    if is_api(path):
        return limits.api_body
    if path == "/papers" or path.startswith("/papers/"):
        return limits.upload_body if path.endswith(("/files", "/sheet")) else limits.paper_body
    return limits.form_body


async def _collect(receive: Receive, limit: int) -> bytes | Problem:
    """All chunks; refused as soon as they are more than ``limit``, or when the client hangs up half-way."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return http_problem(400)
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            return http_problem(413)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _head_problem(scope: Scope, limits: Limits) -> Problem | None:
    fields = scope["headers"]
    if len(fields) > limits.fields or sum(len(name) + len(value) for name, value in fields) > limits.head:
        return http_problem(431)
    query = scope.get("query_string", b"")
    if len(scope.get("raw_path") or b"") + len(query) > limits.target:
        return http_problem(414)
    if "\x00" in scope["path"] or b"%00" in query or b"\x00" in query:
        return replace(http_problem(400), detail="网址中含有 U+0000")
    return None


def _origin_problem(scope: Scope) -> Problem | None:
    """A form of a page must come from a page of ours; a program brings a token that no browser sends by itself."""
    if is_api(scope["path"]):
        return None
    try:
        same_origin(Headers(scope=scope))
    except HubError as error:
        return problem_of(error)
    return None


def same_origin(headers: Headers) -> None:
    """Refuse a form that another site made the browser send (ASVS 3.5); a browser always says where it comes from."""
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site not in (None, "same-origin", "none"):
        raise NotAllowed("请求来自其他网站，已拒绝", advice="请在本系统页面内操作。")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        raise NotAllowed("请求来自其他网站，已拒绝", advice="请在本系统页面内操作。")
    if site is None and origin is None:
        raise NotAllowed("无法确认请求来自本系统页面", advice="请使用受支持的浏览器。")


def _json_problem(scope: Scope, body: bytes, limit: int) -> Problem | None:
    """Strict I-JSON (RFC 7493): two readers must not understand one body differently."""
    if not body:
        return None
    media_type = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        return http_problem(415)
    try:
        ijson.loads(body, limit=limit)
    except HubError as error:
        problem = problem_of(error)
        return Problem(problem.status, problem.code, "请求格式不正确", problem.detail, _JSON_ADVICE, problem.field)
    return None


_JSON_ADVICE = "请按 RFC 7493（I-JSON）书写：键不重复、不用小数和 NaN、嵌套不超过 32 层。"


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hand the body over once, then listen for the client's hanging up."""
    waiting = [body]

    async def replayed() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replayed


def _with_headers(send: Send, nonce: str, *, secure: bool) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY.items():
                headers[name] = value
            headers["Content-Security-Policy"] = CSP.format(nonce=nonce)
            headers.setdefault("Cache-Control", "no-store")
            if secure:
                headers["Strict-Transport-Security"] = HSTS
        await send(message)

    return sender
