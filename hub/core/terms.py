"""Terms of the joint-meeting office 轮值: who held it when, and what a change of term leaves to whom (DESIGN D16).

The role moves on a day that the roster names, not when that roster arrives. From that day on the former host is sent
nothing more; what it was sent stays with it, and its figures end with its last day, for of what came later it knows
less than half. The new host is handed what it takes to count the year before.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from hub.core.ids import BEIJING

if TYPE_CHECKING:
    from hub.core.trust import Trust
    from schemas.wire.roster import JointMeeting


def term_at(trust: Trust, now: datetime) -> JointMeeting | None:
    """The term that runs at this moment."""
    day = now.astimezone(BEIJING).date().isoformat()
    return next((term for term in trust.roster.joint_meeting if term.since <= day <= term.until), None)


def host_at(trust: Trust, now: datetime) -> str | None:
    """Member holding the joint-meeting office at this moment."""
    term = term_at(trust, now)
    return term.member if term else None


def held_until(trust: Trust, member: str, now: datetime) -> date | None:
    """The last day of the last term of a member that holds the office no more; None: it does, or never did."""
    today = now.astimezone(BEIJING).date().isoformat()
    own = [term for term in trust.roster.joint_meeting if term.member == member and term.since <= today]
    if not own or host_at(trust, now) == member:
        return None
    return date.fromisoformat(max(term.until for term in own))


def counted_from(term: JointMeeting) -> date:
    """From when on a new host counts: the calendar year before the one its term begins in, whole."""
    return date(int(term.since[:4]) - 1, 1, 1)
