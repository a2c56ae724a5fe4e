"""A jurisdiction dispute as facts: the common superior, and who says it filed the case first, with the proof.

Nothing is judged here. 程序规定 arts 13-16: the common superior designates; a joint meeting is none (DOMAIN CM8).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hub.core.trust import Trust
from hub.flows.ports.views import CopyView, MatterView, Step
from hub.flows.rows import MatterRow

_STATED = (
    ("filed_at", "case_no", True),
    ("own_filed_at", "own_case_no", True),
    ("other_filed_at", "other_case_no", False),
)
"""Fields of a body that state a filing: when, under which number, and whether it is the author's own."""
_KINDS = frozenset({"jurisdiction_dispute", "jurisdiction_opinion"})


@dataclass(frozen=True, slots=True)
class Filing:
    """One statement of a filing 立案: who states whose time, in which document, signed and received when."""

    sender: str
    office: str
    filed: str
    case_no: str
    document: str
    title: str
    signed_at: datetime | None
    received_at: datetime | None
    receipt: str | None


@dataclass(frozen=True, slots=True)
class Dispute:
    """What stands beside a dispute. ``superior`` None: the two are of different lines and have none in common."""

    superior: str | None
    same_system: bool
    filings: tuple[Filing, ...]


def dispute_of(view: MatterView, trust: Trust) -> Dispute | None:
    """None unless the matter is a dispute, or a transfer whose jurisdiction is disputed."""
    row = view.row
    if row is None or (row.family != "dispute" and row.state != "disputed"):
        return None
    return Dispute(
        superior=trust.common_superior(row.opener, row.other),
        same_system=trust.system(row.opener) == trust.system(row.other),
        filings=tuple(one for copy in view.thread for one in _filings(copy, row)),
    )


def _filings(copy: CopyView, row: MatterRow) -> Iterator[Filing]:
    body = copy.body or {}
    for when, number, own in _STATED:
        if not body.get(when) or copy.row.kind not in _KINDS:
            continue
        received_at, receipt = _delivery(copy)
        across = row.other if copy.row.sender == row.opener else row.opener
        yield Filing(
            sender=copy.row.sender,
            office=copy.row.sender if own else across,
            filed=str(body[when])[:19].replace("T", " "),
            case_no=str(body.get(number) or ""),
            document=copy.row.document,
            title=copy.row.title,
            signed_at=copy.sealed,
            received_at=received_at,
            receipt=receipt,
        )


def _delivery(copy: CopyView) -> tuple[datetime | None, str | None]:
    for way in copy.progress:
        for rung in way.rungs:
            if way.form != "header" and rung.step is Step.DELIVERED:
                return rung.at, rung.proof
    return None, None
