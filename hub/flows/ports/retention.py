"""What is due for review, what is on hold, and the erasure of content: rows, and the ports of both sides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from hub.core.retention import Due, Facts, Rule

if TYPE_CHECKING:
    from hub.flows.ports.views import Page
    from hub.flows.rows import MatterRow, Message

ERASURES = {"proposed": "待批准", "approved": "已批准，待执行", "declined": "未批准", "done": "已删除"}
"""State of an erasure -> what it is called."""


@dataclass(frozen=True, slots=True)
class Hold:
    """保留: the content of a matter stays whatever the rules say, for this reason."""

    matter: str
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Erasure:
    """One proposal to erase, and what became of it. ``document`` None: every document of the matter."""

    id: str
    matter: str
    document: str | None
    rule: str | None
    """The retention rule it rests on, if it came from the list of what is due."""
    reason: str
    basis: str
    state: str
    """``proposed approved declined done``."""
    proposer: str
    proposed_at: datetime
    decider: str | None = None
    decided_at: datetime | None = None
    comment: str = ""
    """Why it was declined."""
    done_at: datetime | None = None
    note: bytes | None = None
    """The signed note: what, why and by whom."""
    gone: str = "{}"
    """What went, counted, as JSON: see :class:`Gone`."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an erasure is about: every copy here of one document, or every document of one matter (``whole``)."""

    matters: tuple[str, ...]
    """Those the copies stand in; the one meant first if it is ``whole``."""
    documents: tuple[str, ...]
    """Documents of which nothing is left after it: one sent to several may live on in another matter."""
    hashes: tuple[str, ...]
    parts: tuple[str, ...]
    """Digests of their attachments, also of those that other documents use."""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """What goes, or went, by sort; ``leaves``: hashes of leaves whose record and salt go."""

    bodies: int
    parts: tuple[str, ...]
    shared: int
    """Attachments that stay because another document uses them."""
    words: int
    """Search texts and subject keys."""
    papers: int
    quarantined: int
    leads: int
    leaves: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """Numbers alone."""
        return {
            "bodies": self.bodies,
            "parts": len(self.parts),
            "shared": self.shared,
            "words": self.words,
            "papers": self.papers,
            "quarantined": self.quarantined,
            "leads": self.leads,
            "leaves": len(self.leaves),
        }


BLANK = "（内容已删除）"
"""What stands where people wrote, once it is erased."""
EMPTIED = ("decide", "paper")
"""Leaves whose record tells of content or could be tried against it, and goes with its salt. Who looked at the document
or took it away stays on record: 网络数据安全管理条例 art. 12.
"""
GOES = {
    "bodies": "正文（份）",
    "parts": "附件（个）",
    "shared": "附件因其他文书使用而保留（个）",
    "words": "检索词和主体索引（条）",
    "papers": "文稿（份）",
    "quarantined": "异常文书副本（份）",
    "leads": "线索摘要（条）",
    "leaves": "审计记录内容（条，摘要保留）",
}
"""Sort of :meth:`Gone.counts` -> what it is called."""


class Retention(Protocol):
    """Periods, what is due, holds, and proposals to erase."""

    def rules(self) -> dict[str, Rule]:
        """Every rule by id, as the office set it or as it came."""
        ...

    def put_rule(self, rule: Rule, who: str, at: datetime) -> None:
        """Set one; what it had listed is forgotten, and it looks from the beginning again."""
        ...

    def candidates(self, rule: Rule, *, before: datetime, until: date, limit: int) -> list[Facts]:
        """Matters the rule covers and has not looked at: moved before ``before``, or with a term until ``until``.

        Oldest first; of each, something is left to erase.
        """
        ...

    def look(self, rule: Rule, seen: Sequence[Facts], found: Sequence[Due], at: datetime) -> None:
        """List what is due of the candidates ``seen``; none of them comes again until it moves or is due no more."""
        ...

    def set_term(self, matter: str, until: date) -> None:
        """Last day named by a document of the matter; what an earlier one made due is due no more."""
        ...

    def due(self, matter: str) -> Due | None: ...
    def undue(self, matter: str) -> None:
        """Take it from the list, and forget its term."""
        ...

    def hold(self, matter: str) -> Hold | None: ...
    def put_hold(self, hold: Hold) -> None:
        """Insert or replace by matter."""
        ...

    def drop_hold(self, matter: str) -> None:
        """Delete it; none is no error."""
        ...

    def erasure(self, erasure: str) -> Erasure | None:
        """Row-locked until commit: two people never decide on it at once."""
        ...

    def put_erasure(self, erasure: Erasure) -> None:
        """Insert or replace by id."""
        ...

    def erasures_of(self, matter: str) -> list[Erasure]:
        """Oldest first."""
        ...

    def approved(self, limit: int) -> list[Erasure]:
        """Approved and not carried out, oldest first; those another worker holds are skipped."""
        ...


class Erasing(Protocol):
    """What an erasure takes away. Whatever proves the exchange stays: headers, hashes, receipts, leaf hashes."""

    def scope(self, matter: str, document: str | None) -> Scope:
        """Documents of the matter with a body here that is not erased yet; of ``document`` alone if one is named."""
        ...

    def would_go(self, scope: Scope) -> Gone:
        """What :meth:`wipe` would take away; changes nothing."""
        ...

    def wipe(self, scope: Scope, bare: Sequence[Message], erasure: str) -> Gone:
        """Take it away. ``bare``: the messages as they stay, without body, under the title of their kind.

        The code of a reason or outcome on which figures rest is kept; it names nobody.
        """
        ...


@dataclass(frozen=True, slots=True)
class DueMatter:
    """A line of what is to be looked at."""

    due: Due
    row: MatterRow
    held: bool


class RetentionViews(Protocol):
    """Reading for the screen and the command line."""

    def due_for_review(self, rule: str | None, cursor: str | None, limit: int) -> Page[DueMatter]:
        """Matters that are due and did not move since, the longest due first; what is on hold is among them."""
        ...

    def review_counts(self, most: int) -> tuple[int, int]:
        """How many are due and not on hold, and how many proposals wait for approval; each ``most`` at most."""
        ...

    def erasures(self, states: Collection[str], cursor: str | None, limit: int) -> Page[Erasure]:
        """Proposals in these states, newest first."""
        ...

    def holds(self) -> list[tuple[Hold, MatterRow | None]]:
        """What is on hold, the oldest first."""
        ...

    def erasures_by_id(self, ids: Collection[str]) -> Mapping[str, Erasure]:
        """These erasures."""
        ...
