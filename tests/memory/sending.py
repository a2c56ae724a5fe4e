"""Trust, outbox, streams and messages in memory."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from hub.core.errors import Misconfigured
from hub.core.ids import ALL
from hub.core.streams import Head, StreamId
from hub.core.trust import Trust
from hub.flows.rows import DeliveryStatus, Draft, Entry, Message, MessageStatus, OutHead
from tests.memory.journal import Concern, Count, Journal, write
from tests.memory.progress import MemoryDeliveries

MOST_PROPOSALS = 10


class MemoryTrusts(Concern):
    name = "trusts"

    def __init__(self, journal: Journal, trust: Trust | None) -> None:
        super().__init__(journal)
        self.versions: list[Trust] = [] if trust is None else [trust]
        self.proposals: dict[str, tuple[int, bytes]] = {}
        self._next = Count()

    def current(self) -> Trust:
        if not self.versions:
            raise Misconfigured("尚未导入成员名册")
        return self.versions[-1]

    @write
    def replace(self, trust: Trust) -> None:
        self.journal.append(self.versions, trust)

    @write
    def propose(self, digest: str, raw: bytes) -> None:
        if digest in self.proposals:
            return
        self.journal.put(self.proposals, digest, (self._next(), raw))
        if len(self.proposals) > MOST_PROPOSALS:
            self.journal.drop(self.proposals, min(self.proposals, key=lambda name: self.proposals[name]))

    def proposed(self, digest: str) -> bytes | None:
        found = self.proposals.get(digest)
        return None if found is None else found[1]


class MemoryOutbox(Concern):
    name = "outbox"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.rows: dict[int, Draft] = {}
        self.order: list[int] = []
        self.by_matter: dict[str, tuple[int, ...]] = {}
        self._next = Count()

    @write
    def add(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            row = replace(draft, id=self._next())
            self.journal.put(self.rows, row.id, row)
            self.journal.insert(self.order, row.id)
            self.journal.put(self.by_matter, row.matter, (*self.by_matter.get(row.matter, ()), row.id))

    @write
    def take(self, limit: int, *, held: Collection[str] = (), everybody: int = 1) -> list[Draft]:
        open_rows = (self.rows[row] for row in self.order)
        taken: list[Draft] = []
        for row in islice((row for row in open_rows if row.audience not in held), limit):
            if sum(everybody if one.audience == ALL else 1 for one in taken) >= limit:
                break
            taken.append(row)
        for row in taken:
            self._forget(row)
        return taken

    def _forget(self, row: Draft) -> None:
        self.journal.drop(self.rows, row.id)
        self.journal.remove(self.order, row.id)
        left = tuple(other for other in self.by_matter[row.matter] if other != row.id)
        self.journal.put(self.by_matter, row.matter, left)

    @write
    def drop(self, document: str, audience: str) -> int:
        gone = [row for row in self.rows.values() if (row.document, row.audience) == (document, audience)]
        for row in gone:
            self._forget(row)
        return len(gone)

    def of_matter(self, matter: str) -> list[Draft]:
        return [self.rows[row] for row in self.by_matter.get(matter, ())]

    def count(self) -> int:
        return len(self.rows)


class MemoryStreams(Concern):
    name = "streams"

    def __init__(self, journal: Journal, incarnation: str) -> None:
        super().__init__(journal)
        self.incarnation = incarnation
        self.out: dict[tuple[str, str], OutHead] = {}
        self.received: dict[StreamId, Head] = {}
        self.by_sender: dict[str, tuple[StreamId, ...]] = {}

    def lock_out(self, audiences: Collection[str]) -> dict[str, OutHead]:
        now = self.incarnation
        return {a: self.out.get((a, now)) or OutHead(a, now, 0, None) for a in audiences}

    @write
    def save_out(self, heads: Sequence[OutHead]) -> None:
        for head in heads:
            self.journal.put(self.out, (head.audience, head.incarnation), head)

    def out_heads(self, audiences: Collection[str]) -> list[OutHead]:
        return [head for key, head in sorted(self.out.items()) if key[0] in audiences]

    def lock_in(self, streams: Collection[StreamId]) -> dict[StreamId, Head]:
        return {stream: self.received.get(stream) or Head(stream) for stream in streams}

    @write
    def save_in(self, heads: Sequence[Head]) -> None:
        for head in heads:
            if head.stream not in self.received:
                sender = head.stream.sender
                self.journal.put(self.by_sender, sender, (*self.by_sender.get(sender, ()), head.stream))
            self.journal.put(self.received, head.stream, head)

    def in_heads(self, sender: str) -> list[Head]:
        streams = sorted(self.by_sender.get(sender, ()), key=lambda stream: (stream.incarnation, stream.audience))
        return [self.received[stream] for stream in streams]


class MemoryMessages(Concern):
    name = "messages"

    def __init__(self, journal: Journal, member: str, deliveries: MemoryDeliveries) -> None:
        super().__init__(journal)
        self.member = member
        self.rows: dict[str, Message] = {}
        self.places: dict[StreamId, dict[int, str]] = {}
        self.numbers: dict[StreamId, list[int]] = {}
        self.by_matter: dict[str, list[str]] = {}
        self.by_document: dict[str, list[str]] = {}
        self._deliveries = deliveries
        self._next = Count()

    @write
    def add(self, messages: Sequence[Message]) -> None:
        for message in messages:
            assert message.hash not in self.rows, f"recorded already: {message.hash}"
            row = replace(message, id=self._next())
            self.journal.put(self.rows, row.hash, row)
            self.journal.append(self.by_matter.setdefault(row.matter, []), row.hash)
            self.journal.append(self.by_document.setdefault(row.document, []), row.hash)
            if row.status is MessageStatus.COPY:
                self._deliveries.note_copy(row)
            else:
                self._take_place(row)

    def _take_place(self, row: Message) -> None:
        stream = stream_of(row)
        places = self.places.setdefault(stream, {})
        assert row.seq not in places, f"I3: {stream} number {row.seq} is taken"
        self.journal.put(places, row.seq, row.hash)
        self.journal.insert(self.numbers.setdefault(stream, []), row.seq)

    def receipts_of(self, hashes: Collection[str]) -> dict[str, str | None]:
        return {h: self.rows[h].receipt_frame for h in hashes if h in self.rows}

    def hashes_at(self, places: Collection[tuple[StreamId, int]]) -> dict[tuple[StreamId, int], str]:
        found = {place: self.places.get(place[0], {}).get(place[1]) for place in places}
        return {place: taken for place, taken in found.items() if taken is not None}

    def entries(self, matters: Collection[str], *, titled: bool = True) -> list[Entry]:
        found = [self._entry(self.rows[h]) for matter in set(matters) for h in self.by_matter.get(matter, ())]
        return found if titled else [replace(entry, title="") for entry in found]

    def glance(self, matters: Collection[str]) -> list[Entry]:
        rows = [self.rows[h] for matter in set(matters) for h in self.by_matter.get(matter, ())]
        return [self._entry(row) for row in sorted(rows, key=lambda row: row.id)]

    def _entry(self, row: Message) -> Entry:
        delivery = self._deliveries.find(row.hash, row.audience)
        delivered_at = None
        if delivery is not None and delivery.status is DeliveryStatus.STORED:
            delivered_at = delivery.stored_at
        elif row.audience == self.member and row.status is MessageStatus.STORED:
            delivered_at = row.stored_at
        return Entry(
            hash=row.hash,
            document=row.document,
            kind=row.kind,
            version=row.version,
            act=row.act,
            sender=row.sender,
            audience=row.audience,
            incarnation=row.incarnation,
            seq=row.seq,
            matter=row.matter,
            after=row.after,
            replaces=row.replaces,
            rule=row.rule,
            requested=row.requested,
            agreement=row.agreement,
            urgency=row.urgency,
            issued=row.issued,
            mark=row.mark,
            title=row.title,
            status=row.status,
            delivered_at=delivered_at,
            refused=delivery is not None and delivery.status in (DeliveryStatus.REFUSED, DeliveryStatus.WITHHELD),
        )

    def matters_of(self, hashes: Collection[str]) -> set[str]:
        return {self.rows[h].matter for h in hashes if h in self.rows}

    def get(self, hashes: Collection[str]) -> list[Message]:
        return [self.rows[h] for h in dict.fromkeys(hashes) if h in self.rows]

    def range_of(self, stream: StreamId, first: int, last: int) -> list[Message]:
        numbers = self.numbers.get(stream, [])
        wanted = numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]
        return [self.rows[self.places[stream][seq]] for seq in wanted]

    def tops(self, sender: str, before: datetime) -> dict[StreamId, int]:
        rows = [row for row in self.rows.values() if row.sender == sender and row.sealed < before]
        full = sorted((row for row in rows if row.status is not MessageStatus.COPY), key=lambda row: row.seq)
        return {stream_of(row): row.seq for row in full}

    def of_sender(self, sender: str, after: int, limit: int) -> list[Message]:
        return [row for row in self.rows.values() if row.sender == sender and row.id > after][:limit]

    def walk(self, after: int, limit: int) -> list[tuple[int, str, StreamId, int]]:
        rows = [row for row in self.rows.values() if row.id > after][:limit]
        return [(row.id, row.hash, stream_of(row), row.seq) for row in rows]

    @write
    def mend(self, message: str, raw: bytes, opened: bytes | None, title: str) -> None:
        self.journal.put(self.rows, message, replace(self.rows[message], raw=raw, opened=opened, title=title))

    def find_document(self, document: str) -> list[Message]:
        return [self.rows[h] for h in self.by_document.get(document, ())]


def stream_of(row: Message) -> StreamId:
    return StreamId(row.sender, row.audience, row.incarnation)
