"""Who has followed a withdrawal, a removal or a correction: what was sent stays on record, so the other side must act.

The list is read from the thread alone: delivery from the signed receipts, following from the
``compliance`` documents that name it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.core.families import FAMILIES
from hub.flows.ports.views import CopyView, MatterView, Progress, Step
from hub.flows.steps.following import is_demand


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
        if is_demand(row) and (one.state is not None or row.hash is None):
            reports = [later for later in thread[place + 1 :] if _reports(later, row.document)]
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


def _reports(later: CopyView, document: str) -> bool:
    """Whether it says that this document was followed; of a header copy nobody here can tell, so it counts."""
    return later.row.kind == "compliance" and (later.body is None or later.body.get("document") == document)


def _follower(way: Progress, reports: Sequence[CopyView]) -> Follower:
    delivered = next((rung.at for rung in way.rungs if rung.step is Step.DELIVERED), None)
    report = next((one for one in reports if one.row.sender == way.member), None)
    return Follower(
        way.member, delivered, report.row.issued if report else None, report.row.document if report else None
    )
