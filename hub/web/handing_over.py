"""A file on its way to a browser or a program: piece by piece, as a download, under a name that cannot harm."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from starlette.responses import StreamingResponse

from hub.core.errors import NotFound
from hub.core.pieces import places
from hub.flows.steps.files import TYPES
from hub.web.deps import WebNode

_FORBIDDEN = frozenset('\\/:*?"<>|')
_LONGEST = 120


def handed_over(node: WebNode, sha256: str, media_type: str, name: str = "") -> StreamingResponse:
    """The attachment as an answer; never shown inside a page of ours, and never whole in memory.

    ``name`` may come from a peer: only its visible characters count, and the ending is that of the media type.
    """
    meta = node.views.part(sha256)
    if meta is None:
        raise NotFound("附件内容尚未到达本节点", field="digest", advice="收齐后文书才算送达；请稍后再试。")
    ending = next((one for one, (media, _) in TYPES.items() if media == media_type), "bin")
    plain, full = f"{sha256[:16]}.{ending}", _safe(name, sha256, ending)
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full)}",
        "Content-Length": str(meta.size),
    }
    return StreamingResponse(_pieces(node, sha256, meta.size), media_type=media_type, headers=headers)


def _pieces(node: WebNode, sha256: str, size: int) -> Iterator[bytes]:
    """Each read by itself: a slow reader keeps neither a transaction nor memory."""
    for start in places(size):
        piece = node.views.piece(sha256, start)
        if piece is None:
            raise NotFound("附件内容已不在本节点", field="digest")
        yield piece


def _safe(name: str, sha256: str, ending: str) -> str:
    """A name of visible characters without a path, ending as the type of the file does."""
    stem, dot, given = name.rpartition(".")
    stem = stem if dot and TYPES.get(given.lower(), ("",))[0] == TYPES.get(ending, ("",))[0] else name
    clean = "".join(one for one in stem if one.isprintable() and one not in _FORBIDDEN).strip(" .")[:_LONGEST]
    known = given.lower() if stem != name else ending
    return f"{clean or sha256[:16]}.{known}"
