"""What API and pages read alike: a document's copies in their places, envelopes, schemas, periods."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from starlette.responses import Response as Bytes

from hub.core.errors import InvalidInput, NotFound
from hub.core.ids import BEIJING
from hub.flows.ports.views import CopyView
from hub.flows.rows import User
from hub.web.deps import WebNode
from hub.web.handing_over import handed_over
from hub.web.sight import seen_copies
from schemas.catalogue import BODIES, TITLES
from schemas.export import schema_of


def copies_in_place(node: WebNode, user: User, document: str) -> tuple[list[CopyView], list[CopyView]]:
    """The copies of a document in sight, with what each did to its matter, and the threads they stand in."""
    matters = dict.fromkeys(copy.row.matter for copy in seen_copies(node, user, document))
    thread = [one for matter in matters for one in node.views.matter(matter).thread]
    return [one for one in thread if one.row.document == document], thread


def envelope_answer(node: WebNode, user: User, document: str, digest: str) -> Bytes:
    """The bytes as a download; also for the pages."""
    if digest not in {copy.row.hash for copy in seen_copies(node, user, document)}:
        raise NotFound("该文书没有这一存证编号", field="hash")
    raw = node.views.envelope(digest)
    node.note("export", digest, user.name, document=document)
    name = f'attachment; filename="envelope-{digest[:16]}.json"'
    return Bytes(raw, media_type="application/json", headers={"Content-Disposition": name})


def part_answer(node: WebNode, user: User, document: str, digest: str) -> Bytes:
    """An attachment as a download; a file that a peer sent is never shown inside a page of ours."""
    copies = seen_copies(node, user, document)
    found = next((part for copy in copies for part in copy.parts if part.sha256 == digest), None)
    if found is None:
        raise NotFound("该文书没有这个附件", field="digest")
    answer = handed_over(node, digest, found.media_type, _name_of(copies, digest))
    node.note("export", digest, user.name, document=document, part=True)
    return answer


def _name_of(copies: list[CopyView], digest: str) -> str:
    """What the body calls it."""
    for copy in copies:
        listed = copy.body.get("attachments") if copy.body else None
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict) and one.get("part") == digest:
                return str(one.get("name", ""))
    return ""


def midnight(day: date | None) -> datetime | None:
    """Begin of a civil day."""
    return None if day is None else datetime.combine(day, time(), BEIJING)


def period(node: WebNode, since: date | None, until: date | None) -> tuple[date, date]:
    """The period asked for, or this year up to and including today."""
    today = node.now().astimezone(BEIJING).date()
    last = until or today + timedelta(days=1)
    first = since or date(min(today, last - timedelta(days=1)).year, 1, 1)
    if first >= last:
        raise InvalidInput("截止日期必须晚于起始日期", field="until")
    return first, last


@cache
def body_schema(kind: str, version: int) -> dict[str, Any]:
    """The schema of a body, built once."""
    return schema_of(BODIES[kind, version], f"urn:antipyramid:schema:{kind}:{version}", TITLES[kind])
