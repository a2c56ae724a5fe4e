"""A matter 事项 is a fold over its messages, so every node that has the same messages has the same matter (DESIGN D9).

Order: a message comes after all it names in ``after``, and after its own sender's earlier ones in the same stream;
what is left open is decided by hash. References to messages we do not have (sent to others) put no constraint. A
message its addressee refused is left out at both ends.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from hub.core.ids import is_owned
from hub.core.lifecycle import OPENER, OTHER, Family, family_opened_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
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
        def issued(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Applied:
    """One message in its place: the state it led to, or None if it had no place in the order of events."""

    hash: str
    state: str | None


@dataclass(frozen=True, slots=True)
class Folded:
    """Result of the fold. ``opening`` is the hash of the first message, ``signed_at`` its addressee's 签收."""

    family: Family | None
    state: str | None
    opener: str
    other: str
    opening: str | None
    history: tuple[Applied, ...]
    signed_at: datetime | None
    done_at: datetime | None
    """When the clock stopped: time of the act that first led to such a state."""
    done_by: str | None
    frontier: tuple[str, ...]
    """Messages nothing else names yet: what the next author has 'seen' (at most 16)."""

    @property
    def ignored(self) -> int:
        """How many messages had no place."""
        return sum(1 for applied in self.history if applied.state is None)


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
    family: Family | None = None
    state: str | None = None
    opening: Act | None = None
    history: list[Applied] = []
    signed_at: datetime | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    line = ordered(messages)
    for message in line:
        if opening is None:
            # The id says who may open the matter: a stranger who knows it cannot make himself its opener.
            family = family_opened_by(message.kind, message.act) if is_owned(message.matter, message.sender) else None
            if family is None:
                history.append(Applied(message.hash, None))
                continue
            opening = message
        by = side(message.sender, opening.sender, opening.audience)
        became = family.next(state, message.kind, message.act, by) if family and by else None
        history.append(Applied(message.hash, became))
        if became is None or family is None:
            continue
        state = became
        if signed_at is None and message.act == "sign-for":
            signed_at = message.issued
        if done_at is None and state in family.clock_stops:
            done_at, done_by = message.issued, message.hash
    return Folded(
        family=family,
        state=state,
        opener=opening.sender if opening else "",
        other=opening.audience if opening else "",
        opening=opening.hash if opening else None,
        history=tuple(history),
        signed_at=signed_at,
        done_at=done_at,
        done_by=done_by,
        frontier=frontier(line),
    )


def frontier(line: Sequence[Act]) -> tuple[str, ...]:
    """Hashes that no other message of the matter names, the latest 16 in causal order."""
    named = {seen for message in line for seen in message.after}
    return tuple(message.hash for message in line if message.hash not in named)[-16:]


def side(sender: str, opener: str, other: str) -> str | None:
    """Which side of the matter a sender stands on; None for a stranger."""
    if sender == opener:
        return OPENER
    return OTHER if other in (sender, "all") else None
