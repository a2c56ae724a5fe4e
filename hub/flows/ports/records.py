"""Ports onto the records of the exchange, one protocol per concern; all belong to one transaction.

Method names say what happens to rows; nothing here commits. ``limit`` bounds every batch.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from hub.core.delivery import Answered
from hub.core.streams import Head, StreamId
from hub.core.trust import Trust
from hub.flows.rows import (
    Delivery,
    DeliveryStatus,
    Draft,
    Entry,
    Frame,
    MatterRow,
    Message,
    OutHead,
    Parked,
    Peer,
    Quarantined,
    ToPublish,
)


class Trusts(Protocol):
    """The signed files in force."""

    def current(self) -> Trust:
        """The trust in force; cached per (roster, agreement) version by the implementation.

        Raises ``Misconfigured`` when there is none.
        """
        ...

    def replace(self, trust: Trust) -> None:
        """Put newer files in force; old versions are kept."""
        ...

    def propose(self, digest: str, raw: bytes) -> None:
        """Keep an agreement file by the hash of its signed bytes until a roster refers to it (at most the last 10)."""
        ...

    def proposed(self, digest: str) -> bytes | None: ...


class Outbox(Protocol):
    """Recorded decisions not yet signed."""

    def add(self, drafts: Sequence[Draft]) -> None: ...
    def take(self, limit: int, *, held: Collection[str] = (), everybody: int = 1) -> list[Draft]:
        """Remove and return the oldest drafts, none to the audiences ``held``, until ``limit`` addressees are reached.

        A draft to ``all`` counts as ``everybody``, any other as one; the one that reaches the limit is taken too. Rows
        locked by another worker are skipped (SKIP LOCKED).
        """
        ...

    def of_matter(self, matter: str) -> list[Draft]: ...
    def drop(self, document: str, audience: str) -> int:
        """Remove the draft of this document to this audience; returns how many there were."""
        ...

    def count(self) -> int: ...


class Streams(Protocol):
    """Heads of our own and of received streams."""

    def lock_out(self, audiences: Collection[str]) -> dict[str, OutHead]:
        """Our heads in the current incarnation, row-locked until commit; absent ones come back with seq 0."""
        ...

    def save_out(self, heads: Sequence[OutHead]) -> None: ...
    def out_heads(self, audiences: Collection[str]) -> list[OutHead]:
        """Existing heads, not locked."""
        ...

    def lock_in(self, streams: Collection[StreamId]) -> dict[StreamId, Head]:
        """Received heads, row-locked; absent ones come back as empty heads."""
        ...

    def save_in(self, heads: Sequence[Head]) -> None: ...
    def in_heads(self, sender: str) -> list[Head]:
        """All received heads of one sender, newest incarnation last."""
        ...


class Messages(Protocol):
    """Signed messages, append-only."""

    def add(self, messages: Sequence[Message]) -> None: ...
    def receipts_of(self, hashes: Collection[str]) -> dict[str, str | None]:
        """For those of ``hashes`` that are recorded here: the frame that holds our receipt."""
        ...

    def hashes_at(self, places: Collection[tuple[StreamId, int]]) -> dict[tuple[StreamId, int], str]:
        """Hash recorded at each (stream, seq); header copies do not count."""
        ...

    def entries(self, matters: Collection[str], *, titled: bool = True) -> list[Entry]:
        """All messages of these matters, with what their *named* addressee answered; titles '' if not ``titled``."""
        ...

    def glance(self, matters: Collection[str]) -> list[Entry]:
        """The same in the order they were recorded, for who only reads: nobody has to wait for it."""
        ...

    def matters_of(self, hashes: Collection[str]) -> set[str]: ...
    def get(self, hashes: Collection[str]) -> list[Message]: ...
    def range_of(self, stream: StreamId, first: int, last: int) -> list[Message]:
        """The messages of one stream, ours or a peer's, by seq; header copies do not count."""
        ...

    def tops(self, sender: str, before: datetime) -> dict[StreamId, int]:
        """Each stream of ``sender`` -> number of its last message signed before a moment; no header copies."""
        ...

    def of_sender(self, sender: str, after: int, limit: int) -> list[Message]:
        """What ``sender`` signed, as it was recorded here, from the row behind ``after`` on."""
        ...

    def find_document(self, document: str) -> list[Message]:
        """All copies of one document here."""
        ...

    def walk(self, after: int, limit: int) -> list[tuple[int, str, StreamId, int]]:
        """(row, hash, stream, number) of the messages behind the row ``after``; nothing of them is opened."""
        ...

    def mend(self, message: str, raw: bytes, opened: bytes | None, title: str) -> None:
        """Put back what was damaged: the envelope as it was signed, what it holds, its title."""
        ...


