"""One matter in every state a family knows: a demonstration shows each of them, however rare it is in a real quarter.

What business has left open is not touched; for each state that no node shows, a matter is opened and led there by the
shortest way its family's table allows, each step sent by the office whose turn it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from hub.core.families import FAMILIES
from hub.core.ids import ALL
from hub.core.lifecycle import OPENER, VOID, Family, Step
from hub.flows.ports.views import MatterFilter
from hub.kinds.registry import LATEST

if TYPE_CHECKING:
    from hub.cli.simulation.correspondence import Correspondence
    from hub.cli.simulation.federation import Federation, Post
    from hub.flows.rows import MatterRow

_PAUSE = timedelta(minutes=7)
"""Between two steps: the last days of the months before, at the pace of a telephone call."""


def fill(mail: Correspondence) -> None:
    """Lead matters to the states nobody shows yet; one that cannot be reached among these members stays out."""
    federation = mail.federation
    for family in FAMILIES.values():
        shown = _shown(federation, family)
        for state in family.states:
            if state != VOID and state not in shown:
                _lead_to(mail, family, state)


def way_to(family: Family, state: str) -> tuple[Step, ...]:
    """The shortest way from nothing to the state; empty where the table has none between two offices on line."""
    seen: set[str | None] = {None}
    waiting: deque[tuple[str | None, tuple[Step, ...]]] = deque([(None, ())])
    while waiting:
        at, way = waiting.popleft()
        if at == state:
            return way
        for step in family.steps:
            if step.state == at and step.to not in seen and step.kind != "proxy_record" and step.kind in LATEST:
                seen.add(step.to)
                waiting.append((step.to, (*way, step)))
    return ()


def _shown(federation: Federation, family: Family) -> set[str]:
    return {
        state
        for state in family.states
        for post in federation
        if post.views.matters(MatterFilter(family=family.name, state=state), None, 1, now=federation.now).rows
    }


def _lead_to(mail: Correspondence, family: Family, state: str) -> None:
    way = way_to(family, state)
    for opener, other in _pairs(mail, way):
        if _walk(mail, way, opener, other):
            return


def _pairs(mail: Correspondence, way: tuple[Step, ...]) -> Iterator[tuple[Post, Post]]:
    """Two offices on line that may send each other all it takes, the first pairs first."""
    posts = [post for post in mail.federation if post.member.reach == "online"]
    for opener in posts:
        for other in posts:
            turns = [(step.kind, *((opener, other) if step.by == OPENER else (other, opener))) for step in way]
            allowed = all(mail.trust.may_send(kind, post.id, _to(mail, kind, post, to)) for kind, post, to in turns)
            if way and opener is not other and allowed:
                yield opener, other


def _to(mail: Correspondence, kind: str, post: Post, partner: Post) -> str:
    """Everybody, where the kind may go to everybody."""
    broadcast = LATEST[kind].audience != "one" and mail.trust.may_send(kind, post.id, ALL)
    return ALL if broadcast else partner.id


def _walk(mail: Correspondence, way: tuple[Step, ...], opener: Post, other: Post) -> bool:
    """Send every step; False as soon as one is refused."""
    row: MatterRow | None = None
    for step in way:
        post, to = (opener, other) if step.by == OPENER else (other, opener)
        mine = post.views.matter(row.id).row if row is not None else None
        about = _of(mail, post, to) if step.kind == "supervision_letter" else None
        if not mail.send(post, step.kind, step.act, _to(mail, step.kind, post, to), row=mine, about=about):
            return False
        mail.federation.now += _PAUSE
        mail.federation.settle()
        if row is None:
            row = opener.views.matters(MatterFilter(role="opener"), None, 1, now=mail.federation.now).rows[0]
    return True


def _of(mail: Correspondence, office: Post, holder: Post) -> MatterRow | None:
    """A matter of the holder's that the office can see, to be supervised."""
    wanted = MatterFilter(family="assistance", counterpart=holder.id)
    found = office.views.matters(wanted, None, 50, now=mail.federation.now).rows
    return next((row for row in found if row.other == holder.id), None)
