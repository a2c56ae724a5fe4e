"""The list of papers by where they stand, and the beginning of a new one: kind, template, receiver, matter."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hub.core.policy import Permit, may
from hub.flows.drafting import STATES
from hub.flows.ports.office_rows import PaperFilter
from hub.flows.rows import User
from hub.kinds.registry import LATEST
from hub.web import papering
from hub.web.addresses import Cursor, Text
from hub.web.deps import Node, WebNode
from hub.web.ui.papers.begin import Seeded, begun
from hub.web.ui.papers.choices import ABOUT, GROUPS
from hub.web.ui.papers.desk import show
from hub.web.ui.papers.who import Drafter, Onlooker
from hub.web.ui.render import page

router = APIRouter()
TABS = {
    "mine": "我的草稿",
    "in_review": "待审核",
    "approved": "待签发",
    "returned": "退回修改",
    "issued": "已签发",
    "discarded": "已作废",
    "all": "全部",
}
_EMPTY = {
    "mine": "没有未完成的草稿。",
    "in_review": "没有等待审核的文稿。",
    "approved": "没有等待签发的文稿。",
    "returned": "没有被退回修改的文稿。",
    "issued": "还没有签发过文稿。",
    "discarded": "没有作废的文稿。",
    "all": "还没有文稿。",
}
_PAGE = 30
_ID = Query(max_length=60)


@router.get("/papers")
def list_papers(
    request: Request,
    node: Node,
    user: Onlooker,
    tab: Annotated[str, Query(max_length=20)] = "",
    kind: Annotated[str, Query(max_length=40)] = "",
    text: Text = None,
    matter: Annotated[str, _ID] = "",
    cursor: Cursor = None,
) -> Response:
    """Papers of one state, newest first; the filters stand in the address."""
    chosen = tab if tab in TABS else _first(node, user)
    wanted = PaperFilter(
        {"mine": "drafting", "all": None}.get(chosen, chosen),
        kind if kind in LATEST else None,
        matter or None,
        user.name if chosen == "mine" else None,
        text,
    )
    found = papering.listed(node, user, wanted, cursor, _PAGE)
    return page(
        request,
        node,
        user,
        "papers.html",
        tabs=[(f"/papers?tab={name}", title, None) for name, title in TABS.items()],
        tab=chosen,
        here_tab=f"/papers?tab={chosen}",
        rows=found.rows,
        next=found.next,
        wanted={"tab": chosen, "kind": kind, "text": text or "", "matter": matter},
        kinds=[(name, one.title) for name, one in LATEST.items()],
        states=STATES,
        empty_text=_EMPTY[chosen],
        people=papering.names_of(node),
    )


@router.get("/papers/new")
def new_paper(request: Request, node: Node, user: Drafter, seed: Seeded) -> Response:
    """Which kind; then its form, begun from template, matter, lead or split. Nothing is saved yet."""
    if not seed.kind:
        return _choose(request, node, user, seed.lead)
    draft = begun(node, user, seed)
    return show(request, node, user, draft, None, [], templates=_templates(node, seed.kind), seed=seed)


def _first(node: WebNode, user: User) -> str:
    """What waits for this person comes first: papers to review or sign off for who may, else his own drafts."""
    if may(user.role, Permit.REVIEW) and user.level != "handler":
        for state in ("in_review", "approved"):
            if papering.listed(node, user, PaperFilter(state), None, 1).rows:
                return state
    return "mine"


def _choose(request: Request, node: WebNode, user: User, lead: str) -> Response:
    open_kinds = papering.kinds_for(node, user)
    groups = [
        (title, [(one, LATEST[one].title, ABOUT.get(one, "")) for one in kinds if one in open_kinds])
        for title, kinds in GROUPS
    ]
    return page(
        request,
        node,
        user,
        "paper_new.html",
        groups=[(title, kinds) for title, kinds in groups if kinds],
        templates=node.act(lambda uow: uow.papers.templates()),
        known=open_kinds,
        lead=lead,
    )


def _templates(node: WebNode, kind: str) -> list[str]:
    return [one.name for one in node.act(lambda uow: uow.papers.templates()) if one.kind == kind]
