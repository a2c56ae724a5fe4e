"""帮助: the manual in the words of the trade, the glossary, and the articles that the limits in force rest on."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.core.errors import NotFound
from hub.web import rulebook
from hub.web.auth import Anybody
from hub.web.deps import Node, WebNode
from hub.web.ui.render import page
from schemas.wire.agreement import Rule

router = APIRouter()

PAGES = {
    "start": "从这里开始",
    "send": "发一份协助调查函",
    "answer": "收件、签收和答复",
    "clocks": "期限怎么算",
    "evidence": "文书走到哪一步",
    "transfer": "移送、争议和督办",
    "office": "本单位内部办理",
    "away": "断网、摆渡和纸质往来",
    "joint": "联席会议办公室",
    "basis": "法律依据",
    "words": "用语",
}


@router.get("/help")
def show_start(request: Request, node: Node, user: Anybody) -> Response:
    """The first page."""
    return _show(request, node, user, "start")


@router.get("/help/{name}")
def show_page(request: Request, node: Node, user: Anybody, name: str) -> Response:
    """One page of the manual; raises ``NotFound``."""
    if name not in PAGES:
        raise NotFound("帮助中没有这一页", field="name", advice="请从帮助目录中选择。")
    return _show(request, node, user, name)


def _show(request: Request, node: Node, user: Anybody, name: str) -> Response:
    tabs = [(f"/help/{one}", title) for one, title in PAGES.items()]
    told = {"articles": _articles(node)} if name == "basis" else {}
    limits = {"limit": rulebook.limit, "extension": rulebook.extension}
    return page(request, node, user, "help.html", name=name, title=PAGES[name], tabs=tabs, **limits, **told)


def _articles(node: WebNode) -> dict[str, list[Rule]]:
    """Every basis named by the agreement with the limits that rest on it, laws before agreed ones."""
    found: dict[str, list[Rule]] = {}
    for rule in sorted(node.views.trust().agreement.rules, key=lambda one: one.label != "statutory"):
        found.setdefault(rule.basis, []).append(rule)
    return found
