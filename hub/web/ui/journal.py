"""审计日志: search by object, person, act and time, and hash it again before one's eyes. Nobody can change it here."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from hub.core.policy import Permit
from hub.flows.ports.journal import ActFilter
from hub.flows.rows import User
from hub.web import journal
from hub.web.addresses import Cursor, Day
from hub.web.alarms import evidence_of, standing_of
from hub.web.auth import person_may
from hub.web.deps import Node
from hub.web.reading import midnight
from hub.web.sheets import FORM
from hub.web.ui.registers import acts_table
from hub.web.ui.render import page

router = APIRouter()
Auditor = Annotated[User, Depends(person_may(Permit.AUDIT))]

ROWS = 50
STRETCH = 20_000
"""Leaves hashed in one answer: about a tenth of a second."""
Word = Annotated[str, Query(max_length=200)]
Number = Annotated[int, Query(ge=0, lt=2**53)]


@router.get("/audit")
def search(
    request: Request,
    node: Node,
    user: Auditor,
    type: Word = "",  # noqa: A002 - the word of the form
    actor: Word = "",
    subject: Word = "",
    since: Day = None,
    until: Day = None,
    cursor: Cursor = None,
    form: FORM = None,
) -> Response:
    """Newest first; every choice stands in the address, and the search is itself a leaf; so is taking it away."""
    chosen = {"type": type, "actor": actor.strip(), "subject": subject.strip()}
    days = {"since": since.isoformat() if since else "", "until": until.isoformat() if until else ""}
    wanted = ActFilter(
        type=type or None,
        actor=chosen["actor"] or None,
        subjects=frozenset({chosen["subject"]} if chosen["subject"] else ()),
        since=midnight(since),
        until=midnight(until + timedelta(days=1)) if until else None,
    )
    given = {"type": type, "by": chosen["actor"], "to": chosen["subject"], **days}
    asked = {name: value for name, value in given.items() if value}
    if form is not None:
        return acts_table(node, user, wanted, form, asked)
    found = node.views.acts(wanted, cursor, ROWS)
    node.note("look-up", "audit", user.name, **asked)
    query = {name: value for name, value in {**chosen, **days}.items() if value}
    return page(
        request,
        node,
        user,
        "journal.html",
        lines=journal.lines(node.views.trust(), found, content=False),
        chosen={**chosen, **days},
        types=[(one, journal.TYPES.get(one, one)) for one in node.views.act_types()],
        more=f"/audit?{urlencode({**query, 'cursor': found.next})}" if found.next else None,
        first=cursor is None,
        standing=standing_of(node),
    )


@router.get("/audit/alarms/{number}")
def alarm(node: Node, user: Auditor, number: Annotated[int, Path(ge=0, lt=2**53)]) -> Response:
    """The evidence of one alarm as a file: what two signatures say, not what anybody here says."""
    found = node.views.alarm(number)
    node.note("export", "audit", user.name, alarm=number)
    name = f"audit-alarm-{number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(evidence_of(found, node.views.trust()), media_type="application/json", headers=headers)


@router.get("/audit/check")
def check(
    request: Request,
    node: Node,
    user: Auditor,
    first: Number = 0,
    seen: Number = 0,
    erased: Number = 0,
) -> Response:
    """One stretch from where the last one ended; the page goes on by itself where script runs, else by a button."""
    found = node.views.check_acts(first, STRETCH)
    seen, erased = seen + found.seen, erased + found.erased
    on = {"first": found.next, "seen": seen, "erased": erased}
    if found.next is None or found.wrong:
        node.note("look-up", "audit-check", user.name, seen=seen, found=len(found.wrong))
    return page(
        request,
        node,
        user,
        "journal_check.html",
        seen=seen,
        erased=erased,
        wrong=found.wrong,
        standing=standing_of(node),
        more=f"/audit/check?{urlencode(on)}" if found.next is not None and not found.wrong else None,
    )
