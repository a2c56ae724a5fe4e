"""What a new paper begins with: the office's template, the matter it belongs to, the lead it transfers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query

from hub.core import ijson
from hub.core.errors import InvalidInput, NotAllowed, NotFound
from hub.core.ids import ALL, BEIJING
from hub.core.overdue import working_days
from hub.core.policy import Permit
from hub.flows import prefill, templates
from hub.flows.rows import User
from hub.flows.steps.papers import PaperDraft
from hub.kinds.kind import MAX_BODY
from hub.kinds.registry import LATEST
from hub.web import papering, sight, words
from hub.web.auth import permitted
from hub.web.deps import WebNode
from hub.web.ui.formtree import fields_of_kind
from schemas.catalogue import ACTS

_BASIS = {"mr": "《市场监督管理行政处罚程序规定》第四十五条"}
_BASIS_ELSE = "《中华人民共和国行政处罚法》第二十六条"
_ID = Query(max_length=60)

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seed:
    """What the address of a new paper says."""

    kind: str
    act: str
    matter: str
    template: str
    to: str
    lead: str
    split: tuple[int, ...]
    about: str = ""
    """Matter that a 督办函 is about."""


def seed_of(
    kind: Annotated[str, Query(max_length=40)] = "",
    act: Annotated[str, Query(max_length=40)] = "",
    matter: Annotated[str, _ID] = "",
    template: Annotated[str, Query(max_length=60)] = "",
    to: Annotated[str, _ID] = "",
    lead: Annotated[str, _ID] = "",
    split: Annotated[list[int] | None, Query(max_length=50)] = None,
    about: Annotated[str, _ID] = "",
) -> Seed:
    """From the address."""
    return Seed(kind, act, matter, template, to, lead, tuple(split or ()), about)


Seeded = Annotated[Seed, Depends(seed_of)]


def begun(node: WebNode, user: User, seed: Seed) -> PaperDraft:
    """The draft a form begins with; nothing is saved. Raises a ``Refused`` for what nobody here may write."""
    if seed.kind not in LATEST:
        raise NotFound("没有这种文书", field="kind")
    today = node.now().astimezone(BEIJING).date()
    body: Body = {"classification": "internal", "issue_date": today.isoformat(), **_template(node, seed)}
    if seed.matter:
        sight.check(node, user, seed.matter)
        return _in_matter(node, seed, body, today)
    sight.check_opening(user)
    among = papering.addressees(node, seed.kind)
    if not among:
        raise NotAllowed(f"按协作协议，本单位不发送“{LATEST[seed.kind].title}”", field="kind")
    to: tuple[str, ...] = (papering.resolved(seed.to, among),) if seed.to else ()
    if LATEST[seed.kind].audience == "all":
        to = (ALL,)
    if seed.lead:
        return PaperDraft(seed.kind, {**body, **_of_lead(node, user, seed.lead, today)}, to, lead=seed.lead)
    if seed.kind == "supervision_letter" and seed.about:
        body |= _about(node, user, seed.about, today)
    if seed.kind == "assistance_request":
        body.setdefault("basis", [_BASIS.get(node.views.trust().system(node.member), _BASIS_ELSE)])
    return PaperDraft(seed.kind, body, to)


def _about(node: WebNode, user: User, matter: str, today: date) -> Body:
    """What a 督办函 (before the last day: 提示函) says of the matter it is about."""
    sight.check(node, user, matter)
    row = node.views.matter(matter).row
    if row is None:
        return {"subject_matter": matter}
    body: Body = {"form": "prompt", "subject_matter": row.id, "subject_title": row.title}
    calendar = node.views.trust().calendars.get(row.calendar or "")
    if calendar is not None and row.due_effective is not None and row.due_effective < today:
        late = -working_days(calendar, today, row.due_effective)
        body |= {"form": "supervision", "due_on": row.due_effective.isoformat(), "overdue_days": late}
        body["overdue_unit"] = "working_days"
    return body


def _template(node: WebNode, seed: Seed) -> Body:
    if not seed.template:
        return {}
    found = node.act(lambda uow: templates.named(uow, seed.template))
    if found.kind != seed.kind:
        raise InvalidInput("该模板用于另一种文书", field="template")
    body: Body = ijson.loads(found.body, limit=MAX_BODY)
    return body


def _in_matter(node: WebNode, seed: Seed, body: Body, today: date) -> PaperDraft:
    """Copied from the matter; what the template says beats that."""
    view = node.views.matter(seed.matter)
    if seed.split:
        split = prefill.split_body(view, seed.split, today, node.views.trust(), node.member)
        return PaperDraft(seed.kind, {**body, **split})
    known = ACTS[seed.kind]
    act = seed.act if seed.act in known else known[0]
    start = prefill.starting_body(seed.kind, act, view, today)
    if any(one.name == "act" for one in fields_of_kind(seed.kind)):
        start["act"] = act
    return PaperDraft(seed.kind, {**start, **(body if seed.template else {})}, (), seed.matter)


def _of_lead(node: WebNode, user: User, lead: str, today: date) -> Body:
    permitted(user, Permit.LEAD)
    known = node.act(lambda uow: uow.leads.get(lead))
    if known is None:
        raise NotFound("线索台账中没有这条线索", field="lead")
    return prefill.lead_body(known, words.member(node.views.trust(), node.member), today)
