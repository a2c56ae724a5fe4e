"""帮助: the manual by task and by person, with pictures of the real screens; searched, and printed whole.

The pictures are taken by ``deploy/pictures.py`` from a demonstration; whoever changes a screen takes them anew.
"""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.core.errors import NotFound
from hub.web import rulebook
from hub.web.auth import Anybody
from hub.web.deps import Node, WebNode
from hub.web.ui.render import page, piece
from schemas.wire.agreement import Rule

router = APIRouter()

PARTS: dict[str, dict[str, str]] = {
    "入门": {"start": "从这里开始", "first": "第一次登录"},
    "办案人员": {
        "send": "发一份协助调查函",
        "answer": "收件、签收和答复",
        "due": "哪些要到期",
        "search": "查事项、查主体",
        "evidence": "文书走到哪一步",
        "transfer": "移送、争议和督办",
        "together": "通报预警、联合行动和会议",
    },
    "收发员": {
        "office": "收发、文号和转办",
        "away": "断网、摆渡和纸质往来",
        "retention": "保存和删除",
    },
    "公安联络员": {"police": "公安联络员怎样答复"},
    "联席会议办公室": {"joint": "统计、核对和拟督办"},
    "管理员": {"admin": "用户和三名管理员", "members": "成员、协议和节点", "audit": "审计日志"},
    "查阅": {"clocks": "期限怎么算", "basis": "法律依据", "words": "用语"},
}
"""For whom -> the chapters, name -> title, in the order of a first reading."""
PAGES = {name: title for chapters in PARTS.values() for name, title in chapters.items()}
_SECTION = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)
_BESIDE = 40
"""Characters shown on either side of what was searched for."""


class Passage(NamedTuple):
    """A place in the manual where every word that was searched for stands."""

    path: str
    title: str
    before: str
    word: str
    after: str


@router.get("/help")
def show_start(request: Request, node: Node, user: Anybody, q: str = "") -> Response:
    """The first page; with ``q``, the places where those words stand."""
    words = q[:60].split()
    if not words:
        return _show(request, node, user, "start")
    found = _search(node, [word.lower() for word in words])
    return page(request, node, user, "help_found.html", parts=PARTS, name="", words=" ".join(words), found=found)


@router.get("/help/all")
def show_all(request: Request, node: Node, user: Anybody) -> Response:
    """Every chapter after the other, to be printed."""
    return page(request, node, user, "help_all.html", parts=PARTS, name="", words="", **_facts(node))


@router.get("/help/{name}")
def show_page(request: Request, node: Node, user: Anybody, name: str) -> Response:
    """One chapter; raises ``NotFound``."""
    if name not in PAGES:
        raise NotFound("帮助中没有这一页", field="name", advice="请从帮助目录中选择。")
    return _show(request, node, user, name)


def _show(request: Request, node: Node, user: Anybody, name: str) -> Response:
    title, told = PAGES[name], _facts(node)
    return page(request, node, user, "help.html", parts=PARTS, name=name, title=title, words="", **told)


def _facts(node: WebNode) -> dict[str, object]:
    """What the chapters say of the agreement in force."""
    return {"limit": rulebook.limit, "extension": rulebook.extension, "articles": _articles(node)}


def _articles(node: WebNode) -> dict[str, list[Rule]]:
    """Every basis named by the agreement with the limits that rest on it, laws before agreed ones."""
    found: dict[str, list[Rule]] = {}
    for rule in sorted(node.views.trust().agreement.rules, key=lambda one: one.label != "statutory"):
        found.setdefault(rule.basis, []).append(rule)
    return found


def _search(node: WebNode, words: list[str]) -> list[Passage]:
    """``words`` in lower case; a section is found when all of them stand in it or in its title."""
    facts = _facts(node)
    found = list[Passage]()
    for name, chapter in PAGES.items():
        # Odd places hold an id, the next ones its title, and the text up to the following heading.
        parts = ["", "", *_SECTION.split(piece(f"help/{name}.html", **facts))]
        for number in range(0, len(parts), 3):
            place, heading, text = (_plain(one) for one in parts[number : number + 3])
            title = f"{chapter} › {heading}" if heading else chapter
            if all(word in f"{title} {text}".lower() for word in words):
                path = f"/help/{name}#{place}" if place else f"/help/{name}"
                found.append(Passage(path, title, *_around(text, words)))
    return found


def _around(text: str, words: list[str]) -> tuple[str, str, str]:
    """The first of the words that stands in the text, with what stands before and after it."""
    at, word = min(((text.lower().find(one), one) for one in words if one in text.lower()), default=(0, ""))
    start, end = max(0, at - _BESIDE), at + len(word)
    before = ("…" if start else "") + text[start:at]
    return before, text[at:end], text[end : end + _BESIDE] + ("…" if end + _BESIDE < len(text) else "")


def _plain(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<figure.*?</figure>|<[^>]+>", "", html, flags=re.DOTALL))).strip()
