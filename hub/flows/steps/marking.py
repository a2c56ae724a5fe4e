"""Where what another office sent would go on to, and whether its handling mark allows it (:mod:`hub.core.marks`).

A file is known again by its digest, whatever it is called; other content by the matters a document says it goes on with
(``related``). What a person copies by hand, or changes by one byte, no machine knows again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from hub.core.ids import is_outside
from hub.core.marks import AS_MARKED, Marked, Ruling, Way, mark_of, refusal, ruling
from hub.core.trust import Trust
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Unit
from hub.flows.ports.views import CopyView
from hub.flows.rows import Entry, MessageStatus
from hub.flows.steps.forwarding import CONTINUES, TRANSFERS
from hub.flows.steps.requests import Request
from hub.kinds.links import PART, links_of

_WARNING = "public_warning"
"""What an office puts before the public (禁止传销条例 art. 23)."""
_GRASS = "grass"
"""System of an office outside that is a grass-roots organisation 基层组织 (``flows/outside.py``)."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A document another office sent, the thread it stands in, and by which field its content would go on."""

    document: Marked
    thread: Sequence[Marked]
    field: str

    def refuses(self, trust: Trust, ways: Iterable[Way]) -> Exception | None:
        """Why the content may not go all of these ways; None if it may."""
        mark = mark_of(self.document, self.thread)
        closed = next((way for way in ways if ruling(mark, way) is not Ruling.ALLOWED), None)
        sender = trust.name_of(self.document.sender)
        return None if closed is None else refusal(self.document, mark, closed, sender, self.field)


def check_marks(uow: UnitOfWork, request: Request, audiences: Sequence[str]) -> None:
    """Raise ``AgainstMark`` if files or matters that others sent us would go on to somebody their marks leave out."""
    trust = uow.trusts.current()
    public = request.kind == _WARNING or request.body.get("classification") == "public"
    # Who sent us the same file under a wider mark has given leave as well as anybody: one that allows it is enough.
    for sources in (*_files(uow, request), *_matters(uow, request)):
        wrong = [one.refuses(trust, _ways(uow, trust, request, one, audiences, public=public)) for one in sources]
        if wrong and all(wrong):
            raise next(one for one in wrong if one is not None)


def check_passed_down(uow: UnitOfWork, matter: str, unit: Unit, field: str = "unit") -> None:
    """Raise ``AgainstMark`` if the matter would go to a county bureau, and its other side has not allowed that."""
    if unit.kind != "county":
        return
    trust, thread = uow.trusts.current(), _received(uow, uow.messages.glance([matter]))
    first = {one.sender: one for one in reversed(thread)}
    for document in first.values():
        wrong = _Source(document, thread, field).refuses(trust, [Way.GRASS_ROOTS])
        if wrong is not None:
            raise wrong


def check_split(trust: Trust, member: str, thread: Iterable[CopyView], opening: str) -> None:
    """Raise ``AgainstMark`` before a person begins to write to others what a matter's opening document asks of us."""
    said = [_Seen(one) for one in thread if one.row.sender != member]
    for document in said:
        if document.document == opening:
            wrong = _Source(document, said, "items").refuses(trust, [Way.MEMBER])
            if wrong is not None:
                raise wrong


class _Seen:
    """A document as the read models show it, to be judged by its mark."""

    def __init__(self, copy: CopyView) -> None:
        row = copy.row
        self.document, self.title, self.matter, self.mark = row.document, row.title, row.matter, copy.mark
        self.sender, self.audience, self.replaces = row.sender, row.audience, row.replaces


def _files(uow: UnitOfWork, request: Request) -> Iterator[list[_Source]]:
    """For each attachment that came from others: the documents that brought it. What we sent first is ours."""
    digests = {part.sha256 for part in request.parts}
    links = uow.links.naming(PART, digests) if digests else []
    entries = uow.messages.glance({one.matter for one in links}) if links else []
    for digest in sorted(digests):
        named = {one.document for one in links if one.other == digest}
        with_it = [one for one in entries if one.document in named]
        if with_it and with_it[0].sender != uow.member:
            thread = _received(uow, entries)
            yield [_Source(one, thread, "body.attachments") for one in thread if one.document in named]


def _matters(uow: UnitOfWork, request: Request) -> Iterator[list[_Source]]:
    """For each matter of others that the document goes on with: what opened it."""
    named = [target for relation, target in links_of(request.kind, request.body) if relation in CONTINUES]
    rows = uow.matters.get(named) if named else {}
    for row in rows.values():
        if row.opener != uow.member:
            thread = _received(uow, uow.messages.glance([row.id]))
            yield [_Source(one, thread, "body.related") for one in thread if one.document == row.document]


def _received(uow: UnitOfWork, entries: Iterable[Entry]) -> list[Entry]:
    """What others sent, with its content."""
    return [one for one in entries if one.sender != uow.member and one.status is MessageStatus.STORED]


def _ways(
    uow: UnitOfWork, trust: Trust, request: Request, source: _Source, audiences: Collection[str], *, public: bool
) -> list[Way]:
    """Everywhere the content would go: to the addressees, and wherever our own mark lets it go from there."""
    ways = [_way(uow, trust, request.kind, source.document.sender, one) for one in audiences]
    if all(way is Way.BACK for way in ways):
        return []
    further = Way.PUBLIC if public else AS_MARKED[request.mark]
    return ways if further is None else [*ways, further]


def _way(uow: UnitOfWork, trust: Trust, kind: str, sender: str, audience: str) -> Way:
    if audience == sender:
        return Way.BACK
    if is_outside(audience):
        office = uow.outside.get(audience)
        return Way.GRASS_ROOTS if office is not None and office.system == _GRASS else Way.OUTSIDE
    police = audience in trust.members and trust.system(audience) == "ps"
    if kind in TRANSFERS and police and trust.system(uow.member) != "ps":
        return Way.LAW
    return Way.MEMBER
