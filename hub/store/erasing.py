"""What an erasure takes away, table by table; headers, hashes, receipts and leaf hashes stay (DESIGN D7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, and_, bindparam, delete, func, literal_column, not_, or_, select, text, update

from hub.core import envelope as wire
from hub.core.indicators import TOLD, detail_of
from hub.core.sealing import fields_of
from hub.flows.ports.retention import BLANK, EMPTIED, Gone, Scope
from hub.store.bulk import Insert, Rewrite
from hub.store.parts import SqlParts
from hub.store.tables import (
    arrivals,
    frames,
    kept_details,
    leads,
    leaves,
    messages,
    office_events,
    outbox,
    papers,
    parked,
    pieces,
    quarantine,
    search_texts,
    subject_keys,
    to_index,
    uploads,
    wants,
)
from hub.store.types import load_parts
from hub.store.work import among

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Column, ColumnElement, Table

    from hub.flows.rows import Message
    from hub.store.work import Work

HAS_BODY = and_(messages.c.status != literal_column("'copy'"), messages.c.erased.is_(None))
"""Messages whose body came here and is here still."""
_ROWS = select(messages.c.hash, messages.c.document, messages.c.matter, messages.c.parts).where(HAS_BODY)
_OF_DOCUMENT = _ROWS.where(messages.c.document == bindparam("wanted")).order_by(messages.c.id)
_OF_MATTER = _ROWS.where(messages.c.matter == bindparam("wanted")).order_by(messages.c.id)
_ELSEWHERE = select(messages.c.document).where(
    HAS_BODY, among(messages.c.document, "documents"), messages.c.matter != bindparam("wanted")
)
_BARE = Rewrite(messages, ["hash"], ["raw", "opened", "title", "erased"])
_CODE = re.compile(r"[a-z_]{1,40}")
_TOLD = select(messages.c.hash, messages.c.raw, messages.c.opened).where(
    among(messages.c.hash, "these"), messages.c.act.in_(TOLD)
)
_KEEP = Insert(kept_details, ["message", "detail"])
_CARRYING = select(frames.c.id, frames.c.type, frames.c.raw).where(
    literal_column("pending", Boolean()), frames.c.type.in_((wire.MESSAGE, wire.RETURNED))
)
_MERGE = text("INSERT INTO search_fts (search_fts) VALUES ('optimize')")
_BLANK_PAPER = Rewrite(papers, ["id"], ["body", "title", "parts", "sheet"])
_BLANK_EVENT = Rewrite(office_events, ["subject", "act"], ["comment"])
_EVENTS = select(office_events.c.subject, office_events.c.act).where(among(office_events.c.subject, "these")).distinct()
_BLANK_QUARANTINE = Rewrite(quarantine, ["sha256"], ["raw", "reason"])
_QUARANTINED = select(quarantine.c.sha256).where(among(quarantine.c.document, "these"))
_BLANK_LEADS = Rewrite(leads, ["id"], ["summary"])
_LEADS = select(leads.c.id, leads.c.summary).where(
    or_(leads.c.matter == bindparam("wanted"), leads.c.came_by == bindparam("wanted"))
)
_EMPTIED = and_(leaves.c.type.in_(EMPTIED), among(leaves.c.subject, "subjects"))
_LEAVES = select(leaves.c.hash).where(_EMPTIED, leaves.c.salt.is_not(None)).order_by(leaves.c.position)
_EMPTY = update(leaves).where(_EMPTIED).values(salt=None, record=None)
_ANY: ColumnElement[bool] = literal_column("1 = 1", Boolean())
_WORDS = (search_texts, subject_keys)
_HALF = delete(pieces).where(
    or_(
        pieces.c.content.in_(select(arrivals.c.content).where(among(arrivals.c.message, "these"))),
        pieces.c.content.in_(select(uploads.c.content).where(among(uploads.c.paper, "owned"))),
    )
)
"""Pieces of attachments that were not whole yet: on their way here, or being uploaded."""


class SqlErasing:
    """Port ``Erasing``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def scope(self, matter: str, document: str | None) -> Scope:
        """What has a body here; a document that lives on in another matter is no document of this scope."""
        found = self._work.tuples(
            _OF_MATTER if document is None else _OF_DOCUMENT, wanted=matter if document is None else document
        )
        documents = dict.fromkeys(row.document for row in found)
        if document is None and documents:
            elsewhere = set(self._work.run(_ELSEWHERE, documents=list(documents), wanted=matter).scalars())
            documents = {one: None for one in documents if one not in elsewhere}
        return Scope(
            tuple(dict.fromkeys(row.matter for row in found)) or (matter,),
            tuple(documents),
            tuple(row.hash for row in found),
            tuple(dict.fromkeys(part.sha256 for row in found for part in load_parts(row.parts))),
            whole=document is None,
        )

    def would_go(self, scope: Scope) -> Gone:
        """Count it."""
        return self._look(scope)[0]

    def wipe(self, scope: Scope, bare: Sequence[Message], erasure: str) -> Gone:
        """Take it away."""
        gone, owned = self._look(scope)
        _KEEP.run(self._work, list(self._details(scope)))
        _BARE.run(self._work, [(one.hash, one.raw, None, one.title, erasure) for one in bare])
        self._work.about.clear()  # Not even of what this transaction has written is it certain any more.
        # First what waits for the index: whoever is indexing it now has then written what goes next.
        for table in (to_index, *_WORDS):
            self._drop(table, table.c.message, scope.hashes)
        self._drop(parked, parked.c.hash, scope.hashes)
        SqlParts(self._work).drop(gone.parts)
        self._work.run(_HALF, these=scope.hashes, owned=owned)
        self._drop(arrivals, arrivals.c.message, scope.hashes)
        self._drop(wants, wants.c.message, scope.hashes)
        self._drop(uploads, uploads.c.paper, owned)
        self._drop(frames, frames.c.id, list(self._flying(scope)))
        _BLANK_PAPER.run(self._work, [(one, b"{}", BLANK, "[]", None) for one in owned])
        _BLANK_EVENT.run(self._work, [(*row, "") for row in self._work.tuples(_EVENTS, these=owned)])
        refused = self._work.tuples(_QUARANTINED, these=scope.documents)
        _BLANK_QUARANTINE.run(self._work, [(row.sha256, b"", BLANK) for row in refused])
        _BLANK_LEADS.run(self._work, [(one, BLANK) for one in self._leads(scope)])
        self._work.run(_EMPTY, subjects=[*scope.documents, *scope.hashes, *owned])
        if not self._work.postgres:
            # FTS5 only notes that an entry is gone; merged into one, the index no longer holds its words.
            self._work.run(_MERGE)
            self._work.scrub = True
        return gone

    def _look(self, scope: Scope) -> tuple[Gone, list[str]]:
        """What would go, and the working papers that would be blank."""
        found = self._papers(scope)
        owned = [row.id for row in found]
        mine = [*scope.parts, *(one for row in found for one in _digests(row))]
        used = self._used(list(dict.fromkeys(mine)), scope, owned)
        kept = tuple(one for one in dict.fromkeys(mine) if one not in used)
        leaves_ = self._work.run(_LEAVES, subjects=[*scope.documents, *scope.hashes, *owned]).scalars()
        gone = Gone(
            bodies=len(scope.hashes),
            parts=kept,
            shared=len(used),
            words=sum(self._count(table, table.c.message, scope.hashes) for table in _WORDS),
            papers=len(owned),
            quarantined=self._count(quarantine, quarantine.c.document, scope.documents),
            leads=len(self._leads(scope)),
            leaves=tuple(leaves_),
        )
        return gone, owned

    def _details(self, scope: Scope) -> Iterator[tuple[str, str]]:
        """By message, the code of its reason or outcome."""
        for row in self._work.tuples(_TOLD, these=scope.hashes):
            body = fields_of(row.raw, row.opened)
            code = detail_of(body) if body is not None else ""
            if _CODE.fullmatch(code):
                yield row.hash, code

    def _flying(self, scope: Scope) -> Iterator[str]:
        """Frames that wait to carry one of the messages once more: who still wants it asks again and is told."""
        for row in self._work.tuples(_CARRYING):
            carried = row.raw if row.type == wire.MESSAGE else wire.decode(row.raw).body
            if carried is not None and wire.decode(bytes(carried)).hash in scope.hashes:
                yield row.id

    def _papers(self, scope: Scope) -> list[Any]:
        """Working papers of the documents; of a whole matter, also those that were never sent."""
        mine: ColumnElement[Any] = among(papers.c.document, "these")
        values: dict[str, Any] = {"these": scope.documents}
        if scope.whole:
            mine = or_(mine, and_(papers.c.matter == bindparam("wanted"), papers.c.document.is_(None)))
            values["wanted"] = scope.matters[0]
        query = select(papers.c.id, papers.c.parts, papers.c.sheet, papers.c.title).where(mine)
        return [row for row in self._work.tuples(query.order_by(papers.c.id), **values) if row.title != BLANK]

    def _leads(self, scope: Scope) -> list[str]:
        """Leads of a whole matter that still say something."""
        found = self._work.tuples(_LEADS, wanted=scope.matters[0]) if scope.whole else ()
        return [row.id for row in found if row.summary != BLANK]

    def _used(self, digests: Sequence[str], scope: Scope, owned: Sequence[str]) -> set[str]:
        """Those attachments that something outside the scope holds on to."""
        if not digests:
            return set()
        used: set[str] = set()
        for table, some, key, own in (
            (messages, HAS_BODY, messages.c.hash, scope.hashes),
            (outbox, _ANY, outbox.c.document, ()),
            (papers, _ANY, papers.c.id, owned),
        ):
            named = or_(*(table.c.parts.contains(digest) for digest in digests))
            query = select(table.c.parts).where(some, table.c.parts != "[]", not_(among(key, "own")), named)
            found = self._work.run(query, own=own).scalars()
            used |= {part.sha256 for held in found for part in load_parts(held)}
        sheets = select(papers.c.sheet).where(among(papers.c.sheet, "digests"), not_(among(papers.c.id, "own")))
        used |= set(self._work.run(sheets, digests=digests, own=owned).scalars())
        return used & set(digests)

    def _count(self, table: Table, key: Column[Any], these: Sequence[str]) -> int:
        query = select(func.count()).select_from(table).where(among(key, "these"))
        return int(self._work.run(query, these=these).scalar_one())

    def _drop(self, table: Table, key: Column[Any], these: Sequence[str]) -> None:
        self._work.run(delete(table).where(among(key, "these")), these=these)


def _digests(row: Any) -> list[str]:
    """Attachments of a working paper, and its signed sheet."""
    return [*(part.sha256 for part in load_parts(row.parts)), *([row.sheet] if row.sheet else [])]
