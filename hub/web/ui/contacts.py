"""联络员: whom to call at each member; our own list is renewed by a document like any other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from hub.core.ids import ALL
from hub.core.policy import Permit
from hub.flows import drafting
from hub.flows.ports import UnitOfWork
from hub.flows.rows import User
from hub.flows.steps.texts import today
from hub.web.auth import Person, person_may
from hub.web.contacts import ROLES, Published, latest
from hub.web.deps import Node
from hub.web.office import office_only
from hub.web.ui.render import page

router = APIRouter()

Drafter = Annotated[User, Depends(person_may(Permit.DRAFT))]

_OF_ONE_LIST = frozenset({"doc_no", "issue_date", "signer", "attachments"})


@dataclass(frozen=True, slots=True)
class Card:
    """One member and what it published; ``lines``: who serves today. ``published`` None: nothing yet."""

    member: str
    name: str
    published: Published | None
    lines: list[dict[str, Any]]
    stale: bool


@router.get("/contacts")
def list_contacts(request: Request, node: Node, user: Person, member: str = "") -> Response:
    """Our own first, then the roster's order; lists older than half a year are marked."""
    trust, now, found = node.views.trust(), node.now(), latest(node.views)
    active = [one for one in trust.roster.members if one.status == "active"]
    cards = [
        Card(
            one.id,
            one.name,
            found.get(one.id),
            found[one.id].serving(today(now)) if one.id in found else [],
            found[one.id].stale(now) if one.id in found else True,
        )
        for one in sorted(active, key=lambda one: one.id != node.member)
    ]
    node.note("look-up", "contacts", user.name, member=member or None)
    return page(
        request,
        node,
        user,
        "office/contacts.html",
        cards=[one for one in cards if member in ("", one.member)],
        choices=[(one.member, one.name) for one in cards],
        member=member,
        roles=ROLES,
    )


@router.post("/contacts/revise")
def revise(node: Node, user: Drafter) -> Response:
    """Draw up the next list as a working paper, begun from the present one; signing it off publishes it."""
    office_only(user)
    own, day = latest(node.views).get(node.member), today(node.now()).isoformat()
    name = node.views.trust().member(node.member).name
    body: dict[str, Any] = {
        "title": f"{name}联络员名单",
        "classification": "internal",
        "contacts": [{"role": "liaison", "valid_from": day}],
        **({key: value for key, value in own.body.items() if key not in _OF_ONE_LIST} if own else {}),
        "issue_date": day,
    }

    def flow(uow: UnitOfWork) -> str:
        where = {"matter": own.matter} if own else {"to": (ALL,)}
        draft = drafting.PaperDraft("contact_list", body, **where)
        return drafting.save(uow, draft, drafting.Act(user, node.now(), node.salt), node.new_id).id

    return RedirectResponse(f"/papers/{node.act(flow)}", status_code=303)
