"""收件和发件: what waits for our 签收, what came, what went, and what has not arrived yet; each with its rungs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hub.flows.ports.views import DocumentFilter, DocumentRow, Step
from hub.web import words
from hub.web.addresses import Cursor, Day
from hub.web.auth import Person
from hub.web.deps import Node
from hub.web.reading import midnight
from hub.web.sheets import FORM
from hub.web.sight import unit_of
from hub.web.ui.lists.choosing import LONGEST, members_of
from hub.web.ui.lists.turning import ROWS, Trail, turn
from hub.web.ui.registers import documents_table
from hub.web.ui.render import page
from hub.web.ui.threads import SIGNED_FOR
from schemas.catalogue import TITLES

router = APIRouter()

TABS: Mapping[str, tuple[str, DocumentFilter]] = {
    "": ("全部", DocumentFilter()),
    "unsigned": ("待签收", DocumentFilter(waiting="sign", direction="in")),
    "in": ("收件", DocumentFilter(direction="in")),
    "out": ("发件", DocumentFilter(direction="out")),
    "undelivered": ("未送达", DocumentFilter(waiting="delivery", direction="out")),
}
COUNTED = 1000
_LADDER = (Step.RECORDED, Step.SENT, Step.DELIVERED, Step.SIGNED)
_ODD = {Step.REFUSED: 2, Step.HELD: 2, Step.WITHHELD: 1}
"""Ends beside the ladder -> the rung at which they left it."""
_LAST = {Step.ACCEPTED: "已受理", Step.RETURNED: "已退回", Step.FED_BACK: "已反馈"}


@router.get("/documents")
def list_documents(
    request: Request,
    node: Node,
    user: Person,
    tab: str = "",
    kind: str = "",
    direction: str = "",
    counterpart: Annotated[str, Query(max_length=64)] = "",
    step: str = "",
    text: str = "",
    since: Day = None,
    until: Day = None,
    cursor: Cursor = None,
    trail: Trail = "",
    form: FORM = None,
) -> Response:
    """Newest first, or with ``form`` the list as a table; ``direction`` is what an address of before the tabs said."""
    tab = tab if tab in TABS else ""
    tab = direction if not tab and direction in ("in", "out") else tab
    chosen = {
        "kind": kind if kind in TITLES else "",
        "counterpart": counterpart,
        "step": step if step in set(Step) else "",
        "text": text.strip().replace("\0", "")[:LONGEST],
        "since": since.isoformat() if since else "",
        "until": until.isoformat() if until else "",
    }
    wanted = replace(
        TABS[tab][1],
        kind=chosen["kind"] or None,
        counterpart=counterpart or None,
        step=Step(chosen["step"]) if chosen["step"] else None,
        text=chosen["text"] or None,
        since=midnight(since),
        until=midnight(until),
        unit=unit_of(user),
    )
    if wanted.text is not None:
        node.note("look-up", "documents", user.name, text=wanted.text)
    if form is not None:
        return documents_table(node, user, wanted, form)
    found = node.views.documents(wanted, cursor, ROWS)
    unsigned = node.views.document_count(DocumentFilter(waiting="sign", unit=unit_of(user)), most=COUNTED)
    return page(
        request,
        node,
        user,
        "lists/documents.html",
        rows=found.rows,
        ladder=ladder,
        tab=tab,
        tabs=[(_path(name, chosen), title, unsigned if name == "unsigned" else None) for name, (title, _) in _tabs()],
        here_tab=_path(tab, chosen),
        chosen=chosen,
        turn=turn("/documents", {"tab": tab, **chosen}, cursor, trail, found.next),
        kinds=[("", "全部"), *TITLES.items()],
        steps=[("", "全部"), *((one.value, title) for one, title in words.STEPS.items())],
        members=[("", "全部"), *members_of(node.views.trust(), node.member)],
        may_sign=tab == "unsigned",
    )


def ladder(row: DocumentRow) -> list[tuple[str, str]]:
    """(state, word) of each rung of one copy: ``reached``, ``open`` or ``odd``; words say what colours say."""
    left = _ODD.get(row.step)
    # Nobody signs for a reminder or an answer: a rung that will never be reached is not drawn.
    steps = _LADDER if row.kind in SIGNED_FOR or row.step in {Step.SIGNED, *_LAST} else _LADDER[:-1]
    place = len(steps) if row.step in _LAST else (steps.index(row.step) if left is None else left)
    rungs = [
        ("reached" if at <= place else "open", words.STEPS[one] if at <= place else words.STEPS[one].removeprefix("已"))
        for at, one in enumerate(steps)
    ]
    if left is not None:
        rungs[left] = ("odd", words.STEPS[row.step])
        rungs[left + 1 :] = [("open", word.removeprefix("已")) for _, word in rungs[left + 1 :]]
    if row.step in _LAST:
        rungs.append(("odd" if row.step is Step.RETURNED else "reached", _LAST[row.step]))
    return rungs


def _tabs() -> Any:
    return TABS.items()


def _path(tab: str, chosen: Mapping[str, str]) -> str:
    """The tab with the filters that are set; a rung is a choice of its own."""
    kept = {name: value for name, value in chosen.items() if value and name != "step"}
    query = urlencode({**({"tab": tab} if tab else {}), **kept})
    return f"/documents?{query}" if query else "/documents"
