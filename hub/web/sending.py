"""One way to send for programs and people: a decision is recorded once for its key, however often it is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hub.core.errors import Conflict, InvalidInput
from hub.core.ids import sha256
from hub.flows.ports import UnitOfWork
from hub.flows.rows import User
from hub.flows.send import Request, send
from hub.web.confirming import confirm_once, signs_off
from hub.web.deps import WebNode

LONGEST_KEY = 200


def fingerprint(value: Any) -> str:
    """Hash of a request as JSON; the order of keys does not matter."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return sha256(text.encode())


def check_key(key: str) -> str:
    """Visible ASCII of reasonable length: the key is stored and compared byte by byte."""
    if not 1 <= len(key) <= LONGEST_KEY or not all("!" <= sign <= "~" for sign in key):
        raise InvalidInput(f"Idempotency-Key 应为 1 至 {LONGEST_KEY} 个可见的 ASCII 字符", field="Idempotency-Key")
    return key


def send_once(
    node: WebNode,
    user: User,
    key: str,
    digest: str,
    kind: str,
    build: Callable[[UnitOfWork], Request],
    proof: str | None,
    source: str,
) -> tuple[str, bool]:
    """Record the decision; returns the document and whether it had been recorded before under this key.

    ``build`` gives the request within the transaction that records it, and is not asked the second time. A person who
    signs the kind off by sending it proves himself anew (``proof``), from where ``source`` says.
    """
    if signs_off(user, kind):
        confirm_once(node, user, key, proof, source)
    now = node.now()

    def flow(uow: UnitOfWork) -> tuple[str, bool]:
        known = uow.requests.find(user.name, key)
        if known is not None:
            if known[0] != digest:
                raise Conflict("同一 Idempotency-Key 已用于另一份内容", field="Idempotency-Key")
            return known[1], True
        recorded = send(uow, build(uow), actor=user.name, now=now, new_id=node.new_id, salt=node.salt, by=user)
        uow.requests.put(user.name, key, digest, recorded.document, now)
        return recorded.document, False

    return node.act(flow)
