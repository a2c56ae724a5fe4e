"""用印: what was handed to the office's electronic-seal system, and taking back what it sealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from hub.core.errors import HubError, Refused, WrongState
from hub.core.policy import Permit
from hub.core.seals import SealRequest
from hub.flows import sealing
from hub.flows.ports.sealing import Sealing
from hub.flows.rows import User
from hub.web import papering, seals
from hub.web.addresses import PaperId
from hub.web.auth import person_may
from hub.web.deps import Node, WebNode
from hub.web.lettering import press_of
from hub.web.office import office_only
from hub.web.problems import problem_of
from hub.web.seals import Taken
from hub.web.ui.forms import Form
from hub.web.ui.papers.desk import show, trouble_of
from hub.web.ui.papers.dossier import show_dossier
from hub.web.ui.papers.who import Drafter
from hub.web.ui.render import page

router = APIRouter()

Registrar = Annotated[User, Depends(person_may(Permit.REGISTER))]


@dataclass(frozen=True, slots=True)
class Line:
    """One request for a seal, and whether what comes back will still be taken."""

    request: SealRequest
    state: str
    tone: str


@router.get("/seals")
def list_seals(request: Request, node: Node, user: Registrar) -> Response:
    """What waits, oldest first; the page says how it is done where there is no seal system."""
    return _page(request, node, office_only(user))


@router.post("/seals")
def collect(request: Request, node: Node, user: Registrar, form: Form) -> Response:  # noqa: ARG001 - read strictly
    """Take back now what the seal system has finished, and tell of each file what became of it."""
    office_only(user)
    try:
        taken = seals.collect(node, _system(node), user.name)
    except HubError as error:
        return _page(request, node, user, error=error)
    return _page(request, node, user, taken)


@router.post("/papers/{paper}/seal")
def hand_over(request: Request, node: Node, user: Drafter, paper: PaperId, form: Form) -> Response:  # noqa: ARG001
    """送印: the paper's letter as it stands now."""
    row, events = papering.found(node, user, paper)
    now = node.now()
    try:
        system = _system(node)
        pdf = seals.letter(node.views, press_of(node), row, node.member, now, demo=node.demo)
        # Once, not node.act: what is handed over cannot be taken back for a second try.
        with node.store.begin() as uow:
            sealing.ask(*(uow, system, pdf, row.title, row), who=user.name, now=now, new_id=node.new_id, salt=node.salt)
    except Refused as error:
        if row.state not in papering.OPEN:
            return show_dossier(request, node, user, row, events, error)
        draft = papering.as_draft(row, papering.body_of(row))
        return show(request, node, user, draft, row, events, trouble_of(error))
    return RedirectResponse(f"/papers/{paper}?done=seal", status_code=303)


def _system(node: WebNode) -> Sealing:
    if node.sealing is None:
        raise WrongState("没有设置电子印章系统", field="seal", advice="请系统管理员在 hub.toml 中设置 seal。")
    return node.sealing


def _page(
    request: Request, node: WebNode, user: User, taken: list[Taken] | None = None, error: HubError | None = None
) -> Response:
    lines: list[Line] = []
    if node.sealing is not None and error is None:
        try:
            lines = [_line(node, one) for one in node.sealing.waiting()]
        except HubError as away:
            error = away
    response = page(
        request,
        node,
        user,
        "office/seals.html",
        lines=lines,
        taken=taken,
        error=error,
        there=node.sealing is not None,
        names=papering.names_of(node),
    )
    response.status_code = 200 if error is None else problem_of(error).status
    return response


def _line(node: WebNode, asked: SealRequest) -> Line:
    if asked.paper is None:
        return Line(asked, "等候盖章", "blue")
    paper = node.act(lambda uow: uow.papers.get(asked.paper or ""))
    if paper is None or paper.state not in papering.OPEN:
        return Line(asked, "文稿已不在拟稿阶段，盖章件不能再附上", "amber")
    if paper.version != asked.version:
        return Line(asked, "送印后文稿已改动，须重新送印", "amber")
    return Line(asked, "等候盖章", "blue")
