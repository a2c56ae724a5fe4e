"""What asks for somebody's attention, as numbers with the list each opens: for the bell, its page and the daily mail.

Only numbers: a notice leaves the console by mail, and no personal data or title may (DESIGN D12).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hub.core.policy import Permit, may
from hub.core.slots import Slot
from hub.flows.ports.views import DocumentFilter, Views
from hub.flows.retention import may_approve
from hub.flows.rows import User

MOST = 1000
"""Where a number stops counting and says so."""


@dataclass(frozen=True, slots=True)
class Notice:
    """``number`` things of one sort; ``tone`` is ``red`` or ``amber``; ``path`` opens exactly these."""

    tone: str
    number: int
    what: str
    path: str

    @property
    def text(self) -> str:
        """``3 件来文待签收``."""
        return f"{self.number}{'+' if self.number >= MOST else ''} {self.what}"


def notices(views: Views, now: datetime, user: User | None) -> list[Notice]:
    """What waits for this user, or for the whole office; the urgent first, nothing that is empty."""
    with views.moment():
        found = [one for one in _all(views, now, user) if one.number]
    return sorted(found, key=lambda one: one.tone != "red")


def _all(views: Views, now: datetime, user: User | None) -> Iterator[Notice]:
    unit = user.unit if user is not None else None
    if _may(user, Permit.READ):
        duties = views.duty_counts(now=now, unit=unit)
        yield Notice("red", duties.ours[Slot.OVERDUE], "件应办事项已超期", "/due?slot=overdue&form=table")
        yield Notice(
            "amber", duties.ours[Slot.TODAY] + duties.ours[Slot.SOON], "件三个工作日内到期", "/due?slot=near&form=table"
        )
        unsigned = views.document_count(DocumentFilter(waiting="sign", unit=unit), most=MOST)
        yield Notice("amber", unsigned, "件来文待签收", "/documents?tab=unsigned")
    if user is not None:
        yield from _papers(views, user)
    if _may(user, Permit.RETAIN) and unit is None:
        due, waiting = views.review_counts(MOST)
        yield Notice("amber", due, "件保存期限届满待审查", "/retention")
        if user is None or may_approve(user):
            yield Notice("amber", waiting, "件删除申请待批准", "/retention/erasures?state=proposed")
    if _may(user, Permit.HEADERS):
        health = views.health()
        yield Notice("red", health.frozen, "路来文已停止接收", "/members?tab=node")
        yield Notice("amber", health.quarantined, "件来件未予采信", "/quarantine")


def _papers(views: Views, user: User) -> Iterator[Notice]:
    """One's own that came back; for those who review, what others wrote (four eyes)."""
    if may(user.role, Permit.DRAFT):
        yield Notice(
            "amber", len(views.papers(("returned",), user.name, MOST)), "份文稿被退回修改", "/papers?tab=returned"
        )
    if may(user.role, Permit.REVIEW) and user.unit is None:
        waiting = views.papers(("in_review",), None, MOST)
        others = sum(user.name not in (one.author, one.editor) for one in waiting)
        yield Notice("amber", others, "份文稿待审核", "/papers?tab=in_review")
        approved = len(views.papers(("approved",), None, MOST))
        yield Notice("amber", approved, "份文稿待签发", "/papers?tab=approved")


def _may(user: User | None, permit: Permit) -> bool:
    return user is None or may(user.role, permit)
