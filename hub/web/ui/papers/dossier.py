"""A paper that is under review, signed or void: what it says, and what the reader may do with it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from hub.core.errors import HubError, NotAllowed
from hub.core.policy import LEVELS, Permit, may
from hub.flows.drafting import STATES
from hub.flows.ports.office_rows import Event, Paper
from hub.flows.rows import User
from hub.flows.steps.approval import check_four_eyes, check_reviewer, check_signer, needed_level
from hub.kinds.registry import LATEST
from hub.web import papering
from hub.web.confirming import asks_again
from hub.web.deps import WebNode
from hub.web.problems import problem_of
from hub.web.ui.fields import fields_of
from hub.web.ui.papers.history import lines_of
from hub.web.ui.render import page


@dataclass(frozen=True, slots=True)
class Doors:
    """What the reader may do; where he may not, the reason in words."""

    approve: str = ""
    issue: str = ""
    """Empty: yes. A reason: no."""
    sheet: bool = False
    take_back: bool = False
    send_back: bool = False


def doors_of(node: WebNode, user: User, paper: Paper) -> Doors:
    """By role, level and four eyes, as the flow will judge it."""
    if not may(user.role, Permit.REVIEW) and not may(user.role, Permit.DRAFT):
        return Doors("无权审核", "无权签发")
    policy = papering.policy_of(node)
    reviews = may(user.role, Permit.REVIEW)

    def as_reviewer() -> None:
        check_reviewer(user)
        check_four_eyes(user, paper, policy)

    def as_signer() -> None:
        check_signer(user, paper.kind)
        check_four_eyes(user, paper, policy)

    approve = _why_not(as_reviewer) if reviews else "无审核权限"
    issue = _why_not(as_signer) if reviews else "无签发权限"
    waits = paper.state in ("in_review", "approved")
    own = user.name == paper.author
    return Doors(approve, issue, waits, waits and own, waits and not own and not _why_not(lambda: check_reviewer(user)))


def _why_not(check: Callable[[], None]) -> str:
    try:
        check()
    except NotAllowed as error:
        return error.detail
    return ""


def show_dossier(
    request: Request,
    node: WebNode,
    user: User,
    paper: Paper,
    events: list[Event],
    error: HubError | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    """The paper read-only. ``error``: the refusal of what was just tried; ``typed``: what was typed then."""
    kind = LATEST[paper.kind]
    body = papering.body_of(paper)
    matter = None if paper.matter is None else node.views.matter(paper.matter)
    runs = node.act(lambda uow: uow.numbers.all_series()) if paper.state in ("in_review", "approved") else []
    numbers = [(one.code, f"{one.code} 下一号") for one in runs if not one.kinds or paper.kind in one.kinds]
    answer = page(
        request,
        node,
        user,
        "paper_dossier.html",
        paper=paper,
        kind=kind,
        body=body,
        fields=fields_of(kind.name, kind.version, {k: v for k, v in body.items() if k != "attachments"}),
        files=body.get("attachments", []),
        doors=doors_of(node, user, paper),
        series=[("", "不取号"), *numbers] if numbers else [],
        state=STATES[paper.state],
        needed=LEVELS[needed_level(paper.kind)],
        lines=lines_of(events),
        people=papering.names_of(node),
        asks=asks_again(node, user),
        error=error,
        typed=typed or {},
        title_of_matter=None if matter is None else matter.thread[0].row.title,
        receivers=papering.receivers_of(node, paper),
    )
    answer.status_code = 200 if error is None else problem_of(error).status
    return answer
