"""主体查询: one box, a stated purpose, exact and near hits explained, masked; every look-up is a leaf.

A number is shown whole by a second act, with purpose and matter, and that is a leaf of its own (个人信息保护法 art. 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from hub.core.errors import InvalidInput
from hub.core.ids import is_document_id, sha256
from hub.core.policy import Permit, may
from hub.core.spelling import cut
from hub.core.subjects import SORTS, alike, readings
from hub.flows import looking
from hub.flows.looking import Wanted
from hub.flows.ports.subjects import SubjectFilter, SubjectHit
from hub.flows.ports.views import MatterFilter
from hub.flows.rows import User
from hub.flows.steps.texts import said
from hub.web.auth import person_may
from hub.web.deps import Node, WebNode
from hub.web.sight import check, unit_of
from hub.web.ui.forms import Form
from hub.web.ui.render import page
from schemas.masks import mask_card, mask_id_document, mask_mobile, mask_name, mask_resident_id
from schemas.party import PartyRole, PartyType

router = APIRouter()

Seeker = Annotated[User, Depends(person_may(Permit.SUBJECTS))]
Unmasker = Annotated[User, Depends(person_may(Permit.UNMASK))]

OFFERED = 30
"""Matters offered as the reason of a look-up: nobody knows their numbers by heart."""
MOST = 50
"""Hits of each sort on one page: who finds more asks more exactly."""
PURPOSES = {one: looking.PURPOSES[one] for one in ("case", "assist", "lead", "blacklist", "other")} | {
    "other": "其他（须写明）"
}
_MASKS = {"phone": mask_mobile, "account": mask_card}
_PERSON = ("person", "")


@dataclass(frozen=True, slots=True)
class Shown:
    """One hit as the page shows it; ``whole``: the value was asked for with a reason."""

    hit: SubjectHit
    owner: str
    value: str
    until: datetime | None = None
    """Shown whole until then; None: masked."""

    @property
    def masked(self) -> bool:
        """Whether there is something to unmask."""
        return self.until is None and "*" in self.value + self.owner


@router.get("/subjects")
def ask(request: Request, node: Node, user: Seeker) -> Response:
    """The box; a look-up is posted, so that no number stands in an address."""
    return _page(request, node, user, {})


@router.post("/subjects")
def look_up(request: Request, node: Node, user: Seeker, form: Form) -> Response:
    """Everything this node may read, and the blacklist with its states."""
    errors: dict[str, str] = {}
    values: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    purpose: dict[str, str] = {}
    try:
        text = said(form.get("text", ""), "text", "要查询的内容", 100)
        values, others = tuple(readings(text)), tuple(alike(text))
        if not values:
            raise InvalidInput("至少输入两个字，或完整的号码", field="text")
    except InvalidInput as error:
        errors[error.field or "text"] = error.detail
    try:
        purpose = _purpose(node, user, form)
    except InvalidInput as error:
        errors[error.field or "purpose"] = error.detail
    if errors:
        return _page(request, node, user, form, errors=errors, status=422)
    # The leaf names what was asked without repeating it: who audits can prove a guess, not read a list of names.
    read = (*values, *others)
    asked = {"sorts": list(dict.fromkeys(sort for sort, _ in read)), "asked": sha256(text.encode()), **purpose}
    hits = node.views.subjects(SubjectFilter(values, alike=others, parts=cut(text), unit=unit_of(user)), MOST)
    node.note("look-up", "subjects", user.name, found=len(hits), **asked)
    return _page(request, node, user, form, hits=_all_shown(node, user, hits), read=read)


@router.post("/subjects/unmask")
def unmask(request: Request, node: Node, user: Unmasker, form: Form) -> Response:
    """One value whole, for a matter that is in sight."""
    key = form.get("key", "")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise InvalidInput("记录编号不正确", field="key")
    try:
        purpose = _purpose(node, user, form, matter_needed=True)
    except InvalidInput as error:
        return _page(request, node, user, form, errors={error.field or "purpose": error.detail}, status=422)
    hit = node.views.subject(int(key), unit_of(user))
    wanted = _wanted(hit, purpose["purpose"], purpose["matter"])
    given: dict[str, Any] = {"lasts": node.unmask, "now": node.now(), "new_id": node.new_id, "salt": node.salt}
    until = node.act(lambda uow: looking.unmask(uow, wanted, user, **given))
    read = ((hit.key.sort, hit.key.value),)
    return _page(request, node, user, form, hits=[_shown(hit, until)], read=read)


def _wanted(hit: SubjectHit, purpose: str = "", matter: str = "") -> Wanted:
    """The leave to see one value of one document."""
    return Wanted(hit.document, matter, hit.sender, purpose, entry=f"{hit.key.sort}-{hit.key.id}")


def _all_shown(node: WebNode, user: User, hits: Sequence[SubjectHit]) -> list[Shown]:
    """Each masked, but for what this person may see whole just now."""
    objects = {_wanted(one).object for one in hits} if may(user.role, Permit.UNMASK) else set()
    until = node.act(lambda uow: looking.shown(uow, user, objects, node.now()))
    return [_shown(one, until.get(_wanted(one).object)) for one in hits]


def _purpose(node: WebNode, user: User, form: dict[str, str], *, matter_needed: bool = False) -> dict[str, str]:
    """What for: a choice, and the matter it belongs to or words that say it."""
    purpose, matter = form.get("purpose", ""), form.get("matter", "")
    if purpose not in PURPOSES:
        raise InvalidInput("请选择查询目的", field="purpose")
    if matter:
        if not is_document_id(matter):
            raise InvalidInput("事项编号格式不正确，可从事项页面复制", field="matter")
        check(node, user, matter)
        node.views.matter(matter)
        return {"purpose": purpose, "matter": matter}
    if matter_needed:
        raise InvalidInput("查看完整号码须填写所办事项的编号", field="matter")
    return {"purpose": purpose, "why": said(form.get("why", ""), "why", "事项编号，或写明查询事由", 200)}


def _page(
    request: Request,
    node: WebNode,
    user: User,
    form: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    hits: list[Shown] | None = None,
    read: tuple[tuple[str, str], ...] = (),
    status: int = 200,
) -> Response:
    wanted = MatterFilter(waits_for="any", unit=unit_of(user))
    answer = page(
        request,
        node,
        user,
        "lists/subjects.html",
        in_hand=node.views.matters(wanted, None, OFFERED, now=node.now()).rows,
        given={name: form.get(name, "") for name in ("text", "purpose", "matter", "why")},
        errors=errors or {},
        hits=hits,
        read=[SORTS[sort] for sort, _ in read],
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


def _shown(hit: SubjectHit, until: datetime | None) -> Shown:
    key = hit.key
    if until is not None:
        return Shown(hit, key.owner, key.value, until)
    person = key.type in _PERSON
    owner = mask_name(key.owner) if person else key.owner
    if key.sort == "id":
        value = mask_resident_id(key.value) if len(key.value) == 18 else mask_id_document(key.value)
    elif key.sort == "name" or (key.sort == "spelling" and not key.value.isascii()):
        value = mask_name(key.value) if person else key.value
    else:
        value = _MASKS[key.sort](key.value) if key.sort in _MASKS else key.value
    return Shown(hit, owner, value)


def _labels(choice: object) -> dict[str, str]:
    """Titles of a form's choices."""
    for part in getattr(choice, "__metadata__", ()):
        extra = getattr(part, "json_schema_extra", None)
        if isinstance(extra, dict) and "x-labels" in extra:
            return dict(extra["x-labels"])
    return {}