class Deliveries(Protocol):
    """Progress of each message to each member."""

    def add(self, deliveries: Sequence[Delivery]) -> None: ...
    def pending(self, limit: int, *, ferry: Collection[str], only: str | None = None) -> list[ToPublish]:
        """Oldest pending deliveries with their envelopes; without members in ``ferry``, unless ``only`` names one."""
        ...

    def on_wire(self, ids: Sequence[int], at: datetime) -> None:
        """Pending -> on the wire; rows that already have a receipt are left alone."""
        ...

    def receipted(self, member: str, messages: Collection[str]) -> dict[str, str]:
        """Those of ``messages`` for which ``member`` gave its receipt, with the frame; ``renew`` puts another there."""
        ...

    def renew(self, member: str, messages: Collection[str], frame: str) -> None: ...
    def withhold(self, ids: Sequence[int], code: str) -> None:
        """Pending -> withheld: the slot may no longer be sent; a receipt that comes all the same still counts."""
        ...

    def known(self, member: str, messages: Collection[str]) -> set[str]:
        """Those of ``messages`` that are, or were, meant for this member."""
        ...

    def readmit(self, member: str, code: str) -> set[str]:
        """Back to pending: what was withheld from the member for this reason; returns the messages."""
        ...

    def answered(
        self, member: str, outcomes: Sequence[tuple[str, DeliveryStatus, str | None, datetime]], frame: str
    ) -> Answered:
        """Record a peer's receipts; the first one counts, after held the next. Unknown messages: form ``seen``."""
        ...

    def again(self, member: str, messages: Collection[str] | None, *, before: datetime) -> int:
        """Back to pending: on-wire deliveries to ``member`` put on the wire before ``before``.

        ``messages`` names them; None means all header copies. Returns how many rows changed.
        """
        ...

    def unanswered(self, member: str, limit: int) -> list[tuple[str, str, str, int]]:
        """Full messages on the wire to ``member`` without receipt: (message, audience, incarnation, seq), by age."""
        ...

    def unseen(self, limit: int) -> list[tuple[str, str]]:
        """Header copies here whose named addressee's receipt we have not learnt: (message, addressee), oldest first."""
        ...

    def count(self, status: DeliveryStatus) -> int: ...


class Frames(Protocol):
    """Control frames to send, and receipts kept for ever."""

    def add(self, frames: Sequence[Frame]) -> None:
        """Idempotent by id."""
        ...

    def pending(self, limit: int, *, ferry: Collection[str], only: str | None = None) -> list[Frame]: ...
    def get(self, ids: Collection[str]) -> list[Frame]:
        """Those of these that are kept, in the order they were added."""
        ...

    def sent(self, ids: Sequence[str]) -> None:
        """Published: kept ones are no longer pending, others are deleted."""
        ...

    def send_again(self, ids: Collection[str]) -> None:
        """Kept frames go out once more, byte for byte."""
        ...


class Waiting(Protocol):
    """Parked messages."""

    def add(self, parked: Sequence[Parked]) -> None:
        """Idempotent by (sender, audience, incarnation, seq, hash)."""
        ...

    def of(self, streams: Collection[StreamId]) -> list[Parked]:
        """All parked messages of these streams, by seq."""
        ...

    def get(self, hashes: Collection[str]) -> list[Parked]:
        """Those of these that are parked, by hash."""
        ...

    def have(self, hashes: Collection[str]) -> set[str]:
        """Which of these are parked."""
        ...

    def drop(self, hashes: Collection[str]) -> None: ...
    def streams_waiting_for(self, what: str) -> list[StreamId]: ...


class Matters(Protocol):
    """Folded matters."""

    def get(self, ids: Collection[str]) -> dict[str, MatterRow]: ...
    def save(self, rows: Sequence[MatterRow]) -> None:
        """Insert or replace."""
        ...

    def redate(self, rows: Sequence[MatterRow]) -> None:
        """Replace all but ``docket.STANDING``, which may be empty here, in the rows that exist."""
        ...

    def to_remind(self, now: datetime, limit: int) -> list[MatterRow]:
        """Matters whose ``remind_at`` has come, oldest first (indexed: nothing due costs nothing).

        Locked until commit; those another worker holds are skipped (SKIP LOCKED).
        """
        ...

    def look_again(self, moments: Sequence[tuple[str, datetime | None]]) -> None:
        """Set ``remind_at`` of these matters and nothing else; None: never again."""
        ...

    def open_ids(self, limit: int, after: str = "") -> list[str]:
        """Ids of matters with a running or waiting clock, ascending; to be folded again under a new agreement."""
        ...

    def broadcasts(self, opener: str) -> list[str]:
        """Ids of its matters towards all that are not over."""
        ...

    def claim_stages(self, stages: Collection[tuple[str, str]], at: datetime) -> set[tuple[str, str]]:
        """Claim each (matter, stage); returns those not claimed before: no reminder is ever sent twice."""
        ...


class Quarantine(Protocol):
    """What was received and refused."""

    def add(self, items: Sequence[Quarantined]) -> None:
        """Same bytes again only count."""
        ...


class Peers(Protocol):
    """Liveliness of peers."""

    def get(self, members: Collection[str]) -> dict[str, Peer]:
        """Absent ones come back as new."""
        ...

    def save(self, peers: Sequence[Peer]) -> None: ...
