"""Periods, holds, proposals and erasure in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from hub.core import envelope as wire
from hub.core.retention import RULES, Due, Facts, Rule
from hub.flows.ports.retention import BLANK, EMPTIED, Erasure, Gone, Hold, Scope
from hub.flows.rows import Frame, Message, MessageStatus
from tests.memory.journal import Concern, Journal, write

if TYPE_CHECKING:
    from hub.core.audit import Leaf
    from hub.flows.ports.office_rows import Lead, Paper
    from tests.memory.books import MemoryMatters
    from tests.memory.store import MemoryUnitOfWork


class MemoryRetention(Concern):
    name = "retention"

    def __init__(self, journal: Journal, erasing: MemoryErasing, matters: MemoryMatters) -> None:
        super().__init__(journal)
        self.erasing, self.matters = erasing, matters
        self.set_rules: dict[str, Rule] = {}
        self.looks: dict[str, tuple[datetime, str]] = {}
        self.terms: dict[str, date] = {}
        self.listed: dict[str, tuple[Due, datetime]] = {}
        self.holds: dict[str, Hold] = {}
        self.rows: dict[str, Erasure] = {}

    def rules(self) -> dict[str, Rule]:
        return {rule.id: self.set_rules.get(rule.id, rule) for rule in RULES}

    @write
    def put_rule(self, rule: Rule, who: str, at: datetime) -> None:
        self.journal.put(self.set_rules, rule.id, rule)
        if rule.id in self.looks:
            self.journal.drop(self.looks, rule.id)
        for matter in [one.matter for one, _ in self.listed.values() if one.rule == rule.id]:
            self.journal.drop(self.listed, matter)

    def candidates(self, rule: Rule, *, before: datetime, until: date, limit: int) -> list[Facts]:
        found = list(self._covered(rule))
        if rule.start == "term":
            ended = [one for one in found if one.term is not None and one.term <= until]
            fresh = [one for one in ended if one.matter not in self.listed]
            return sorted(fresh, key=lambda one: (one.term, one.matter))[:limit]
        place = self.looks.get(rule.id)
        moved = [replace(one, term=None) for one in found if one.moved < before]
        later = [one for one in moved if place is None or (one.moved, one.matter) > place]
        return sorted(later, key=lambda one: (one.moved, one.matter))[:limit]

    def _covered(self, rule: Rule) -> Iterator[Facts]:
        for row in self.matters.rows.values():
            if row.family == rule.family and row.state in rule.states and list(self.erasing.of_matter(row.id)):
                yield Facts(row.id, row.family, row.state, row.updated_at, self.terms.get(row.id))

    @write
    def look(self, rule: Rule, seen: Sequence[Facts], found: Sequence[Due], at: datetime) -> None:
        for one in found:
            self.journal.put(self.listed, one.matter, (one, at))
        if seen and rule.start != "term":
            self.journal.put(self.looks, rule.id, (seen[-1].moved, seen[-1].matter))

    @write
    def set_term(self, matter: str, until: date) -> None:
        self.journal.put(self.terms, matter, until)
        if matter in self.listed:
            self.journal.drop(self.listed, matter)

    def due(self, matter: str) -> Due | None:
        found = self.listed.get(matter)
        return None if found is None else found[0]

    @write
    def undue(self, matter: str) -> None:
        for table in (self.listed, self.terms):
            if matter in table:
                self.journal.drop(table, matter)

    def hold(self, matter: str) -> Hold | None:
        return self.holds.get(matter)

    @write
    def put_hold(self, hold: Hold) -> None:
        self.journal.put(self.holds, hold.matter, hold)

    @write
    def drop_hold(self, matter: str) -> None:
        if matter in self.holds:
            self.journal.drop(self.holds, matter)

    def erasure(self, erasure: str) -> Erasure | None:
        return self.rows.get(erasure)

    @write
    def put_erasure(self, erasure: Erasure) -> None:
        self.journal.put(self.rows, erasure.id, erasure)

    def erasures_of(self, matter: str) -> list[Erasure]:
        return sorted((one for one in self.rows.values() if one.matter == matter), key=lambda one: one.id)

    def approved(self, limit: int) -> list[Erasure]:
        return sorted((one for one in self.rows.values() if one.state == "approved"), key=lambda one: one.id)[:limit]


class MemoryErasing(Concern):
    name = "erasing"

    def __init__(self, journal: Journal, rows: MemoryUnitOfWork) -> None:
        super().__init__(journal)
        self.messages, self.outbox, self.ledger = rows.messages, rows.outbox, rows.ledger
        self.arrivals, self.wants = rows.arrivals, rows.wants
        self.parts, self.waiting, self.quarantine = rows.parts, rows.waiting, rows.quarantine
        self.papers, self.uploads, self.events = rows.papers, rows.uploads, rows.events
        self.frames = rows.frames
        self.subjects, self.leads = rows.subjects, rows.leads

    def of_matter(self, matter: str) -> Iterator[Message]:
        return (self.messages.rows[one] for one in self.messages.by_matter.get(matter, ()) if self._whole(one))

    def _whole(self, name: str) -> bool:
        row = self.messages.rows[name]
        return row.status is not MessageStatus.COPY and row.erased is None

    def scope(self, matter: str, document: str | None) -> Scope:
        messages = self.messages
        if document is None:
            found = list(self.of_matter(matter))
        else:
            found = [messages.rows[one] for one in messages.by_document.get(document, ()) if self._whole(one)]
        hashes = [one.hash for one in found]
        documents = [
            name
            for name in dict.fromkeys(one.document for one in found)
            if all(one in hashes or not self._whole(one) for one in messages.by_document[name])
        ]
        return Scope(
            tuple(dict.fromkeys(one.matter for one in found)) or (matter,),
            tuple(documents),
            tuple(hashes),
            tuple(dict.fromkeys(part.sha256 for one in found for part in one.parts)),
            whole=document is None,
        )

    def would_go(self, scope: Scope) -> Gone:
        owned = self._papers(scope)
        mine = dict.fromkeys([*scope.parts, *(digest for paper in owned for digest in _digests(paper))])
        used = self._used(scope, {paper.id for paper in owned})
        return Gone(
            bodies=len(scope.hashes),
            parts=tuple(one for one in mine if one not in used),
            shared=sum(one in used for one in mine),
            words=sum(len(self.subjects.of(one)) + (one in self.subjects.words) for one in scope.hashes),
            papers=len(owned),
            quarantined=sum(one.document in scope.documents for one in self.quarantine.rows.values()),
            leads=len(self._leads(scope)),
            leaves=tuple(one.hash for one in self._leaves(scope, owned)),
        )

    @write
    def wipe(self, scope: Scope, bare: Sequence[Message], erasure: str) -> Gone:
        gone, owned, put = self.would_go(scope), self._papers(scope), self.journal.put
        for one in bare:
            put(self.messages.rows, one.hash, replace(one, erased=erasure))
        self._forget(scope.hashes)
        self.parts.drop(gone.parts)
        for paper in owned:
            self._silence(paper)
        for item in [one for one in self.quarantine.rows.values() if one.document in scope.documents]:
            put(self.quarantine.rows, item.sha256, replace(item, raw=b"", reason=BLANK))
        for lead in self._leads(scope):
            put(self.leads.rows, lead.id, replace(lead, summary=BLANK))
        for leaf in self._leaves(scope, owned):
            put(self.ledger.emptied, leaf.hash, True)
        return gone

    def _forget(self, hashes: Sequence[str]) -> None:
        for name in hashes:
            self.journal.put(self.subjects.taken, name, True)
            self.journal.put(self.subjects.gone, name, True)
        self.waiting.drop(hashes)
        self.frames.sent([one.id for one in self.frames.rows.values() if carried(one) in hashes])
        for name in set(hashes) & self.subjects.words.keys():
            self.journal.drop(self.subjects.words, name)
        for row in [one for one in self.arrivals.rows.values() if one.message in hashes]:
            self.parts.forget(row.content)
            self.arrivals.drop(row.sender, [row.sha256])
        for number in [one.id for one in self.wants.rows.values() if one.message in hashes]:
            self.journal.drop(self.wants.rows, number)

    def _silence(self, paper: Paper) -> None:
        self.journal.put(self.papers.rows, paper.id, replace(paper, body=b"{}", title=BLANK, parts=(), sheet=None))
        self.journal.put(self.events.silent, paper.id, True)
        for upload in self.uploads.of(paper.id):
            self.parts.forget(upload.content)
            self.uploads.drop(upload.paper, upload.digest)

    def _papers(self, scope: Scope) -> list[Paper]:
        rows = [one for one in self.papers.rows.values() if one.title != BLANK]
        unsent = scope.matters[0] if scope.whole else None
        return [
            one
            for one in sorted(rows, key=lambda one: one.id)
            if one.document in scope.documents or (one.document is None and unsent and one.matter == unsent)
        ]

    def _used(self, scope: Scope, owned: set[str]) -> set[str]:
        messages = [one for one in self.messages.rows.values() if self._whole(one.hash)]
        used = {part.sha256 for one in messages if one.hash not in scope.hashes for part in one.parts}
        used |= {part.sha256 for one in self.outbox.rows.values() for part in one.parts}
        return used | {d for one in self.papers.rows.values() if one.id not in owned for d in _digests(one)}

    def _leads(self, scope: Scope) -> list[Lead]:
        here = scope.matters[0] if scope.whole else ""
        return [
            one
            for one in self.leads.rows.values()
            if here and here in (one.matter, one.came_by) and one.summary != BLANK
        ]

    def _leaves(self, scope: Scope, owned: Sequence[Paper]) -> list[Leaf]:
        subjects = {*scope.documents, *scope.hashes, *(paper.id for paper in owned)}
        ledger = self.ledger
        return [
            one
            for one in ledger.leaves
            if one.type in EMPTIED and one.subject in subjects and one.hash not in ledger.emptied
        ]


def _digests(paper: Paper) -> list[str]:
    return [*(part.sha256 for part in paper.parts), *([paper.sheet] if paper.sheet else [])]


def carried(frame: Frame) -> str | None:
    """The message a waiting frame carries once more."""
    if not frame.pending or frame.type not in (wire.MESSAGE, wire.RETURNED):
        return None
    inner = frame.raw if frame.type == wire.MESSAGE else wire.decode(frame.raw).body
    return None if inner is None else wire.decode(inner).hash
