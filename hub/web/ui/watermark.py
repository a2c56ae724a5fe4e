"""The watermark of pages with personal data: who looked and on which day, on screen, on paper and in a photograph."""

from __future__ import annotations

from xml.sax.saxutils import escape

from fastapi import APIRouter
from starlette.responses import Response

from hub.core.ids import BEIJING
from hub.web import words
from hub.web.auth import Anybody
from hub.web.deps import Node

router = APIRouter()

_TILE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="360" height="220"><g transform="rotate(-22 180 110)" '
    'font-size="15" text-anchor="middle" font-family="PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif">'
    '<text x="180" y="100">{first}</text><text x="180" y="124">{second}</text></g></svg>'
)


@router.get("/watermark.svg")
def watermark(node: Node, user: Anybody) -> Response:
    """One tile; a page lays it out."""
    own = words.member(node.views.trust(), node.member, short=True)
    day = node.now().astimezone(BEIJING).date().isoformat()
    tile = _TILE.format(first=escape(f"{own} {user.title}"), second=escape(f"{user.name} {day}"))
    return Response(tile, media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=600"})
