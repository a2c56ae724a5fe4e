"""What API and pages read alike: a document's copies in their places, envelopes, schemas, periods."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from mimetypes import guess_extension
from typing import Any

from starlette.responses import Response as Bytes

from hub.core.audit import leaf
from hub.core.errors import InvalidInput, NotFound
from hub.core.ids import BEIJING
from hub.flows.ports.views import CopyView
from hub.flows.rows import User
from hub.web.deps import WebNode
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
    if digest not in {part.sha256 for copy in seen_copies(node, user, document) for part in copy.parts}:
        raise NotFound("该文书没有这个附件", field="digest")
    with node.store.begin() as uow:
        part = uow.parts.get(digest)
        if part is None:
            raise NotFound("附件内容尚未到达本节点", field="digest", advice="收齐后文书才算送达；请稍后再试。")
        uow.ledger.add([leaf("export", digest, user.name, node.now(), node.salt(), document=document, part=True)])
    name = f'attachment; filename="{digest[:16]}{guess_extension(part.media_type) or ".bin"}"'
    headers = {"Content-Disposition": name, "Content-Security-Policy": "sandbox"}
    return Bytes(part.content, media_type=part.media_type, headers=headers)


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
