"""异常文书: what was received and refused, why, and what to do.

Whoever sees headers only (administrators) gets no byte of a delivery: titles and texts may stand in it. The registry
clerk handles it.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from hub.core.policy import Permit, may
from hub.core.trust import Trust
from hub.flows.asking import ask_again
from hub.flows.rows import Quarantined, User
from hub.web.addresses import Cursor
from hub.web.auth import person_may
from hub.web.deps import Node
from hub.web.problems import STATUS
from hub.web.ui.forms import Form
from hub.web.ui.lists.turning import ROWS, Trail, turn
from hub.web.ui.render import page

router = APIRouter()

Onlooker = Annotated[User, Depends(person_may(Permit.HEADERS))]
Clerk = Annotated[User, Depends(person_may(Permit.REGISTER))]
Item = Annotated[int, Path(ge=1, lt=2**53)]

SHOWN = 4096
"""Bytes of a delivery that a page shows."""
_REASONS = {error.code: (error.title, error.advice) for error in STATUS}
_LOST = frozenset({"malformed", "bad-signature", "body-mismatch"})
"""Reasons after which the original is still missing and can be asked for."""


@router.get("/quarantine")
def list_quarantine(request: Request, node: Node, user: Onlooker, cursor: Cursor = None, trail: Trail = "") -> Response:
    """Newest first."""
    found, trust = node.views.quarantine(cursor, ROWS), node.views.trust()
    return page(
        request,
        node,
        user,
        "quarantine.html",
        rows=[(row, *_told(row), _is_peer(trust, node.member, row)) for row in found.rows],
        turn=turn("/quarantine", {}, cursor, trail, found.next),
        whole=_sees_content(user),
        may_handle=may(user.role, Permit.REGISTER),
        lost=_LOST,
    )


@router.get("/quarantine/{item}")
def show_quarantined(request: Request, node: Node, user: Onlooker, item: Item) -> Response:
    """One refused delivery; its bytes as text for who may read documents."""
    row = node.views.one_quarantined(item)
    node.note("look-up", row.sha256, user.name, quarantine=item)
    title, advice = _told(row)
    whole = _sees_content(user)
    return page(
        request,
        node,
        user,
        "quarantined.html",
        row=row,
        title=title,
        advice=advice,
        whole=whole,
        text=row.raw[:SHOWN].decode("utf-8", "replace") if whole else "",
        shown=SHOWN,
        may_ask=may(user.role, Permit.REGISTER)
        and row.code in _LOST
        and _is_peer(node.views.trust(), node.member, row),
    )


@router.post("/quarantine/{item}/ask-again")
def ask(node: Node, user: Clerk, item: Item, _form: Form) -> Response:
    """Compare with the sender now, and ask for what is missing."""
    row = node.views.one_quarantined(item)
    node.act(lambda uow: ask_again(uow, row.claimed, who=user.name, now=node.now(), salt=node.salt))
    told = urlencode({"done": "已安排与发件单位核对；缺少的文书会自动索要，到达后出现在收件中。"})
    return RedirectResponse(f"/quarantine/{item}?{told}", status_code=303)


def _sees_content(user: User) -> bool:
    """Whose it is nobody knows: it is shown to who may see every matter of the office."""
    return may(user.role, Permit.READ) and user.unit is None


def _told(row: Quarantined) -> tuple[str, str]:
    title, advice = _REASONS.get(row.code, ("来件不符合规则", ""))
    return title, advice or "请与发件单位联系，告知原因和存证编号。"


def _is_peer(trust: Trust, own: str, row: Quarantined) -> bool:
    return row.claimed != own and row.claimed in trust.members
