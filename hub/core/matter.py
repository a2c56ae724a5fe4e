"""A matter 事项 is a fold over its messages, so every node that has the same messages has the same matter (DESIGN D9).

Order: a message comes after all it names in ``after``, and after its own sender's earlier ones in the same stream;
what is left open is decided by hash. References to messages we do not have (sent to others) put no constraint. A
message its addressee refused is left out at both ends.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import TYPE_CHECKING

from hub.core.families import family_opened_by
from hub.core.ids import BEIJING, is_owned
from hub.core.lifecycle import OPENER, OTHER, Family
from hub.core.values import value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Protocol

    class Act(Protocol):
        """What the fold reads of a message."""

        @property
        def hash(self) -> str: ...
        @property
        def matter(self) -> str: ...
        @property
        def kind(self) -> str: ...
        @property
        def act(self) -> str: ...
        @property
        def sender(self) -> str: ...
        @property
        def audience(self) -> str: ...
        @property
        def incarnation(self) -> str: ...
        @property
        def seq(self) -> int: ...
        @property
        def after(self) -> tuple[str, ...]: ...
        @property
        def requested(self) -> str | None: ...
        @property
        def issued(self) -> datetime: ...


@value
class Applied:
    """One message in its place: the state it led to, or None if it had no place in the order of events."""

    hash: str
    state: str | None


@dataclass(slots=True)
class Folded:
    """Result of the fold, and the fold under way. Nothing changes it after :func:`fold` has given it away."""

    family: Family | None = None
    state: str | None = None
    opener: str = ""
    other: str = ""
    opening: str | None = None
    """Hash of the message that opened the matter."""
    history: list[Applied] = field(default_factory=list)
    signed_at: datetime | None = None
    """Its addressee's 签收."""
    delivered_at: datetime | None = None
    """Delivery on paper as the opener entered it (代录); None where the signed receipt speaks."""
    extensions: tuple[tuple[datetime, date], ...] = ()
    """Extension notices in the order of events: when each was issued, and the day it asks for."""
    supplement: str | None = None
    """The latest request for a supplement, while it is open."""
    by_proxy: bool = False
    """Some of its history was entered from paper by the opener and is not signed by the other side."""
    done_at: datetime | None = None
    """When the clock stopped: time of the act that first led to such a state."""

    @property
    def ignored(self) -> int:
        """How many messages had no place."""
        return [applied.state for applied in self.history].count(None)

    def take(self, message: Act) -> None:
        """Apply one message, or keep it as out of order."""
        if self.opening is None:
            # The id says who may open the matter: a stranger who knows it cannot make himself its opener.
            self.family = family_opened_by(message.kind, message.act)
            if self.family is None or not is_owned(message.matter, message.sender):
                self.family = None
                self.history.append(Applied(message.hash, None))
                return
            self.opening, self.opener, self.other = message.hash, message.sender, message.audience
        by = side(message.sender, self.opener, self.other)
        became = self.family.next(self.state, message.kind, message.act, by) if self.family and by else None
        self.history.append(Applied(message.hash, became))
        if became is not None:
            self.state = became
            self._note(message, became)

    def _note(self, message: Act, became: str) -> None:
        """What the clocks need to know of an act that counted."""
        act, paper = message.act, message.kind == "proxy_record"
        self.by_proxy = self.by_proxy or paper
        at = _noon(message.requested) or message.issued if paper else message.issued
        if self.signed_at is None and act in ("sign-for", "record-sign-for"):
            self.signed_at = at
        if act == "record-delivery":
            self.delivered_at = self.delivered_at or at
        if act == "extend" and (until := _noon(message.requested)) is not None:
            self.extensions += ((message.issued, until.date()),)
        self.supplement = message.hash if act == "supplement" else self.supplement
        if self.done_at is None and self.family is not None and became in self.family.clock_stops:
            self.done_at = at


def ordered(messages: Sequence[Act]) -> list[Act]:
    """Causal order with ties by hash; the same for every arrival order and at every node."""
    if len(messages) == 1:
        return list(messages)
    by_hash = {message.hash: message for message in messages}
    waits: dict[str, int] = dict.fromkeys(by_hash, 0)
    followers: dict[str, list[str]] = defaultdict(list)
    for first, then in _before(by_hash):
        followers[first].append(then)
        waits[then] += 1
    ready = [key for key, count in waits.items() if count == 0]
    heapq.heapify(ready)
    result: list[Act] = []
    while ready:
        key = heapq.heappop(ready)
        result.append(by_hash[key])
        for follower in followers[key]:
            waits[follower] -= 1
            if waits[follower] == 0:
                heapq.heappush(ready, follower)
    # Hashes make a cycle of `after` impossible, but a dishonest sender's numbers may contradict it: the rest by hash.
    result.extend(by_hash[key] for key in sorted(set(by_hash) - {message.hash for message in result}))
    return result


def _before(by_hash: dict[str, Act]) -> Iterator[tuple[str, str]]:
    """Pairs (earlier, later): what a message names in ``after``, and its sender's own numbers."""
    streams: dict[tuple[str, str, str], list[Act]] = defaultdict(list)
    for message in by_hash.values():
        streams[message.sender, message.audience, message.incarnation].append(message)
        for seen in set(message.after):
            if seen in by_hash and seen != message.hash:
                yield seen, message.hash
    for stream in streams.values():
        stream.sort(key=lambda one: one.seq)
        for first, then in pairwise(stream):
            yield first.hash, then.hash


def fold(messages: Sequence[Act]) -> Folded:
    """Run the family's table over the messages in causal order."""
    folded = Folded()
    for message in ordered(messages):
        folded.take(message)
    return folded


def _noon(day: str | None) -> datetime | None:
    """The middle of a civil day of +08:00: paper knows days, not hours."""
    try:
        return datetime.combine(date.fromisoformat(day), time(12), BEIJING) if day else None
    except ValueError:
        return None  # A peer may have signed a day that does not exist.


def frontier(line: Sequence[Act]) -> tuple[str, ...]:
    """Hashes that no other message of the matter names, the latest 16 in causal order."""
    named = {seen for message in line for seen in message.after}
    return tuple(message.hash for message in line if message.hash not in named)[-16:]


def side(sender: str, opener: str, other: str) -> str | None:
    """Which side of the matter a sender stands on; None for a stranger."""
    if sender == opener:
        return OPENER
    return OTHER if other in (sender, "all") else None
