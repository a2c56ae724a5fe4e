"""Who has followed a withdrawal, a removal or a correction: what was sent stays on record, so the other side must act.

The list is read from the thread alone: delivery from the signed receipts, following from ``compliance`` documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.core.families import FAMILIES
from hub.flows.ports.views import CopyView, MatterView, Progress, Step

TAKEN_BACK = frozenset({"withdraw", "remove"})
"""Acts that take something back; a document with ``replaces`` corrects one."""


@dataclass(frozen=True, slots=True)
class Follower:
    """One addressee: when it got the document, when it reported back, and the report."""

    member: str
    delivered_at: datetime | None
    complied_at: datetime | None
    report: str | None


@dataclass(frozen=True, slots=True)
class Demand:
    """A document its addressees must follow, and how far each has come."""

    document: str
    act: str
    title: str
    sender: str
    issued: datetime
    corrects: bool
    followers: tuple[Follower, ...]

    @property
    def missing(self) -> int:
        """How many have not reported yet."""
        return sum(1 for one in self.followers if one.complied_at is None)


def demands_of(view: MatterView) -> tuple[Demand, ...]:
    """The documents of a matter that must be followed, oldest first."""
    family = FAMILIES.get(view.row.family) if view.row is not None else None
    if family is None or all(step.kind != "compliance" for step in family.steps):
        return ()
    return tuple(_demands(view.thread))


def _demands(thread: Sequence[CopyView]) -> Iterator[Demand]:
    for place, one in enumerate(thread):
        row = one.row
        if (row.act in TAKEN_BACK or row.replaces is not None) and (one.state is not None or row.hash is None):
            reports = [later for later in thread[place + 1 :] if later.row.kind == "compliance"]
            ways = [way for way in one.progress if way.form != "header"]
            yield Demand(
                document=row.document,
                act=row.act,
                title=row.title,
                sender=row.sender,
                issued=row.issued,
                corrects=row.replaces is not None,
                followers=tuple(_follower(way, reports) for way in ways),
            )


def _follower(way: Progress, reports: Sequence[CopyView]) -> Follower:
    delivered = next((rung.at for rung in way.rungs if rung.step is Step.DELIVERED), None)
    report = next((one for one in reports if one.row.sender == way.member), None)
    return Follower(
        way.member, delivered, report.row.issued if report else None, report.row.document if report else None
    )
