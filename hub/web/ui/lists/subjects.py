"""主体查询: one box, a stated purpose, exact and near hits explained, masked; every look-up is a leaf.

A number is shown whole by a second act, with purpose and matter, and that is a leaf of its own (个人信息保护法 art. 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from hub.core.errors import InvalidInput
from hub.core.policy import Permit, may
from hub.core.subjects import SORTS
from hub.flows import looking
from hub.flows.rows import User
from hub.web.auth import person_may
from hub.web.deps import Node, WebNode
from hub.web.looking_up import MOST, PURPOSES, Shown, all_shown, asked_of, look_up, purpose_of, shown, wanted_of
from hub.web.naming import offered
from hub.web.sight import unit_of
from hub.web.ui.forms import Form
from hub.web.ui.render import page
from schemas.party import PartyRole, PartyType

router = APIRouter()

Seeker = Annotated[User, Depends(person_may(Permit.SUBJECTS))]
Unmasker = Annotated[User, Depends(person_may(Permit.UNMASK))]


@router.get("/subjects")
def ask(request: Request, node: Node, user: Seeker) -> Response:
    """The box; a look-up is posted, so that no number stands in an address."""
    return _page(request, node, user, {})


@router.post("/subjects")
def find(request: Request, node: Node, user: Seeker, form: Form) -> Response:
    """Everything this node may read; all that is wrong with the question is told at once."""
    errors: dict[str, str] = {}
    asked, purpose = None, dict[str, str]()
    try:
        asked = asked_of(form.get("text", ""))
    except InvalidInput as error:
        errors[error.field or "text"] = error.detail
    try:
        purpose = purpose_of(node, user, form)
    except InvalidInput as error:
        errors[error.field or "purpose"] = error.detail
    if errors or asked is None:
        return _page(request, node, user, form, errors=errors, status=422)
    hits = look_up(node, user, asked, purpose)
    return _page(request, node, user, form, hits=all_shown(node, user, hits), read=asked.sorts)


@router.post("/subjects/unmask")
def unmask(request: Request, node: Node, user: Unmasker, form: Form) -> Response:
    """One value whole, for a matter that is in sight."""
    key = form.get("key", "")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise InvalidInput("记录编号不正确", field="key")
    try:
        purpose = purpose_of(node, user, form, matter_needed=True)
    except InvalidInput as error:
        return _page(request, node, user, form, errors={error.field or "purpose": error.detail}, status=422)
    hit = node.views.subject(int(key), unit_of(user))
    wanted = wanted_of(hit, purpose["purpose"], purpose["matter"])
    given: dict[str, Any] = {"lasts": node.unmask, "now": node.now(), "new_id": node.new_id, "salt": node.salt}
    until = node.act(lambda uow: looking.unmask(uow, wanted, user, **given))
    return _page(request, node, user, form, hits=[shown(hit, until)], read=[hit.key.sort])


def _page(
    request: Request,
    node: WebNode,
    user: User,
    form: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    hits: list[Shown] | None = None,
    read: Sequence[str] = (),
    status: int = 200,
) -> Response:
    answer = page(
        request,
        node,
        user,
        "lists/subjects.html",
        in_hand=offered(node, user, open_only=True),
        given={name: form.get(name, "") for name in ("text", "purpose", "matter", "why")},
        errors=errors or {},
        hits=hits,
        read=[SORTS[sort] for sort in read],
        most=MOST,
        purposes=[("", "请选择"), *PURPOSES.items()],
        sorts=SORTS,
        roles=_labels(PartyRole),
        types=_labels(PartyType),
        may_unmask=may(user.role, Permit.UNMASK),
    )
    answer.status_code = status
    ends = [one.until for one in hits or () if one.until is not None]
    if ends:
        # What was shown whole leaves the screen when its time is over, without a script.
        answer.headers["Refresh"] = f"{int((min(ends) - node.now()).total_seconds()) + 1}; url=/subjects"
    return answer


def _labels(choice: object) -> dict[str, str]:
    """Titles of a form's choices."""
    for part in getattr(choice, "__metadata__", ()):
        extra = getattr(part, "json_schema_extra", None)
        if isinstance(extra, dict) and "x-labels" in extra:
            return dict(extra["x-labels"])
    return {}
