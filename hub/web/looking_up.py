"""主体查询 for people and programs alike: what was asked, what for, and hits masked; every look-up is a leaf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.core.errors import InvalidInput
from hub.core.ids import is_document_id, sha256
from hub.core.policy import Permit, may
from hub.core.spelling import cut
from hub.core.subjects import alike, readings
from hub.flows import looking
from hub.flows.looking import Wanted
from hub.flows.ports.subjects import SubjectFilter, SubjectHit
from hub.flows.rows import User
from hub.flows.steps.texts import said
from hub.web.deps import WebNode
from hub.web.naming import id_within
from hub.web.sight import check, unit_of
from schemas.masks import mask_card, mask_id_document, mask_mobile, mask_name, mask_resident_id

MOST = 50
"""Hits of each sort in one answer: who finds more asks more exactly."""
PURPOSES = {one: looking.PURPOSES[one] for one in ("case", "assist", "lead", "blacklist", "other")} | {
    "other": "其他（须写明）"
}
_MASKS = {"phone": mask_mobile, "account": mask_card}
_PERSON = ("person", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, and all it may be: exact values, and the same in other spellings."""

    text: str
    values: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]

    @property
    def sorts(self) -> list[str]:
        """By what is looked."""
        return list(dict.fromkeys(sort for sort, _ in (*self.values, *self.others)))


@dataclass(frozen=True, slots=True)
class Shown:
    """One hit as it is shown; ``until``: shown whole until then, for that was asked for with a reason; None: masked."""

    hit: SubjectHit
    owner: str
    value: str
    until: datetime | None = None

    @property
    def masked(self) -> bool:
        """Whether there is something to unmask."""
        return self.until is None and "*" in self.value + self.owner


def asked_of(text: str) -> Asked:
    """Raises ``InvalidInput`` at ``text`` for what can be nobody's name or number."""
    text = said(text, "text", "要查询的内容", 100)
    values = tuple(readings(text))
    if not values:
        raise InvalidInput("至少输入两个字，或完整的号码", field="text")
    return Asked(text, values, tuple(alike(text)))


def purpose_of(node: WebNode, user: User, given: Mapping[str, str], *, matter_needed: bool = False) -> dict[str, str]:
    """What for: a choice, and the matter it belongs to, which must be in sight, or words that say it."""
    purpose, matter = given.get("purpose", ""), id_within(given.get("matter", ""))
    if purpose not in PURPOSES:
        raise InvalidInput("请选择查询目的", field="purpose")
    if matter:
        if not is_document_id(matter):
            raise InvalidInput("没有认出是哪个事项，请从列表中选，或从事项页面复制事项编号", field="matter")
        check(node, user, matter)
        node.views.matter(matter)
        return {"purpose": purpose, "matter": matter}
    if matter_needed:
        raise InvalidInput("查看完整号码须选择所办事项", field="matter")
    return {"purpose": purpose, "why": said(given.get("why", ""), "why", "事项编号，或写明查询事由", 200)}


def look_up(node: WebNode, user: User, asked: Asked, purpose: Mapping[str, str]) -> tuple[SubjectHit, ...]:
    """Everything this user may read, and the blacklist with its states.

    The leaf names what was asked without repeating it: who audits can prove a guess, not read a list of names.
    """
    wanted = SubjectFilter(asked.values, alike=asked.others, parts=cut(asked.text), unit=unit_of(user))
    hits = node.views.subjects(wanted, MOST)
    told = {"sorts": asked.sorts, "asked": sha256(asked.text.encode()), **purpose}
    node.note("look-up", "subjects", user.name, found=len(hits), **told)
    return hits


def wanted_of(hit: SubjectHit, purpose: str = "", matter: str = "") -> Wanted:
    """The leave to see one value of one document."""
    return Wanted(hit.document, matter, hit.sender, purpose, entry=f"{hit.key.sort}-{hit.key.id}")


def all_shown(node: WebNode, user: User, hits: Sequence[SubjectHit]) -> list[Shown]:
    """Each masked, but for what this person may see whole just now."""
    objects = {wanted_of(one).object for one in hits} if may(user.role, Permit.UNMASK) else set()
    until = node.act(lambda uow: looking.shown(uow, user, objects, node.now()))
    return [shown(one, until.get(wanted_of(one).object)) for one in hits]


def shown(hit: SubjectHit, until: datetime | None = None) -> Shown:
    """Masked by what it is and whose it is, unless it may be seen whole until then."""
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
