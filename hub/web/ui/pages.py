"""Work bench, matters and documents."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub.core.families import FAMILIES
from hub.core.trust import Trust
from hub.flows.ports.views import DocumentFilter, MatterFilter, Step
from hub.web import words
from hub.web.addresses import Cursor, Day
from hub.web.auth import Person
from hub.web.deps import Node
from hub.web.reading import midnight
from hub.web.sight import unit_of
from hub.web.ui.render import page
from schemas.catalogue import TITLES

router = APIRouter()

ROWS = 20
SHORT = 8


@router.get("/")
def work_bench(request: Request, node: Node, user: Person) -> Response:
    """What waits for this office, what is overdue, what it waits for."""
    now, views, unit = node.now(), node.views, unit_of(user)
    lists = {
        "overdue": views.matters(MatterFilter(overdue=True, unit=unit), None, SHORT, now=now),
        "ours": views.matters(MatterFilter(waits_for="us", unit=unit), None, SHORT, now=now),
        "theirs": views.matters(MatterFilter(waits_for="them", unit=unit), None, SHORT, now=now),
        "latest": views.matters(MatterFilter(unit=unit), None, SHORT, now=now),
    }
    return page(request, node, user, "bench.html", lists=lists, health=views.health())


@router.get("/matters")
def list_matters(
    request: Request,
    node: Node,
    user: Person,
    family: str = "",
    state: str = "",
    clock: str = "",
    role: str = "",
    overdue: str = "",
    provisional: str = "",
    counterpart: str = "",
    waits_for: str = "",
    text: str = "",
    cursor: Cursor = None,
) -> Response:
    """The register of matters; every choice stands in the address."""
    chosen = {
        "family": family,
        "state": state if state in _states(family) else "",
        "clock": clock,
        "role": role,
        "overdue": overdue,
        "provisional": provisional,
        "counterpart": counterpart,
        "waits_for": waits_for if waits_for in ("us", "them") else "",
        "text": text[:100],
    }
    wanted = MatterFilter(
        family=family or None,
        state=chosen["state"] or None,
        clock=clock or None,
        role=role or None,
        overdue=True if overdue else None,
        provisional=True if provisional else None,
        counterpart=counterpart or None,
        text=chosen["text"] or None,
        waits_for=chosen["waits_for"] or None,
        unit=unit_of(user),
    )
    if wanted.text is not None:
        node.note("look-up", "matters", user.name, text=wanted.text)
    found = node.views.matters(wanted, cursor, ROWS, now=node.now())
    return page(
        request,
        node,
        user,
        "matters.html",
        found=found,
        chosen=chosen,
        more=_more("/matters", chosen, found.next),
        first=cursor is None,
        families=[(one.name, one.title) for one in FAMILIES.values()],
        states=_states(family),
        clocks=words.CLOCKS,
        members=_members(node.views.trust(), node.member),
    )


@router.get("/documents")
def list_documents(
    request: Request,
    node: Node,
    user: Person,
    kind: str = "",
    direction: str = "",
    counterpart: str = "",
    step: str = "",
    text: str = "",
    since: Day = None,
    until: Day = None,
    cursor: Cursor = None,
) -> Response:
    """Everything sent and received, newest first."""
    chosen = {
        "kind": kind,
        "direction": direction if direction in ("in", "out") else "",
        "counterpart": counterpart,
        "step": step if step in set(Step) else "",
        "text": text[:100],
        "since": since.isoformat() if since else "",
        "until": until.isoformat() if until else "",
    }
    wanted = DocumentFilter(
        kind=kind or None,
        direction=chosen["direction"] or None,
        counterpart=counterpart or None,
        step=Step(chosen["step"]) if chosen["step"] else None,
        text=chosen["text"] or None,
        since=midnight(since),
        until=midnight(until),
        unit=unit_of(user),
    )
    if wanted.text is not None:
        node.note("look-up", "documents", user.name, text=wanted.text)
    found = node.views.documents(wanted, cursor, ROWS)
    return page(
        request,
        node,
        user,
        "documents.html",
        found=found,
        chosen=chosen,
        more=_more("/documents", chosen, found.next),
        first=cursor is None,
        kinds=TITLES,
        steps=words.STEPS,
        members=_members(node.views.trust(), node.member),
    )


def _states(family: str) -> dict[str, str]:
    found = FAMILIES.get(family)
    return found.states if found else {}


def _members(trust: Trust, own: str) -> list[tuple[str, str]]:
    return [(one.id, one.name) for one in trust.roster.members if one.id != own]


def _more(path: str, chosen: dict[str, Any], cursor: str | None) -> str | None:
    """Address of the next page."""
    if cursor is None:
        return None
    return f"{path}?{urlencode({**{name: value for name, value in chosen.items() if value}, 'cursor': cursor})}"
