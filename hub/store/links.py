"""What stored documents name, kept with exact keys: a link is found however many documents came in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from hub.core.sealing import fields_of
from hub.flows.ports.relations import Link
from hub.flows.rows import MessageStatus
from hub.kinds.links import PART, links_of
from hub.store.bulk import Upsert
from hub.store.mapping import Mapping
from hub.store.tables import matter_links
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from hub.flows.rows import Message
    from hub.store.work import Work

_ROWS = Mapping(Link, matter_links)
_ADD = Upsert(matter_links, _ROWS.names, _ROWS.names)
_NAMING = (
    select(*_ROWS.columns)
    .where(matter_links.c.relation == bindparam("relation"), among(matter_links.c.other, "others"))
    .order_by(matter_links.c.document, matter_links.c.matter, matter_links.c.other)
)
_SPELLINGS = (b"cmVsYXRlZ", b"JlbGF0ZW", b"yZWxhdGVk")
"""The three ways base64 writes ``related``: a body without any of them need not be decoded for it."""
_NUMBERED = frozenset({"lead_transfer", "case_transfer"})


class SqlLinks:
    """Port ``Links``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def naming(self, relation: str, others: Collection[str]) -> list[Link]:
        """Oldest document first."""
        return _ROWS.build_all(self._work.tuples(_NAMING, relation=relation, others=others))


def add_links(work: Work, messages: Sequence[Message]) -> None:
    """Keep what these messages name, in the transaction that keeps them."""
    found = dict.fromkeys(link for message in messages for link in named(message))
    if found:
        _ADD.run(work, [_ROWS.values(link) for link in found])


def named(message: Message) -> Iterator[Link]:
    """The links of one stored message; a header copy, and what was refused, names nothing.

    Its attachments are among them, so that a file is known again wherever it goes on to (``flows/steps/marking.py``).
    """
    if message.status is not MessageStatus.STORED:
        return
    for part in message.parts:
        yield Link(message.matter, PART, part.sha256, message.document)
    if message.kind not in _NUMBERED and not _may_name(message):
        return
    for relation, other in dict.fromkeys(links_of(message.kind, fields_of(message.raw, message.opened) or {})):
        if other != message.matter:
            yield Link(message.matter, relation, other, message.document)


def _may_name(message: Message) -> bool:
    if message.opened is not None:
        return b"related" in message.opened
    return any(spelling in message.raw for spelling in _SPELLINGS)
