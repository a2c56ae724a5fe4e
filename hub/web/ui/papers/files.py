"""Files of a paper: in pieces by the script, which goes on after a lost connection, or whole with the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from hub.core.errors import HubError, InvalidInput, NotFound, Refused
from hub.flows.ports.office_rows import Paper
from hub.flows.uploads import Piece, received
from hub.web import papering
from hub.web.addresses import Hash, PaperId
from hub.web.deps import Node
from hub.web.handing_over import handed_over
from hub.web.problems import problem_of
from hub.web.ui.papers.desk import draft_of, show, trouble_of
from hub.web.ui.papers.reading import FilledForm, Given
from hub.web.ui.papers.who import Drafter, Onlooker

router = APIRouter(prefix="/papers/{paper}")


async def raw_of(request: Request) -> bytes:
    """The bytes of a piece; the guard has bounded them."""
    return await request.body()


@dataclass(frozen=True, slots=True)
class Whole:
    """What the sender of a piece says of its file, and where the piece begins."""

    name: str
    size: int
    start: int
    role: str


def said_of(
    name: Annotated[str, Query(max_length=300)],
    size: Annotated[int, Query(ge=0, le=1 << 40)],
    start: Annotated[int, Query(ge=0, le=1 << 40)],
    role: Annotated[str, Query(max_length=20)] = "",
) -> Whole:
    """From the address."""
    return Whole(name, size, start, role)


Raw = Annotated[bytes, Depends(raw_of)]
Said = Annotated[Whole, Depends(said_of)]


@router.post("/files")
def add_files(request: Request, node: Node, user: Drafter, paper: PaperId, form: FilledForm) -> Response:
    """Without script: the whole form comes along and is saved first, so that nothing typed is lost."""
    row, events = papering.found(node, user, paper)
    draft = draft_of(node, row.kind, form.texts, row)
    try:
        papering.save(node, user, draft)
        if not form.files:
            raise InvalidInput("请先选择文件", field="file")
        for given in form.files:
            papering.take(node, user, paper, _whole(given), form.texts.get("_role", ""))
    except Refused as error:
        row, events = papering.found(node, user, paper)
        return show(request, node, user, draft, row, events, trouble_of(error))
    return RedirectResponse(f"/papers/{paper}?done=attached#files", status_code=303)


@router.get("/uploads/{digest}")
def how_much(node: Node, user: Drafter, paper: PaperId, digest: Hash) -> Response:
    """How many bytes of this file are here, for the script to go on from there."""
    papering.found(node, user, paper)
    return JSONResponse({"received": node.act(lambda uow: received(uow, paper, digest))})


@router.put("/uploads/{digest}")
def put_piece(node: Node, user: Drafter, paper: PaperId, digest: Hash, said: Said, content: Raw) -> Response:
    """One piece; the answer says how much is here, and the paper's new version once the file is whole."""
    papering.found(node, user, paper)
    try:
        done = papering.take(node, user, paper, Piece(digest, said.name, said.size, said.start, content), said.role)
    except HubError as error:
        return JSONResponse({"detail": f"{error.detail}。{error.next_step}"}, problem_of(error).status)
    if isinstance(done, Paper):
        return JSONResponse({"received": said.size, "version": done.version})
    return JSONResponse({"received": done})


@router.get("/files/{digest}")
def download(node: Node, user: Onlooker, paper: PaperId, digest: Hash) -> Response:
    """An attachment, or the signed sheet, as a download; never shown inside a page of ours."""
    row, _ = papering.found(node, user, paper)
    media = {one.sha256: one.media_type for one in row.parts}
    sheet = node.views.part(digest) if digest == row.sheet else None
    if digest not in media and sheet is None:
        raise NotFound("文稿没有这个附件", field="digest")
    listed = papering.body_of(row).get("attachments", [])
    name = next((str(one.get("name", "")) for one in listed if one.get("part") == digest), "")
    answer = handed_over(node, digest, media.get(digest) or (sheet.media_type if sheet else ""), name)
    node.note("export", digest, user.name, paper=paper)
    return answer


def _whole(given: Given) -> Piece:
    return Piece(given.digest, given.name, len(given.content), 0, given.content)
