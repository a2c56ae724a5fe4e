"""Members, refused deliveries, figures, and the list of the API's operations."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from hub.core.ids import ALL
from hub.core.policy import Permit
from hub.flows.ports.figures import Counts, Ratio
from hub.flows.rows import Quarantined, User
from hub.web.addresses import Cursor, Day
from hub.web.auth import Person, person_may
from hub.web.deps import Node
from hub.web.problems import STATUS
from hub.web.reading import period
from hub.web.ui.render import page

router = APIRouter()

Onlooker = Annotated[User, Depends(person_may(Permit.HEADERS))]
Reckoner = Annotated[User, Depends(person_may(Permit.FIGURES))]

ROWS = 20
_REASONS = {error.code: (error.title, error.advice) for error in STATUS}


@router.get("/members")
def list_members(request: Request, node: Node, user: Onlooker) -> Response:
    """The roster, with what is still on its way to each."""
    return page(request, node, user, "members.html", members=node.views.members(now=node.now()))


@router.get("/quarantine")
def list_quarantine(request: Request, node: Node, user: Onlooker, cursor: Cursor = None) -> Response:
    """What was received and refused, with the reason."""
    found = node.views.quarantine(cursor, ROWS)
    rows = [(row, *_told(row)) for row in found.rows]
    more = f"/quarantine?cursor={found.next}" if found.next else None
    return page(request, node, user, "quarantine.html", rows=rows, more=more, first=cursor is None)


@router.get("/quarantine/{item}")
def show_quarantined(
    request: Request, node: Node, user: Person, item: Annotated[int, Path(ge=1, lt=2**53)]
) -> Response:
    """One refused delivery; its bytes as text, for whoever must find out what happened."""
    row = node.views.one_quarantined(item)
    node.note("look-up", row.sha256, user.name, quarantine=item)
    title, advice = _told(row)
    text = row.raw[:4096].decode("utf-8", "replace")
    return page(request, node, user, "quarantined.html", row=row, title=title, advice=advice, text=text)


@router.get("/counts")
def show_counts(request: Request, node: Node, user: Reckoner, since: Day = None, until: Day = None) -> Response:
    """Figures of a period; the joint-meeting office also sees who exchanged with whom."""
    first, last = period(node, since, until)
    found = node.views.counts(first, last, now=node.now())
    joint = node.views.trust().system(node.member) == "jm"
    lines = [one for one in found.members if joint or one.member == node.member]
    named, pairs = _table(found) if joint else ([], {})
    return page(
        request, node, user, "counts.html", found=found, lines=lines, joint=joint, named=named, pairs=pairs, rate=rate
    )


@router.get("/api-list")
def list_operations(request: Request, node: Node, user: Person) -> Response:
    """What programs may ask, in one table."""
    paths = request.app.openapi()["paths"]
    rows = [
        (method.upper(), path, operation["summary"])
        for path, item in paths.items()
        for method, operation in item.items()
    ]
    return page(request, node, user, "operations.html", rows=rows)


def rate(ratio: Ratio) -> str:
    """A percentage with what it is made of; nothing due is no percentage."""
    if ratio.denominator == 0:
        return "—"
    return f"{100 * ratio.numerator / ratio.denominator:.1f}%（{ratio.numerator}/{ratio.denominator}）"


def _told(row: Quarantined) -> tuple[str, str]:
    return _REASONS.get(row.code, ("来件不符合规则", "请与发件单位联系。"))


def _table(found: Counts) -> tuple[list[str], dict[tuple[str, str], tuple[int, int]]]:
    """Everybody who exchanged, and the numbers of each pair."""
    named = dict.fromkeys(one.member for one in found.members)
    pairs = {(one.sender, one.receiver): (one.requests, one.leads) for one in found.pairs if one.receiver != ALL}
    return [member for member in named if any(member in pair for pair in pairs)], pairs
